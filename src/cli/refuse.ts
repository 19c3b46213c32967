import { ConfigError, quote } from "../lab/schema.ts";

/** @throws {ConfigError} always: one sentence. */
export function refuse(path: string, must: string, got: unknown): never {
  throw new ConfigError([{ key: path, message: `${path} must ${must}, got ${shown(got)}.` }]);
}

/** As {@link quote}, with the numbers that JSON lacks inside lists too. */
function shown(got: unknown): string {
  if (!Array.isArray(got)) return quote(got);
  const items = got.slice(0, 20).map((item) => (typeof item === "number" ? String(item) : quote(item)));
  const text = `[${items.join(",")}]`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
