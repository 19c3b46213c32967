import { times } from "./kernel.ts";

/*
 * Split-K, in a workgroup. Long contractions are shared out: a workgroup of 8 columns of quads has `parts` threads for every place, each of which
 * walks every parts-th quad of the contraction, so that a thread's chain of loads is short and a small batch fills more of
 * a GPU. What the parts have summed up is added in order, by one thread for each of the four rows.
 */
interface Split {
  readonly parts: 1 | 4;
  /** Places one above the other, four rows each. */
  readonly tall: number;
}

const WIDE = 8;
/** Quads from which on sharing pays for its barrier, where barriers are cheap. The self-test's MLP has as many. */
const LONG = 24;

export const splitOf = (k4: number, sharing: boolean): Split =>
  sharing && k4 >= LONG ? { parts: 4, tall: 4 } : { parts: 1, tall: 8 };

/** Rows of a workgroup. */
export const rowsOf = ({ tall }: Split): number => 4 * tall;

export const sizeOf = ({ parts, tall }: Split): string => `@workgroup_size(${WIDE}, ${tall}, ${parts})`;

export const splitMemory = ({ parts, tall }: Split): string =>
  parts === 1 ? "" : `var<workgroup> sums: array<vec4f, ${4 * parts * tall * WIDE}>;`;

/** The loop over this thread's quads of the contraction. */
export const splitLoop = ({ parts }: Split, k4: number): string =>
  `for (var k = ${parts === 1 ? "0u" : "local.z"}; k < ${k4}u; k += ${parts}u)`;

/**
 * Writes `finish` for each row r of the four that begin at `row`, with its sum; `inside` says whether the place exists. All
 * threads of the workgroup come here, with their sums in `s0` … `s3`. `fixed` is r, where one thread finishes all four.
 */
export function splitFinish(
  { parts, tall }: Split,
  rows: string,
  finish: (r: string, sum: string, fixed?: number) => string,
): string {
  if (parts === 1) {
    return times(4, (r) => `if (inside && row + ${r}u < ${rows}) { ${finish(`${r}u`, `s${r}`, r)} }`);
  }
  const at = (r: string, part: string) => `((${r} * ${parts}u + ${part}) * ${tall}u + local.y) * ${WIDE}u + local.x`;
  return /* wgsl */ `
  ${times(4, (r) => `sums[${at(`${r}u`, "local.z")}] = s${r};`)}
  workgroupBarrier();
  if (inside && row + local.z < ${rows}) {
    let sum = ${times(parts, (p) => `sums[${at("local.z", `${p}u`)}]`, " + ")};
    ${finish("local.z", "sum")}
  }`;
}
