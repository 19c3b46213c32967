import type { TokenizerFiles } from "./tokenizerFiles.ts";

/*
 * Small tokenizers of every kind that is read, made here so that each token is known.
 */

export const STORY =
  "Once upon a time there was a little cat. The cat was sad, for it had no friend. Then a dog came by and said: Hello! They played all day, and the cat was happy. ";

/** The characters of byte-level vocabularies, one a byte. */
const BYTES = (() => {
  const made: string[] = [];
  for (let byte = 0, next = 256; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    made.push(String.fromCharCode(printable ? byte : next++));
  }
  return made;
})();

const ADDED = ["<unk>", "<s>", "</s>"];
const added = ADDED.map((content, id) => ({
  ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
}));

/** Merges of the most frequent pairs of a text's words, ties by their text. */
function mergesOf(words: readonly (readonly string[])[], count: number): [string, string][] {
  const merges: [string, string][] = [];
  let now = words.map((word) => [...word]);
  while (merges.length < count) {
    const seen = new Map<string, number>();
    for (const word of now)
      for (let i = 0; i + 1 < word.length; i++) {
        const key = `${word[i]}\0${word[i + 1]}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    const best = [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
    if (!best || best[1] < 2) break;
    const [left = "", right = ""] = best[0].split("\0");
    merges.push([left, right]);
    now = now.map((word) => merged(word, left, right));
  }
  return merges;
}

function merged(word: readonly string[], left: string, right: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < word.length; i++) {
    const both = word[i] === left && word[i + 1] === right;
    out.push(both ? left + right : word[i]!);
    if (both) i++;
  }
  return out;
}

const idsOf = (tokens: readonly string[]) => Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
const BOS_TEMPLATE = {
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
  special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
};

function byteLevel(merges = 60) {
  const spelled = [...STORY.matchAll(/ ?\S+/g)].map(([word]) =>
    [...new TextEncoder().encode(word)].map((byte) => BYTES[byte]!),
  );
  const pairs = mergesOf(spelled, merges);
  const part = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    ...{ added_tokens: added, normalizer: null, pre_tokenizer: part, post_processor: null, decoder: part },
    model: {
      ...{ type: "BPE", dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false },
      vocab: idsOf([...ADDED, ...BYTES, ...pairs.map((pair) => pair.join(""))]),
      merges: pairs.map((pair) => pair.join(" ")),
    },
  };
}

/** As Llama 2 has it: `▁` for a space, bytes where a character is not in the vocabulary. */
function sentencePiece() {
  const letters = [...new Set(`▁${STORY.replaceAll(" ", "▁")}`)];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const pairs = mergesOf(
    STORY.split(" ").map((word) => [...`▁${word}`]),
    50,
  );
  return {
    added_tokens: added,
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: BOS_TEMPLATE,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      ...{ type: "BPE", dropout: null, unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
      vocab: idsOf([...ADDED, ...bytes, ...letters, ...pairs.map((pair) => pair.join(""))]),
      merges: pairs,
    },
  };
}

function unigram() {
  const words = STORY.split(" ").map((word) => `▁${word}`);
  const pieces = [...new Set(["▁", ...STORY.replaceAll(" ", ""), ...words])];
  const part = { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" };
  return {
    ...{ added_tokens: added, normalizer: null, pre_tokenizer: part, post_processor: BOS_TEMPLATE, decoder: part },
    model: {
      ...{ type: "Unigram", unk_id: 0 },
      vocab: [
        ...ADDED.map((token): [string, number] => [token, 0]),
        ...pieces.map((piece, at): [string, number] => [piece, -1 - at / 10 - (piece.length === 1 ? 6 : 0)]),
      ],
    },
  };
}

function wordPiece() {
  const letters = [..."abcdefghijklmnopqrstuvwxyz.,:!"];
  const words = [...new Set(STORY.toLowerCase().match(/[a-z]+/g))];
  return {
    added_tokens: added,
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      ...{ type: "WordPiece", unk_token: "<unk>", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
      vocab: idsOf([...ADDED, ...letters, ...letters.map((letter) => `##${letter}`), ...words, "##ing", "##s"]),
    },
  };
}

function wordLevel() {
  return {
    ...{ added_tokens: added, normalizer: null, post_processor: BOS_TEMPLATE, decoder: null },
    pre_tokenizer: { type: "Whitespace" },
    model: {
      type: "WordLevel",
      unk_token: "<unk>",
      vocab: idsOf([...ADDED, ...(STORY.match(/\w+|[^\w\s]+/g) ?? [])]),
    },
  };
}

/** tokenizer.json of every kind, by name. */
export const TOKENIZERS = {
  "byte-level BPE": byteLevel(),
  BPE: sentencePiece(),
  Unigram: unigram(),
  WordPiece: wordPiece(),
  WordLevel: wordLevel(),
} as const;

export type TokenizerKind = keyof typeof TOKENIZERS;

export const TEST_VOCABULARY = 512;

/** The files of such a tokenizer. */
export function testTokenizerFiles(kind: TokenizerKind): TokenizerFiles {
  return {
    tokenizer: TOKENIZERS[kind],
    settings: { bos_token: "<s>", eos_token: "</s>", unk_token: "<unk>", clean_up_tokenization_spaces: false },
    model: { bos_token_id: 1, eos_token_id: 2 },
  };
}
