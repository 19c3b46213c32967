import { expect, test } from "vitest";
import { GLOSSARY, textPieces } from "./glossary.ts";

test("the entries stand in order of their keys, each a sentence that ends", () => {
  const keys = Object.keys(GLOSSARY);
  expect(keys).toEqual([...keys].sort((a, b) => a.localeCompare(b)));
  for (const { meaning, word } of Object.values(GLOSSARY)) {
    expect(meaning, word).toMatch(/^[A-Z0-9−].*\.$/);
    expect(meaning.split(" ").length, word).toBeLessThan(45);
  }
});

test("no two entries share a word or a symbol", () => {
  const all = Object.values(GLOSSARY) as { word: string; symbol?: string }[];
  expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
  const symbols = all.flatMap(({ symbol }) => symbol ?? []);
  expect(new Set(symbols).size).toBe(symbols.length);
});

test("marked words become pieces with their entry, in its own words or in others", () => {
  expect(textPieces("The [policy] meets [expert|an expert].")).toEqual([
    "The ",
    { key: "policy", word: "policy" },
    " meets ",
    { key: "expert", word: "an expert" },
    ".",
  ]);
});

test("a mark that names no entry is refused by name", () => {
  expect(() => textPieces("A [teacher].")).toThrow('must name an entry of the glossary, got "teacher"');
  expect(() => textPieces("[toString]")).toThrow("toString");
});
