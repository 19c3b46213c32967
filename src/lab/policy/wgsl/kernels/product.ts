import { times } from "./kernel.ts";

/** Rows of a matrix times the vectors of all slots, which lie in workgroup memory. */
export interface Product {
  readonly slots: number;
  /** Quads of the contraction. */
  readonly k4: number;
  /** The vectors' array [slot, stride]. */
  readonly array: string;
  readonly stride: number;
  /** By name: where a row of the matrix begins in `weights`, quads. */
  readonly rows: Readonly<Record<string, string>>;
  /** RMSNorm before it: where its gain begins in `weights`, and its epsilon. */
  readonly gain?: string;
  readonly epsilon?: number;
}

/**
 * Declares `<name><slot>`, the product of each row with each slot's vector. A weight is loaded once for all slots, a vector
 * once for all rows. RMSNorm costs a dot product, because the thread sees the whole vector anyway (as in linear.ts).
 */
export function productCode({ slots, k4, array, stride, rows, gain, epsilon }: Product): string {
  const names = Object.keys(rows);
  const all = (text: (slot: number) => string) => times(slots, text);
  const each = (text: (name: string) => string) => names.map(text).join(" ");
  return /* wgsl */ `
  ${each((name) => `let row_${name} = ${rows[name]};`)}
  ${all((s) => each((name) => `var ${name}${s} = 0.0;`))}
  ${gain ? all((s) => `var square${s} = 0.0;`) : ""}
  for (var k = 0u; k < ${k4}u; k++) {
    ${each((name) => `let w_${name} = weights[row_${name} + k];`)}
    ${gain ? `let gain = weights[${gain} + k];` : ""}
    ${all(
      (s) => /* wgsl */ `{
      let v = vec4f(${times(4, (i) => `${array}[${s * stride + i}u + 4u * k]`, ", ")});
      ${gain ? `square${s} += dot(v, v); let scaled = v * gain;` : "let scaled = v;"}
      ${each((name) => `${name}${s} += dot(w_${name}, scaled);`)}
    }`,
    )}
  }
  ${gain ? all((s) => `{ let rstd = inverseSqrt(square${s} / ${4 * k4}.0 + ${epsilon}); ${each((name) => `${name}${s} *= rstd;`)} }`) : ""}`;
}
