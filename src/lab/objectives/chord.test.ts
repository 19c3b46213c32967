import { describe, expect, test } from "vitest";
import { type AnyValues, initials } from "../schema.ts";
import { objectiveById } from "./index.ts";
import { randomBatch } from "./terms/testBatches.ts";
import { near } from "./terms/testNear.ts";

const { scores, feeds } = randomBatch(21);
const run = (id: string, params: AnyValues = {}, step = 1) => {
  const objective = objectiveById(id);
  return objective.assign(scores, feeds, { ...initials(objective.params), ...params }, { step, totalSteps: 100 });
};
const REGULARISED = { klCoef: 0.3, entropyCoef: 0.05 };

describe("limits of CHORD", () => {
  test("µ = 0 is GRPO, KL and entropy terms included", () => {
    const mixed = run("chord-mu", { ...REGULARISED, muPeak: 0, muValley: 0 });
    const grpo = run("grpo", REGULARISED);
    near(mixed.loss, grpo.loss);
    near([...mixed.credit.rollouts.dLogp], [...grpo.credit.rollouts.dLogp]);
    near([...mixed.credit.rollouts.dEntropy!], [...grpo.credit.rollouts.dEntropy!]);
    expect(mixed.credit.demos.dLogp.every((d) => d === 0)).toBe(true);
  });

  test("µ = 1 is SFT, with the aggregation of the expert's tokens", () => {
    const aggregation = "sequence-mean-token-mean";
    const mixed = run("chord-mu", { muSchedule: "fixed", muPeak: 1, expertAggregation: aggregation });
    const sft = run("sft", { aggregation });
    near(mixed.loss, sft.loss);
    near([...mixed.credit.demos.dLogp], [...sft.credit.demos.dLogp]);
    expect(mixed.credit.rollouts.dLogp.every((d) => d === 0)).toBe(true);
  });

  test("CHORD-φ is CHORD-µ with the weight φ", () => {
    const phi = run("chord-phi");
    const mu = run("chord-mu", { tokenWeight: "phi", muPeak: 0.1, muValley: 0.1 });
    near(phi.loss, mu.loss);
    near([...phi.credit.demos.dLogp], [...mu.credit.demos.dLogp]);
  });
});

test("the KL and entropy terms are outside the mix: µ does not scale them", () => {
  const share = { muSchedule: "fixed", muPeak: 0.6 };
  const [with_, without] = [run("chord-mu", { ...share, ...REGULARISED }), run("chord-mu", share)];
  const [grpoWith, grpoWithout] = [run("grpo", REGULARISED), run("grpo")];
  near(with_.loss - without.loss, grpoWith.loss - grpoWithout.loss);
});

test("an adaptive µ reads the mean reward of the rollouts", () => {
  // Rewards 1, 0, 0, 1.
  expect(run("chord-mu", { muSchedule: "adaptive", muTau: 0.7 }).metrics.mu).toBeCloseTo(0.2, 12);
});

test("the schedule counts updates from 1", () => {
  near(run("chord-mu").metrics.mu!, 0.8999475688047057);
});

test("own samples and expert rows have their own series", () => {
  const { metrics } = run("chord-phi");
  expect(metrics.entropy).not.toBe(metrics["expert/entropy"]);
  near(metrics["token_weight/mean"]!, 0.1 * metrics["expert/mean_phi"]!);
});
