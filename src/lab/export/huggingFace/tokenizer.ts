import { ALPHABET, BOS, EOS, PAD, tokenText, VOCAB_SIZE } from "../../tokenizer/characters.ts";
import { tokenizerFile } from "../../tokenizer/tokenizerFile.ts";

/**
 * What a character outside the alphabet becomes in other readers, which want a token of the vocabulary for it and would give
 * no id, or fail, without one. `<pad>` has no text, so that no other character is read in its place; here such a character
 * is refused.
 */
const UNKNOWN = tokenText(PAD);

/** `tokenizer.json` of our characters, for the `tokenizers` library: one token a character, `<bos>` in front. */
export function tokenizerJson(): Readonly<Record<string, unknown>> {
  const vocab = Object.fromEntries(Array.from({ length: VOCAB_SIZE }, (_, id) => [tokenText(id), id]));
  return tokenizerFile({
    pre_tokenizer: { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false },
    // Without it, decoding would put a space between the characters.
    decoder: { type: "Fuse" },
    model: { type: "WordLevel", vocab, unk_token: UNKNOWN },
  });
}

/** `tokenizer_config.json` of our characters. */
export function tokenizerConfigJson(context: number): Readonly<Record<string, unknown>> {
  return { ...commonConfigJson(context), unk_token: UNKNOWN, alphabet: ALPHABET };
}

/** `tokenizer_config.json` of any vocabulary of the lab. Prompts are padded on the left, as the policy reads them. */
export function commonConfigJson(context: number): Readonly<Record<string, unknown>> {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: tokenText(BOS),
    eos_token: tokenText(EOS),
    pad_token: tokenText(PAD),
    padding_side: "left",
    clean_up_tokenization_spaces: false,
    model_input_names: ["input_ids", "attention_mask"],
    model_max_length: context,
  };
}
