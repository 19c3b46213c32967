/** Made when the page is built, by scripts/formulas.ts. */
declare module "virtual:formulas" {
  /** MathML of every objective's formula, by the objective's id. */
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}

/** Compiled when a bundle is made, by scripts/kernels.mjs. */
declare module "virtual:simd-kernels/*" {
  /** A WebAssembly module of the SIMD policy, in base64. */
  const kernels: string;
  export default kernels;
}
