import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { pathPairs, paths } from "./paths.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(paths.params);
const problem = { prompt: "an:", kind: "paths" };

it("accepts every path along edges, and nothing else", () => {
  const verdict = (answer: string) => paths.verify(problem, answer, params);
  expect(verdict("aein")).toBe(1);
  expect(verdict("afjn")).toBe(1);
  expect(verdict("nofa>afjn")).toBe(1);
  expect(verdict("an")).toBe(0); // no edge
  expect(verdict("aei")).toBe(0); // stops early
  expect(verdict("ein")).toBe(0); // starts elsewhere
  expect(verdict("aeinn")).toBe(0);
  expect(verdict("")).toBe(0);
});

it("walks many ways to one goal, while the expert takes a shortest one", () => {
  const walks = new Set(
    Array.from({ length: 200 }, (_, row) => paths.demonstrate(problem, "native", rng(row), params)),
  );
  expect(walks.size).toBeGreaterThan(1);
  for (const walk of walks) expect(paths.verify(problem, walk, params)).toBe(1);
  const [plan, path] = paths.demonstrate(problem, "expert", rng(), params).split(">");
  expect([...plan!].reverse().join("")).toBe(path);
  expect(path!.length).toBe(Math.min(...[...walks].map((walk) => walk.length)));
});

it("has enough pairs in every split, and longer ways out of distribution", () => {
  for (const hops of [2, 3]) {
    const hopsOf = (pair: string) => paths.solution({ prompt: `${pair}:`, kind: "paths" }, params).length - 1;
    expect(pathPairs("train", hops).length).toBeGreaterThan(40);
    expect(pathPairs("id", hops).length).toBeGreaterThan(12);
    expect(pathPairs("ood", hops).length).toBeGreaterThan(20);
    for (const pair of pathPairs("train", hops)) expect(hopsOf(pair)).toBeLessThanOrEqual(hops);
    for (const pair of pathPairs("ood", hops)) expect(hopsOf(pair)).toBeGreaterThan(hops);
  }
});
