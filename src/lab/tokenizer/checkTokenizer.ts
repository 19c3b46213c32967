import { quote } from "../schema.ts";
import { type Fields, fieldsOf, TokenizerError } from "./tokenizerFiles.ts";

/** The models of tokenizer.json that are read. */
const MODELS = ["WordLevel", "BPE", "Unigram", "WordPiece"] as const;
type ModelName = (typeof MODELS)[number];

/** Characters of a pattern: longer ones are none that a tokenizer needs. */
const LONGEST_PATTERN = 2_000;

/** A tokenizer.json that the library can be given. */
export interface CheckedTokenizer {
  readonly json: Fields;
  readonly model: ModelName;
  /** Every token with its id, those that were added included. */
  readonly tokens: ReadonlyMap<string, number>;
}

/**
 * The value of a tokenizer.json, checked as far as it decides about memory and about which text is which token: the library
 * takes every file at its word.
 * @throws {TokenizerError} naming the field
 */
export function checkTokenizer(value: unknown, vocabSize: number): CheckedTokenizer {
  const json = fieldsOf(value);
  const model = fieldsOf(json.model);
  if (Object.keys(model).length === 0) throw bad("tokenizer.json must have a model", json.model);
  const name = modelName(model);
  if (model.dropout)
    throw bad("model.dropout of tokenizer.json must be null, as a text has one reading", model.dropout);
  const tokens = tokensOf(model, name);
  if (name === "BPE") checkMerges(model.merges);
  if (json.added_tokens !== undefined && !Array.isArray(json.added_tokens))
    throw bad("added_tokens of tokenizer.json must be a list", json.added_tokens);
  const added = (json.added_tokens ?? []) as readonly unknown[];
  for (const one of added) {
    const { id, content } = fieldsOf(one);
    if (typeof content !== "string" || content === "")
      throw bad("An added token of tokenizer.json must have a content", one);
    tokens.set(content, id as number);
  }
  checkIds(tokens, vocabSize);
  checkPatterns(json, 0);
  const parts = Object.fromEntries(
    ["normalizer", "pre_tokenizer", "post_processor", "decoder"].map((key) => [key, json[key] ?? null]),
  );
  return { json: { ...json, ...parts, added_tokens: added, model: { ...model, type: name } }, model: name, tokens };
}

/** Old files do not name their model; its fields do. */
function modelName(model: Fields): ModelName {
  const said = MODELS.find((one) => one === model.type);
  if (said) return said;
  if (model.type !== undefined && model.type !== null)
    throw bad(`model.type of tokenizer.json must be one of ${MODELS.join(", ")}`, model.type);
  if (Array.isArray(model.merges)) return "BPE";
  if (Array.isArray(model.vocab)) return "Unigram";
  return "continuing_subword_prefix" in model ? "WordPiece" : "WordLevel";
}

function tokensOf(model: Fields, name: ModelName): Map<string, number> {
  const { vocab } = model;
  if (name !== "Unigram") {
    const entries = Object.entries(fieldsOf(vocab)) as [string, number][];
    if (entries.length === 0) throw bad("model.vocab of tokenizer.json must be an object of tokens to ids", vocab);
    return new Map(entries);
  }
  if (!Array.isArray(vocab) || vocab.length === 0)
    throw bad("model.vocab of tokenizer.json must be a list of tokens with scores", vocab);
  const wrong = vocab.find((one) => !isScored(one));
  if (wrong !== undefined) throw bad("A token of a Unigram must be a text and a finite score", wrong);
  const unknown = model.unk_id;
  if (unknown != null && !(Number.isInteger(unknown) && (unknown as number) >= 0 && (unknown as number) < vocab.length))
    throw bad(`model.unk_id of tokenizer.json must be an id below ${vocab.length}`, unknown);
  return new Map(vocab.map(([token]: [string, number], id) => [token, id]));
}

function isScored(one: unknown): boolean {
  return Array.isArray(one) && typeof one[0] === "string" && one[0] !== "" && Number.isFinite(one[1]);
}

function checkMerges(merges: unknown): void {
  if (!Array.isArray(merges)) throw bad("model.merges of tokenizer.json must be a list", merges);
  const pair = (one: unknown) =>
    typeof one === "string" ||
    (Array.isArray(one) && one.length === 2 && one.every((half) => typeof half === "string"));
  const wrong = merges.find((one) => !pair(one));
  if (wrong !== undefined) throw bad("A merge of tokenizer.json must be two texts", wrong);
}

function checkIds(tokens: ReadonlyMap<string, number>, vocabSize: number): void {
  const owner = new Map<number, string>();
  for (const [token, id] of tokens) {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabSize))
      throw bad(`The id of ${quote(token)} in tokenizer.json must be in [0, ${vocabSize}), as config.json says`, id);
    const other = owner.get(id);
    if (other !== undefined)
      throw bad(`Two tokens of tokenizer.json must not have one id, as ${quote(other)} and ${quote(token)} do`, id);
    owner.set(id, token);
  }
}

/** Patterns are run over every text that is read. */
function checkPatterns(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || depth > 8) return;
  for (const [key, inner] of Object.entries(value)) {
    if ((key === "Regex" || key === "String") && typeof inner === "string" && inner.length > LONGEST_PATTERN)
      throw bad(`A pattern of tokenizer.json must have at most ${LONGEST_PATTERN} characters`, inner.length);
    if (key !== "vocab" && key !== "merges") checkPatterns(inner, depth + 1);
  }
}

function bad(must: string, came: unknown): TokenizerError {
  return new TokenizerError(`${must}, got ${quote(came)}.`);
}
