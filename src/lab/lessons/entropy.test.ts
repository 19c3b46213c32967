import { expect, test } from "vitest";
import { entropy } from "./entropy.ts";
import { pick } from "./study.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "entropy rises under unweighted expert tokens and stays near where it was under φ",
  async () => {
    const smaller = { prompts: 8, steps: 40, evalEvery: 20, evalProblems: 64, evalOod: false };
    const mu = await trace(entropy, "chord-mu", smaller);
    const phi = await trace(entropy, "chord-phi", smaller);
    const raised = 1.5 * pick(mu, "eval/entropy", "initial");
    expect(pick(mu, "eval/entropy", "max")).toBeGreaterThan(raised);
    expect(pick(phi, "eval/entropy", "max")).toBeLessThan(raised);
  },
  SLOW,
);
