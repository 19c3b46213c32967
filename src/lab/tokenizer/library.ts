import { quote } from "../schema.ts";
import type { Chat } from "./chat.ts";
import { chatTemplate } from "./chatTemplate.ts";
import { type CheckedTokenizer, checkTokenizer } from "./checkTokenizer.ts";
import { specialTokens } from "./specialTokens.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { fieldsOf, TokenizerError, type TokenizerFiles } from "./tokenizerFiles.ts";
import { tokenLabels } from "./tokenLabels.ts";

/** A tokenizer of a Hugging Face folder. */
interface ReadTokenizer {
  readonly tokenizer: Tokenizer;
  /** BPE, WordPiece, … */
  readonly kind: string;
  /** What was read in another way than the files might be meant, one sentence each. */
  readonly notes: readonly string[];
}

/** What is asked of `Tokenizer` of @huggingface/tokenizers. */
interface Library {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[] };
  decode(
    ids: number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
}

/** Texts whose tokens are remembered. */
const REMEMBERED = 20_000;

/**
 * The tokenizer of a model with this many tokens, computed by @huggingface/tokenizers, which is loaded here and nowhere else.
 * @throws {TokenizerError} one sentence, where it cannot be used
 */
export async function libraryTokenizer(files: TokenizerFiles, vocabSize: number): Promise<ReadTokenizer> {
  const checked = checkTokenizer(files.tokenizer, vocabSize);
  const special = specialTokens(files, checked, vocabSize);
  const { chat, notes } = await chatOf(files);
  const { Tokenizer: Made } = await import("@huggingface/tokenizers");
  const settings = fieldsOf(files.settings);
  const model = fieldsOf(checked.json.model);
  // The library has no WordLevel of its own: it looks words up, and takes the unknown one from the settings.
  const unknown = checked.model === "WordLevel" ? { unk_token: model.unk_token } : {};
  try {
    const library: Library = new Made(checked.json, { ...textsOf(settings), ...unknown });
    const cleanUp = settings.clean_up_tokenization_spaces ?? checked.model === "WordPiece";
    const tokenizer = reading(library, { ...special, chat, checked, vocabSize, cleanUp: cleanUp === true });
    // What fails at the first text is refused here.
    tokenizer.text(tokenizer.completion(PROBE, ""));
    tokenizer.prompt(PROBE);
    return { tokenizer, kind: kindOf(checked), notes: [...special.notes, ...notes] };
  } catch (error) {
    if (error instanceof TokenizerError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new TokenizerError(
      `tokenizer.json must be one that @huggingface/tokenizers reads, got: ${why.slice(0, 200)}`,
    );
  }
}

const PROBE = "a b";

/** A model whose template cannot be rendered can be trained all the same. */
async function chatOf(files: TokenizerFiles): Promise<{ readonly chat?: Chat | undefined; readonly notes: string[] }> {
  try {
    return { chat: await chatTemplate(files), notes: [] };
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    return { notes: [`${error.message} Conversations are read by their contents.`] };
  }
}

const isByteLevel = ({ json }: CheckedTokenizer) => quoteless(json.decoder).includes("ByteLevel");
const quoteless = (part: unknown) => JSON.stringify(part) ?? "";

function kindOf(checked: CheckedTokenizer): string {
  return checked.model === "BPE" && isByteLevel(checked) ? "byte-level BPE" : checked.model;
}

const SPECIALS = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;

/** The settings that the library knows. Tokens that older files have as objects come as their texts, which it wants. */
function textsOf(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const texts = SPECIALS.map((key) => [key, fieldsOf(settings[key]).content ?? settings[key]] as const);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => typeof text === "string")),
    remove_space: settings.remove_space === true,
    do_lowercase_and_remove_accent: settings.do_lowercase_and_remove_accent === true,
  };
}

interface Means extends ReturnType<typeof specialTokens> {
  readonly checked: CheckedTokenizer;
  readonly vocabSize: number;
  readonly cleanUp: boolean;
  readonly chat: Chat | undefined;
}

function reading(library: Library, means: Means): Tokenizer {
  const { checked, vocabSize, cleanUp, end, begin, silent, chat } = means;
  const pieces = new Map([...checked.tokens].map(([token, id]) => [id, token]));
  const special = specialIds(checked);
  const labels = tokenLabels(pieces, isByteLevel(checked), special);
  const plain = remembered((text) =>
    checkedIds(text, library.encode(text, { add_special_tokens: false }).ids, vocabSize),
  );
  const front = frontOf(library, plain, means);
  const decode = (ids: number[]) =>
    library.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: cleanUp });
  const anchor = plain("a");
  const base = anchor.length > 0 ? decode([...anchor]) : "";
  return {
    vocabSize,
    end,
    oneToOne: false,
    chat,
    prompt(text) {
      const opened = chat?.openings.some((opening) => text.startsWith(opening));
      const ids = opened ? plain(text) : [...front, ...plain(text)];
      // Something must be read before the first token is written.
      return ids.length > 0 ? ids : [begin ?? end];
    },
    completion: (text, prompt) => following(plain, text, prompt),
    text(written) {
      const ids = [...written].filter((id) => pieces.has(id) && !special.has(id) && !silent.has(id));
      if (ids.length === 0) return "";
      // Read behind another word, as a space in front is a part of the text there.
      const whole = decode([...anchor, ...ids]);
      return base !== "" && whole.startsWith(base) ? whole.slice(base.length) : decode(ids);
    },
    label: labels.label,
    idOf: labels.idOf,
  };
}

function specialIds({ json, tokens }: CheckedTokenizer): ReadonlySet<number> {
  const added = json.added_tokens as readonly unknown[];
  const contents = added.map(fieldsOf).filter(({ special }) => special === true);
  return new Set(contents.map(({ content }) => tokens.get(String(content))!));
}

/** What stands before every prompt: what the template of tokenizer.json puts there, or the begin that the settings ask for. */
function frontOf(
  library: Library,
  plain: (text: string) => readonly number[],
  { addBegin, begin, vocabSize }: Means,
): number[] {
  if (addBegin === false) return [];
  if (addBegin === true && begin !== undefined) return [begin];
  const own = plain(PROBE);
  const whole = checkedIds(PROBE, library.encode(PROBE, { add_special_tokens: true }).ids, vocabSize);
  const at = whole.findIndex((_, from) => own.every((id, n) => whole[from + n] === id));
  return whole.slice(0, Math.max(0, at));
}

/** Texts that end a word, so that what follows is read as it would be in the middle of a text. */
const ANCHORS = ["\n", ".", "a"];

/**
 * The ids of a text behind a prompt: those that both together have beyond the prompt's own. Where the border falls into a token
 * of the two together, the text is read behind the end of another word.
 */
function following(plain: (text: string) => readonly number[], text: string, prompt: string): readonly number[] {
  if (text === "") return [];
  for (const before of [prompt, ...ANCHORS]) {
    const [head, whole] = [plain(before), plain(before + text)];
    if (whole.length > head.length && head.every((id, n) => whole[n] === id)) return whole.slice(head.length);
  }
  return plain(text);
}

/** The ids of a text. The library has none, or one from elsewhere in its file, for what the vocabulary lacks. */
function checkedIds(text: string, ids: readonly (number | undefined)[], vocabSize: number): number[] {
  return ids.map((id) => {
    if (id !== undefined && Number.isInteger(id) && id >= 0 && id < vocabSize) return id;
    throw new RangeError(`a text must be one that the vocabulary can write, got ${quote(text)}`);
  });
}

function remembered(make: (text: string) => readonly number[]): (text: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    if (known.size >= REMEMBERED) known.clear();
    const made = text === "" ? [] : make(text);
    known.set(text, made);
    return made;
  };
}
