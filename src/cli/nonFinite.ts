/** Good input whose numbers leave the range of float64 on the way. The message names what came out. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";
}

/** @throws {NonFiniteError} naming the first number in a value that is not finite. */
export function checkFinite(value: unknown, path = ""): void {
  if (typeof value === "number") {
    if (Number.isFinite(value)) return;
    throw new NonFiniteError(
      `${path} must be a finite number, got ${value}: with these params the numbers leave the range of float64.`,
    );
  }
  if (typeof value !== "object" || value === null) return;
  const at = Array.isArray(value)
    ? (key: string) => `${path}[${key}]`
    : (key: string) => (path ? `${path}.${key}` : key);
  for (const [key, item] of Object.entries(value)) checkFinite(item, at(key));
}
