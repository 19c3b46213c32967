import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { NOUNS } from "./lexicon.ts";
import { sentence } from "./sentence.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(sentence.params);

it("accepts a verb, up to three adjectives and a noun", () => {
  const verdict = (answer: string) => sentence.verify({ prompt: "dog ", kind: "sentence" }, answer, params);
  expect(verdict("hugs owl.")).toBe(1);
  expect(verdict("robs odd odd odd bee.")).toBe(1);
  expect(verdict("oh!>hugs fun fit top cat.")).toBe(1);
  expect(verdict("robs odd odd odd odd bee.")).toBe(0);
  expect(verdict("hugs owl")).toBe(0);
  expect(verdict("hugs  owl.")).toBe(0);
  expect(verdict("owl hugs.")).toBe(0);
});

it("opens with the last two nouns out of distribution alone", () => {
  const unseen = NOUNS.slice(4);
  for (let row = 0; row < 300; row++) {
    for (const split of ["train", "id", "ood"] as const) {
      const noun = sentence.problem(rng(row), split, params).prompt.trim().split(" ").at(-1);
      expect(unseen.some((other) => other === noun)).toBe(split === "ood");
    }
  }
});
