import { times } from "./kernel.ts";

/*
 * Attention's long loops, over the keys of a query or the queries of a key, are shared out: `parts` threads for every
 * token take every parts-th step each, so that a chain of loads grows a quarter as fast with the context. What they have
 * is laid down in workgroup memory and put together by the first of them, in order.
 */
interface KeyParts {
  readonly parts: number;
  /** Tokens of a workgroup of 64 threads. */
  readonly tokens: number;
}

const THREADS = 64;
/** Bytes of workgroup memory; every GPU has 16 KiB. */
const MOST_BYTES = 16_384;

/** `quads` of every thread are laid down. */
export function keyParts(sharing: boolean, quads: number): KeyParts {
  const fits = (parts: number) => (parts - 1) * (THREADS / parts) * quads * 16 <= MOST_BYTES;
  const parts = sharing ? ([4, 2].find(fits) ?? 1) : 1;
  return { parts, tokens: THREADS / parts };
}

/**
 * The entry point's head, up to the token `n` and whether it is one (`inside`): what comes after runs for tokens behind the
 * last, too. `group.y` is free. `quads` as for {@link keyParts}.
 */
export const partsMain = ({ parts, tokens }: KeyParts, quads: number): string => /* wgsl */ `
${parts === 1 ? "" : `var<workgroup> laid: array<vec4f, ${(parts - 1) * tokens * quads}>;`}
@compute @workgroup_size(${tokens}, ${parts})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let inside = group.x * ${tokens}u + local.x < batch.tokens;
  let n = min(group.x * ${tokens}u + local.x, batch.tokens - 1u);`;

/** Quad i of what part p of this thread's token laid down, p from 1. */
const at = ({ parts, tokens }: KeyParts, i: number, p: string) =>
  `laid[(${i}u * ${parts - 1}u + ${p} - 1u) * ${tokens}u + local.x]`;

/**
 * All threads lay the quads `names` down, and the first of every token takes in those of the others, part by part: `take`
 * is written with the places of a part's quads. The threads that are done, or outside, go.
 */
export function takeParts(
  share: KeyParts,
  names: readonly string[],
  take: (laid: readonly string[]) => string,
): string {
  const { parts } = share;
  if (parts === 1) return "if (!inside) { return; }";
  return /* wgsl */ `
  if (local.y > 0u) { ${times(names.length, (i) => `${at(share, i, "local.y")} = ${names[i]};`, " ")} }
  workgroupBarrier();
  if (local.y > 0u || !inside) { return; }
  for (var p = 1u; p < ${parts}u; p++) {
    ${take(names.map((_, i) => at(share, i, "p")))}
  }`;
}
