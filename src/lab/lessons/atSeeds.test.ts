import { describe, expect, test } from "vitest";
import type { FlatConfig } from "../experiment/config.ts";
import { LESSONS, lessonById } from "./index.ts";
import { SLOW, trace } from "./testTrace.ts";

/** What a lesson is about, small enough to be trained at several seeds. */
interface Check {
  /** The arms that its claims read. */
  readonly arms: readonly string[];
  /** By the beginning of a claim's sentence: the least margin at every seed, well below the recorded interval. */
  readonly least: Readonly<Record<string, number>>;
  /** Against the arms as they are declared: mostly one evaluation, at the end. */
  readonly smaller: FlatConfig;
}

/** No claim here is about problems out of distribution. */
const CHECKS: Readonly<Record<string, Check>> = {
  "never-tried": {
    arms: ["chord-mu", "grpo"],
    least: { "A few expert answers": 0.2, "CHORD-µ ends above 0.9": 0 },
    smaller: { steps: 45, evalEvery: 45 },
  },
  "chord-parts": {
    arms: ["chord-mu", "grpo"],
    least: { "CHORD-µ ends above reward": 0.05 },
    smaller: { steps: 60, evalEvery: 60 },
  },
  shift: { arms: ["sft"], least: { "Shift:": 0.1 }, smaller: { steps: 20, evalEvery: 20, evalProblems: 32 } },
  "mu-share": {
    arms: ["falls", "stays-5"],
    least: { "A share µ that falls ends above one that stays at 0.5": 0 },
    smaller: { steps: 38, evalEvery: 38, evalProblems: 96 },
  },
  phi: {
    arms: ["phi", "off"],
    least: { "Under φ the expert's median token": 0 },
    smaller: { steps: 30, evalEvery: 30 },
  },
  entropy: { arms: ["chord-mu"], least: { "Mixing in expert tokens": 0.05 }, smaller: { steps: 20, evalEvery: 20 } },
  "noisy-experts": {
    arms: ["sft", "idft"],
    least: { "IDFT ends above SFT": 0.1 },
    smaller: { steps: 50, evalEvery: 50, evalProblems: 64 },
  },
  hints: {
    arms: ["hinted", "dpo"],
    least: { "Hints end above offline DPO.": 0.03 },
    smaller: { steps: 25, evalEvery: 25, evalProblems: 64 },
  },
  "data-distance": {
    arms: ["hinted", "expert"],
    least: { "The expert's answers have a lower CLL": 1 },
    smaller: { steps: 1, evalEvery: 1, evalProblems: 8 },
  },
  "offline-online": {
    arms: ["offline", "s1"],
    least: { "Offline DPO ends below online": 0.05 },
    smaller: { evalEvery: 80 },
  },
  "ln-2": {
    arms: ["synced"],
    least: { "With a reference that follows every step the loss": 0, "While the loss stands still": 0 },
    smaller: { evalEvery: 40 },
  },
  "two-rewards": {
    arms: ["both"],
    least: { "With both rewards, more parities are right than at the start": 0.1, "Under both rewards, grammar": 0.1 },
    smaller: { steps: 80, evalEvery: 80 },
  },
  cheerful: {
    arms: ["online"],
    least: { "Under online DPO on liked endings, the share of cheerful ones": -0.15 },
    smaller: { steps: 8, prompts: 8, lr: 6e-4, warmupSteps: 3, evalEvery: 8, evalProblems: 128 },
  },
};

test("every lesson, and with it every preset, has something that is looked at here", () => {
  expect(Object.keys(CHECKS)).toEqual(LESSONS.map(({ id }) => id));
});

describe.each(Object.entries(CHECKS))("%s", (id, { arms, least, smaller }) => {
  test.each([1, 2, 3])(
    "shows what it is about at seed %i",
    async (seed) => {
      const lesson = lessonById(id);
      const traces: Record<string, Awaited<ReturnType<typeof trace>>> = {};
      for (const arm of arms) traces[arm] = await trace(lesson, arm, { evalOod: false, ...smaller, seed });
      for (const [beginning, bound] of Object.entries(least)) {
        const claims = lesson.claims.filter(({ sentence }) => sentence.startsWith(beginning));
        expect(claims, beginning).toHaveLength(1);
        expect(claims[0]!.margin(traces), claims[0]!.sentence).toBeGreaterThan(bound);
      }
    },
    SLOW,
  );
});
