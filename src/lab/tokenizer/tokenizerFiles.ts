/** The values of the files beside a model's weights that say how it reads; undefined where a file is not there. */
export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: unknown;
  /** tokenizer_config.json */
  readonly settings?: unknown;
  /** chat_template.jinja, before that of tokenizer_config.json */
  readonly template?: string | undefined;
  /** generation_config.json */
  readonly generation?: unknown;
  /** config.json */
  readonly model: unknown;
}

/** A tokenizer that cannot be used: one sentence, what must hold and what came instead. */
export class TokenizerError extends Error {
  override readonly name = "TokenizerError";
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
