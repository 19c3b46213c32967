import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { TASKS } from "./index.ts";
import { mixture } from "./mixture.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(mixture.params);
const LETTERS: Readonly<Record<string, RegExp>> = {
  sort: /^s\d/,
  countdown: /^c\d/,
  addition: /^a\d/,
  sentence: /^w[a-z]/,
};

it("mixes its kinds about equally, each with its letter, unless it focuses on one", () => {
  for (const withSentence of [false, true]) {
    const kinds = mixture.kinds!({ ...params, withSentence });
    expect(kinds.length).toBe(withSentence ? 4 : 3);
    const counts = new Map<string, number>();
    for (let row = 0; row < 1200; row++) {
      const problem = mixture.problem(rng(row), "train", { ...params, withSentence });
      expect(problem.prompt).toMatch(LETTERS[problem.kind]!);
      counts.set(problem.kind, (counts.get(problem.kind) ?? 0) + 1);
    }
    for (const kind of kinds) expect(Math.abs(counts.get(kind)! * kinds.length - 1200)).toBeLessThan(300);
  }
  for (let row = 0; row < 50; row++) {
    expect(mixture.problem(rng(row), "train", { ...params, focus: "addition" }).kind).toBe("addition");
  }
});

it("makes and judges a problem of any kind as the task itself does", () => {
  for (const kind of mixture.kinds!({ ...params, withSentence: true })) {
    const task = TASKS.find((candidate) => candidate.id === kind)!;
    const outer = mixture.problemOf!(kind, rng(), "id", params);
    const inner = task.problem(rng(), "id", initials(task.params));
    expect(outer).toEqual({ prompt: (LETTERS[kind]!.source[1] + inner.prompt).replace(/^ss/, "s"), kind });
    expect(mixture.solution(outer, params)).toBe(task.solution(inner, initials(task.params)));
    const answer = mixture.demonstrate(outer, "expert", rng(1), params);
    expect(answer).toBe(task.demonstrate(inner, "expert", rng(1), initials(task.params)));
  }
  expect(() => mixture.problemOf!("chess", rng(), "id", params)).toThrow(/one of sort, countdown, addition, sentence/);
});
