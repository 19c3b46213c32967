/** Made when the page is built, by scripts/formulas.ts. */
declare module "virtual:formulas" {
  /** MathML of every objective's formula, by the objective's id. */
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}
