import { BOS, SPECIALS, tokenText } from "./characters.ts";
import type { Bpe } from "./trainBpe.ts";

/** What tells one `tokenizer.json` of the lab from another. */
interface Reading {
  readonly pre_tokenizer: unknown;
  readonly decoder: unknown;
  readonly model: unknown;
}

/** A `tokenizer.json` for the `tokenizers` library: the three special tokens, `<bos>` in front, and how the rest is read. */
export function tokenizerFile({ pre_tokenizer, decoder, model }: Reading): Readonly<Record<string, unknown>> {
  const bos = { SpecialToken: { id: tokenText(BOS), type_id: 0 } };
  const text = (id: "A" | "B") => ({ Sequence: { id, type_id: 0 } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer,
    post_processor: {
      type: "TemplateProcessing",
      single: [bos, text("A")],
      pair: [bos, text("A"), text("B")],
      special_tokens: { [tokenText(BOS)]: { id: tokenText(BOS), ids: [BOS], tokens: [tokenText(BOS)] } },
    },
    decoder,
    model,
  };
}

/** `tokenizer.json` of a byte-level BPE behind the special tokens. */
export function bpeFile({ alphabet, merges }: Bpe): Readonly<Record<string, unknown>> {
  const tokens = [...SPECIALS, ...alphabet, ...merges.map((pair) => pair.join(""))];
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return tokenizerFile({
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map((pair) => pair.join(" ")),
    },
  });
}
