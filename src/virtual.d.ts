/** Made when the page is built, by scripts/formulas.ts. */
declare module "virtual:formulas" {
  /** MathML of every objective's formula as it is defined, by the objective's id. */
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
  /** MathML of every piece that a formula can be made of under other settings, by its TeX. */
  export const pieces: Readonly<Record<string, string>>;
}

/** Compiled when a bundle is made, by scripts/kernels.mjs. */
declare module "virtual:simd-kernels/*" {
  /** A WebAssembly module of the SIMD policy, deflated, in base64. */
  const kernels: string;
  export default kernels;
}
