import { quote } from "../schema.ts";
import type { CheckedTokenizer } from "./checkTokenizer.ts";
import { fieldsOf, TokenizerError, type TokenizerFiles } from "./tokenizerFiles.ts";

/** The tokens of a model that stand for no text. */
interface SpecialTokens {
  /** Ends a completion. */
  readonly end: number;
  /** Begins a sequence, where the model has one. */
  readonly begin: number | undefined;
  /** Whether it is put before a prompt; undefined where the template of tokenizer.json decides. */
  readonly addBegin: boolean | undefined;
  /** Ids that stand for no text, whether tokenizer.json flags them as special or not. */
  readonly silent: ReadonlySet<number>;
  /** What was read in another way than the files might be meant, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The ends and beginnings that the configurations name: generation_config.json before config.json before tokenizer_config.json.
 * Of several ends the tokenizer's own is taken, or the first. @throws {TokenizerError} where none is named, or one that there is not
 */
export function specialTokens(files: TokenizerFiles, checked: CheckedTokenizer, vocabSize: number): SpecialTokens {
  const { tokens } = checked;
  const settings = fieldsOf(files.settings);
  const named = (key: string) => {
    const said = settings[key];
    const content = typeof said === "string" ? said : fieldsOf(said).content;
    return typeof content === "string" ? tokens.get(content) : undefined;
  };
  const idsOf = (key: string): readonly unknown[] => {
    const said = [files.generation, files.model].map((file) => fieldsOf(file)[key]).find((one) => one != null);
    return said === undefined ? [] : Array.isArray(said) ? said : [said];
  };
  const [own, ends] = [named("eos_token"), idsOf("eos_token_id")];
  const end = ends.find((id) => id === own) ?? ends[0] ?? own;
  if (end === undefined)
    throw new TokenizerError("config.json must name an eos_token_id, as a completion has an end, got none.");
  const begin = idsOf("bos_token_id")[0] ?? named("bos_token");
  for (const [key, id] of Object.entries({ eos_token_id: end, bos_token_id: begin }))
    if (id !== undefined && !isId(id, vocabSize))
      throw new TokenizerError(`${key} must be an id in [0, ${vocabSize}), got ${quote(id)}.`);
  const several = ends.length > 1 ? [`eos_token_id lists ${ends.length} tokens: ${quote(end)} ends a completion.`] : [];
  return {
    end: end as number,
    begin: begin as number | undefined,
    addBegin: typeof settings.add_bos_token === "boolean" ? settings.add_bos_token : undefined,
    silent: silentIds(
      checked,
      end as number,
      [begin, ...idsOf("pad_token_id")],
      [named("bos_token"), named("pad_token")],
    ),
    notes: several,
  };
}

/**
 * The end, and the begin and padding where the settings name them by their texts or tokenizer.json adds them to the vocabulary:
 * an id alone may be a default that the vocabulary has for a letter.
 */
function silentIds(
  { json, tokens }: CheckedTokenizer,
  end: number,
  byId: readonly unknown[],
  byText: readonly (number | undefined)[],
): ReadonlySet<number> {
  const added = (json.added_tokens as readonly unknown[]).map((one) => tokens.get(String(fieldsOf(one).content)));
  const ids = [end, ...byText, ...added.filter((id) => byId.includes(id))];
  return new Set(ids.filter((id) => id !== undefined));
}

const isId = (id: unknown, vocabSize: number) =>
  Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize;
