import { times } from "./kernel.ts";

/** Four rows of one or more matrices times the vectors of all slots, which lie in workgroup memory. */
interface Product {
  readonly slots: number;
  /** Quads of the contraction. */
  readonly k4: number;
  /** The vectors' array of quads [slot, stride]. */
  readonly array: string;
  readonly stride: number;
  /** By name: where the first of the four rows begins in `weights`, quads. */
  readonly rows: Readonly<Record<string, string>>;
  /** Rows that there are behind the first, where fewer than four may be left. */
  readonly left?: string;
  /** RMSNorm before it: where its gain begins in `weights`, and its epsilon. */
  readonly gain?: string;
  readonly epsilon?: number;
  /** Numbers that the norm is the mean over. */
  readonly width?: number;
}

/**
 * Declares `<name><slot>`, the products of four rows with each slot's vector. A weight is loaded once for all slots, a vector
 * once for all rows. RMSNorm costs a dot product, because the thread sees the whole vector anyway (as in linear.ts).
 */
export function productCode({ slots, k4, array, stride, rows, left, gain, epsilon, width }: Product): string {
  const names = Object.keys(rows);
  const all = (text: (slot: number) => string) => times(slots, text);
  const each = (text: (name: string) => string) => names.map(text).join(" ");
  const row = (j: number) => (left === undefined ? `${j}u` : `min(${j}u, ${left})`);
  return /* wgsl */ `
  ${each((name) => `let row_${name} = ${rows[name]}; ${times(4, (j) => `let row_${name}${j} = row_${name} + ${row(j)} * ${k4}u;`, " ")}`)}
  ${all((s) => each((name) => `var ${name}${s} = vec4f();`))}
  ${gain ? all((s) => `var square${s} = 0.0;`) : ""}
  for (var k = 0u; k < ${k4}u; k++) {
    ${each((name) => times(4, (j) => `let w_${name}${j} = weights[row_${name}${j} + k];`, " "))}
    ${gain ? `let gain = weights[${gain} + k];` : ""}
    ${all(
      (s) => /* wgsl */ `{
      let v = ${array}[${s * stride}u + k];
      ${gain ? `square${s} += dot(v, v); let scaled = v * gain;` : "let scaled = v;"}
      ${each((name) => `${name}${s} += vec4f(${times(4, (j) => `dot(w_${name}${j}, scaled)`, ", ")});`)}
    }`,
    )}
  }
  ${gain ? all((s) => `{ let rstd = inverseSqrt(square${s} / ${width}.0 + ${epsilon}); ${each((name) => `${name}${s} *= rstd;`)} }`) : ""}`;
}
