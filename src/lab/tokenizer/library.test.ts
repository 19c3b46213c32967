import { Tokenizer as Library } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { libraryTokenizer } from "./library.ts";
import { STORY, TEST_VOCABULARY, TOKENIZERS, type TokenizerKind, testTokenizerFiles } from "./testTokenizers.ts";
import { fieldsOf } from "./tokenizerFiles.ts";

const kinds = Object.keys(TOKENIZERS) as TokenizerKind[];
const read = async (kind: TokenizerKind) =>
  (await libraryTokenizer(testTokenizerFiles(kind), TEST_VOCABULARY)).tokenizer;

/** Pairs of texts of each kind of tokenizer in every run of the tests; TOKENIZER_TEXTS=10000 tries more by hand. */
const TEXTS = Number(process.env.TOKENIZER_TEXTS ?? 100);

const WORDS = STORY.split(/(?<= )/);
const ODD = ["é", "  ", "\n", "€", "😀", "</s>", "123", "Z", "\t", "ß", "中", "'s", "##ing", "▁"];

/** A text of known words with strange ones between them. */
function text(row: number, odd = ODD): string {
  const rng = rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row);
  const parts = Array.from({ length: 1 + rng.below(8) }, () =>
    rng.pick(rng.next() < 0.7 || odd.length === 0 ? WORDS : odd),
  );
  return parts.join("");
}

describe.each(kinds)("a %s tokenizer", (kind) => {
  it("reads as the library does, and reads a completion as what follows its prompt", async () => {
    const tokenizer = await read(kind);
    const files = testTokenizerFiles(kind);
    const library = new Library(fieldsOf(files.tokenizer), fieldsOf(files.settings));
    const plain = (of: string) => library.encode(of, { add_special_tokens: false }).ids;
    for (let row = 0; row < TEXTS; row++) {
      const [prompt, completion] = [text(2 * row), text(2 * row + 1)];
      const front = tokenizer.prompt("").slice(0, tokenizer.prompt(prompt).length - plain(prompt).length);
      expect(tokenizer.prompt(prompt)).toEqual([...front, ...plain(prompt)]);
      expect(tokenizer.completion(prompt, "")).toEqual(plain(prompt));
      const [head, whole] = [plain(prompt), plain(prompt + completion)];
      if (head.length < whole.length && head.every((id, n) => whole[n] === id))
        expect([...head, ...tokenizer.completion(completion, prompt)]).toEqual(whole);
    }
  });

  it("shows every token in its own way, and finds it by that", async () => {
    const tokenizer = await read(kind);
    const labels = Array.from({ length: TEST_VOCABULARY }, (_, id) => tokenizer.label(id));
    expect(new Set(labels).size).toBe(TEST_VOCABULARY);
    expect(labels.map((label) => tokenizer.idOf(label))).toEqual(labels.map((_, id) => id));
    expect(labels.filter((label) => /[ \n]/.test(label))).toEqual([]);
  });
});

it.each([
  ["byte-level BPE", ODD.filter((one) => one !== "</s>")],
  ["BPE", ODD.filter((one) => one !== "</s>" && one !== "▁")],
] as const)("gives back every text that a %s wrote", async (kind, odd) => {
  const tokenizer = await read(kind);
  for (let row = 0; row < 100; row++) {
    const [prompt, completion] = [text(2 * row, []), text(2 * row + 1, odd)];
    expect(tokenizer.text(tokenizer.completion(completion, prompt))).toBe(completion);
  }
});

it("begins a prompt as the files say, ends a completion, and reads something where nothing is asked", async () => {
  const files = testTokenizerFiles("BPE");
  const { tokenizer } = await libraryTokenizer(files, TEST_VOCABULARY);
  expect([tokenizer.prompt("")[0], tokenizer.end, tokenizer.oneToOne]).toEqual([1, 2, false]);
  const without = { ...files, settings: { ...fieldsOf(files.settings), add_bos_token: false } };
  expect((await libraryTokenizer(without, TEST_VOCABULARY)).tokenizer.prompt("a cat")).not.toContain(1);
  expect((await read("byte-level BPE")).prompt("")).toEqual([1]);
  const many = { ...files, generation: { eos_token_id: [5, 2] } };
  const { tokenizer: other, notes } = await libraryTokenizer(many, TEST_VOCABULARY);
  expect([other.end, notes]).toEqual([2, ["eos_token_id lists 2 tokens: 2 ends a completion."]]);
  expect(tokenizer.text([2, 1, ...tokenizer.completion("a cat", ""), 2, 511])).toBe(" a cat");
});

it("drops the end, begin and padding that tokenizer.json does not flag as special, and no letter of a default id", async () => {
  const files = testTokenizerFiles("BPE");
  const json = fieldsOf(files.tokenizer);
  const added = (json.added_tokens as readonly object[]).map((one) => ({ ...one, special: false }));
  const model = { ...fieldsOf(files.model), pad_token_id: 0 };
  const unflagged = { ...files, tokenizer: { ...json, added_tokens: added }, model };
  const { tokenizer } = await libraryTokenizer(unflagged, TEST_VOCABULARY);
  const ids = tokenizer.completion("a cat", "");
  expect(tokenizer.text([1, ...ids, 2, 0])).toBe(" a cat");
  const letter = { ...unflagged, model: { ...model, pad_token_id: ids.at(-1) } };
  expect((await libraryTokenizer(letter, TEST_VOCABULARY)).tokenizer.text([...ids, 2])).toBe(" a cat");
});

describe("refuses with a sentence", () => {
  const files = testTokenizerFiles("BPE");
  const json = fieldsOf(files.tokenizer);
  const model = fieldsOf(json.model);
  const changed = (change: object) => ({ ...files, tokenizer: { ...json, model: { ...model, ...change } } });
  it.each([
    ["no file", { ...files, tokenizer: undefined }, "tokenizer.json must have a model, got undefined."],
    ["another model", changed({ type: "Magic" }), "model.type of tokenizer.json must be one of WordLevel, BPE"],
    ["chance", changed({ dropout: 0.1 }), "model.dropout of tokenizer.json must be null"],
    ["an id too large", changed({ vocab: { a: 4e9 } }), 'The id of "a" in tokenizer.json must be in [0, 512)'],
    ["two tokens of one id", changed({ vocab: { a: 7, b: 7 } }), "Two tokens of tokenizer.json must not have one id"],
    ["a merge of three", changed({ merges: [["a", "b", "c"]] }), "A merge of tokenizer.json must be two texts"],
    [
      "a strange step",
      { ...files, tokenizer: { ...json, normalizer: { type: "Magic" } } },
      "tokenizer.json must be one that",
    ],
    ["no end", { ...files, settings: {}, model: {} }, "config.json must name an eos_token_id"],
    [
      "an end outside",
      { ...files, generation: { eos_token_id: 512 } },
      "eos_token_id must be an id in [0, 512), got 512.",
    ],
  ])("%s", async (_, given, sentence) => {
    await expect(libraryTokenizer(given, TEST_VOCABULARY)).rejects.toThrow(sentence);
  });
});
