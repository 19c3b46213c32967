import type { Tokenizer } from "./tokenizer.ts";

/** Characters as tokens: one alphabet for every task, so that any checkpoint reads any prompt. */
export const PAD = 0;
export const BOS = 1;
export const EOS = 2;

/** The tokens without text that every vocabulary of the lab begins with, by id. */
export const SPECIALS = ["<pad>", "<bos>", "<eos>"] as const;
/** 57 characters after the three specials make 60 tokens: a multiple of 4, which vector loads on a GPU want. */
export const ALPHABET = "0123456789+-*/=>,;:|.()[]{}abcdefghijklmnopqrstuvwxyz ?!#";

export const VOCAB_SIZE = SPECIALS.length + ALPHABET.length;

const idOf = new Map([...ALPHABET].map((character, index) => [character, index + SPECIALS.length]));

/**
 * Token ids of a text, without specials.
 * @throws {RangeError} naming the first character outside the alphabet.
 */
export function encode(text: string): number[] {
  return [...text].map((character) => {
    const id = idOf.get(character);
    if (id === undefined) {
      throw new RangeError(`a text must use the characters ${ALPHABET}, got ${JSON.stringify(character)}`);
    }
    return id;
  });
}

/** The text of ids; specials are left out. */
export function decode(ids: Iterable<number>): string {
  let text = "";
  for (const id of ids) text += ALPHABET[id - SPECIALS.length] ?? "";
  return text;
}

/** How a single token is shown: its character, or the name of a special. */
export function tokenText(id: number): string {
  return SPECIALS[id] ?? ALPHABET[id - SPECIALS.length] ?? `<${id}>`;
}

const ids = new Map(Array.from({ length: VOCAB_SIZE }, (_, id) => [tokenText(id), id]));

/** The tokenizer of the lab's own policies. */
export const CHARACTERS: Tokenizer = {
  vocabSize: VOCAB_SIZE,
  end: EOS,
  oneToOne: true,
  prompt: (text) => [BOS, ...encode(text)],
  completion: encode,
  text: decode,
  label: tokenText,
  idOf: (label) => ids.get(label),
};
