import { expect, test } from "vitest";
import { DelimitedReader } from "./delimited.ts";

const read = (text: string) => new DelimitedReader(",").read(text, true);

test("a line of names may have a thousand of them, each once", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(",");
  expect(read(`${names(1000)}\na\n`)).toHaveLength(1);
  expect(() => read(`${names(1001)}\na\n`)).toThrow("must have at most 1,000 columns, got 1,001.");
  expect(() => read("a,b,a\n1,2,3\n")).toThrow("must have names of their own, got two named “a”.");
  expect(read("a,,\n1,,\n")).toEqual([{ a: "1", "": "" }]);
});
