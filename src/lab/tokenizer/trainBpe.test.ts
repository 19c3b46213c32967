import { expect, test } from "vitest";
import { readVocabulary } from "../train/shippedVocabulary.ts";
import { SPECIALS } from "./characters.ts";
import { bpeFile } from "./tokenizerFile.ts";
import { trainBpe } from "./trainBpe.ts";

const merged = (texts: readonly string[], merges: number) =>
  trainBpe(texts, 95 + merges).merges.map((pair) => pair.join("+"));

test("the pair of neighbours that occurs most often is joined first, and then as one", () => {
  // ab four times, of which three times before c; equally frequent pairs in the order of their characters.
  expect(merged(["ab abc abc abc"], 3)).toEqual(["a+b", "ab+c", "Ġ+abc"]);
  expect(merged(["ba", "ab"], 1)).toEqual(["a+b"]);
});

test("nothing is joined across words, and no more than there is to join", () => {
  expect(merged(["a b a b"], 9)).toEqual(["Ġ+b", "Ġ+a"]);
  expect(merged([], 5)).toEqual([]);
});

test("the library reads the file, cuts texts as the vocabulary was learned, and gives them back", async () => {
  const texts = ["The dog ran. The dog sat, and the cat ran to it!", "It can't be: 12 dogs?"];
  const bpe = trainBpe(texts, 120);
  const bytes = new TextEncoder().encode(JSON.stringify(bpeFile(bpe)));
  const size = SPECIALS.length + 95 + bpe.merges.length;
  const reads = await readVocabulary({ file: "test", size }, bytes);
  expect(reads.prompt("").map(reads.label)).toEqual(["<bos>"]);
  expect(reads.completion(" dog ran.", "The").map(reads.label)).toEqual(["␣dog", "␣ran", "."]);
  for (const text of [...texts, '~`{}| \\ "quoted" #hint#']) expect(reads.text(reads.completion(text, ""))).toBe(text);
});
