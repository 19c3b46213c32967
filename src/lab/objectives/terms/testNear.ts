/** A number, or a list of the same at any depth. */
export type Nested = number | readonly Nested[];

/** Compares with reference numbers, which are printed to 12 digits or fewer. @throws {Error} at the first that is off. */
export function near(actual: Nested, expected: Nested, tolerance = 1e-6): void {
  if (typeof actual !== "number" || typeof expected !== "number") {
    if (typeof actual === "number" || typeof expected === "number" || actual.length !== expected.length)
      throw new Error(`expected the shape of ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
    for (const [i, x] of actual.entries()) near(x, expected[i]!, tolerance);
    return;
  }
  const allowed = Math.max(tolerance * Math.abs(expected), 1e-12);
  // Written so that NaN fails.
  if (!(Math.abs(actual - expected) <= allowed))
    throw new Error(`expected ${expected} within ${allowed}, got ${actual}`);
}
