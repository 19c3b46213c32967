import { describe, expect, test } from "vitest";
import type { MetricName } from "../lab/metrics.ts";
import { near } from "../lab/objectives/terms/testNear.ts";
import vectors from "../lab/objectives/vectors/dpo.json" with { type: "json" };
import idft from "../lab/objectives/vectors/idft.json" with { type: "json" };
import { type FeedOutput, type ObjectiveOutput, runObjective } from "./objective.ts";

interface Answer {
  readonly logp: readonly number[];
  readonly refLogp?: readonly number[];
}

/** Rows of unequal length, padded with null under a mask of 0. */
function feedOf(answers: readonly Answer[]) {
  const length = Math.max(...answers.map(({ logp }) => logp.length));
  const pad = (row: readonly number[]) => [...row, ...new Array<null>(length - row.length).fill(null)];
  return {
    logp: answers.map(({ logp }) => pad(logp)),
    mask: answers.map(({ logp }) => pad(logp).map((x) => (x === null ? 0 : 1))),
    ...(answers[0]?.refLogp && { refLogp: answers.map(({ refLogp }) => pad(refLogp!)) }),
  };
}

const sides = (output: ObjectiveOutput, name: "offlinePairs" | "onlinePairs" = "offlinePairs") =>
  output.feeds[name] as { chosen: FeedOutput; rejected: FeedOutput };

/** Where the reference's names of losses are loss types here. */
const LOSSES = [
  ["sigmoid", {}, "sigmoid"],
  ["sigmoid_norm_len_avg", {}, "sigmoid_norm"],
  ["hinge", {}, "hinge"],
  ["ipo_sum", {}, "ipo_sum"],
  ["ipo_avg", {}, "ipo"],
  ["cdpo_label_smoothing_0p1", { labelSmoothing: 0.1 }, "sigmoid"],
  ["robust_label_smoothing_0p1", { labelSmoothing: 0.1 }, "robust"],
  ["bco_pair_delta0", {}, "bco_pair"],
  ["nca_pair", {}, "nca_pair"],
  ["sppo_hard", {}, "sppo_hard"],
  ["apo_zero", {}, "apo_zero"],
  ["apo_down", {}, "apo_down"],
  ["discopop_tau_0p05", {}, "discopop"],
] as const;

describe.each(vectors.cases.map((vector) => [vector.id, vector] as const))("one pair, %s", (_id, vector) => {
  const { inputs, losses, metrics, nll, dpo_plus_nll, grads_wrt_sequence_logprob: grads } = vector;
  const pairs = {
    chosen: feedOf([{ logp: inputs.policy_chosen_tokens, refLogp: inputs.ref_chosen_tokens }]),
    rejected: feedOf([{ logp: inputs.policy_rejected_tokens, refLogp: inputs.ref_rejected_tokens }]),
  };
  const run = (params: object, id = "dpo-offline") =>
    runObjective(id, { params: { beta: inputs.beta, ...params }, feeds: { offlinePairs: pairs } });

  test.each(LOSSES)("%s", (name, params, lossType) => {
    near(run({ ...params, lossType }).loss, losses[name]);
  });

  test.each(["sigmoid", "hinge", "ipo_sum"] as const)(
    "every token of an answer gets the slope of %s in its sum",
    (lossType) => {
      const { chosen, rejected } = sides(run({ lossType }));
      near(
        chosen.dLogp[0]!,
        inputs.policy_chosen_tokens.map(() => grads[`${lossType}_dchosen`]),
      );
      near(
        rejected.dLogp[0]!,
        inputs.policy_rejected_tokens.map(() => grads[`${lossType}_drejected`]),
      );
    },
  );

  test("TRL's metrics", () => {
    const output = run({});
    for (const [name, value] of Object.entries(metrics)) near(output.metrics[name as MetricName]!, value);
    near(output.metrics.nll_loss!, nll.nll_chosen_token_mean);
  });

  test("the NLL of the chosen answer on top", () => {
    near(run({ nllCoef: 1 }).loss, dpo_plus_nll.fs2_nll_scale_1_len_norm);
    near(run({ nllCoef: 0.2 }).loss, dpo_plus_nll.fs2_nll_scale_0p2_len_norm);
    near(run({ nllCoef: 1, nllLengthNorm: false }).loss, dpo_plus_nll.fs2_nll_scale_1_no_len_norm);
  });

  test("SimPO", () => {
    near(run({ gamma: 0.5 }, "simpo").loss, losses.simpo_beta_gamma0p5);
  });

  test("offline, semi-online and online DPO differ in their feed alone", () => {
    for (const id of ["dpo-semi-online", "dpo-online"]) {
      const online = runObjective(id, { params: { beta: inputs.beta }, feeds: { onlinePairs: pairs } });
      const offline = run({});
      expect(online.loss).toBe(offline.loss);
      expect(sides(online, "onlinePairs")).toEqual(sides(offline));
    }
  });
});

describe("three pairs, TRL's and SimPO's own code", () => {
  const { inputs } = idft.preference;
  const answers = (logp: readonly number[], ref: readonly number[], lengths: readonly number[]) =>
    feedOf(
      logp.map((sum, i) => ({
        logp: new Array<number>(lengths[i]!).fill(sum / lengths[i]!),
        refLogp: new Array<number>(lengths[i]!).fill(ref[i]! / lengths[i]!),
      })),
    );
  const offlinePairs = {
    chosen: answers(inputs.policy_chosen_logps_sum, inputs.ref_chosen_logps_sum, inputs.chosen_len),
    rejected: answers(inputs.policy_rejected_logps_sum, inputs.ref_rejected_logps_sum, inputs.rejected_len),
  };
  const run = (id: string, params: object) => runObjective(id, { params, feeds: { offlinePairs } });
  const first = (output: ObjectiveOutput) => {
    const { chosen, rejected } = sides(output);
    return [chosen.dLogp.map((row) => row[0]!), rejected.dLogp.map((row) => row[0]!)] as const;
  };

  test.each([
    ["sigmoid", "trl_dpo_sigmoid_beta0.1"],
    ["ipo", "trl_ipo_beta0.1 (length-averaged)"],
    ["hinge", "trl_dpo_hinge_beta0.1"],
  ] as const)("%s: mean and slopes", (lossType, name) => {
    const vector = idft.preference[name];
    const output = run("dpo-offline", { lossType });
    near(output.loss, vector.mean);
    near(first(output), [vector.dmean_dchosen, vector.dmean_drejected]);
  });

  test("SimPO: mean, rewards and slopes in the mean log-probability", () => {
    const vector = idft.preference["simpo_sigmoid_beta2.0_gammaBetaRatio0.25_ls0.0"];
    const output = run("simpo", { beta: 2, gamma: 0.5 });
    near(output.loss, vector.mean);
    near(output.metrics["rewards/chosen"]!, vector.chosen_rewards.reduce((a, b) => a + b) / 3);
    const [chosen, rejected] = first(output);
    near(
      chosen.map((d, i) => d * inputs.chosen_len[i]!),
      vector.dmean_d_avg_chosen,
    );
    near(
      rejected.map((d, i) => d * inputs.rejected_len[i]!),
      vector.dmean_d_avg_rejected,
    );
    near(run("simpo", { beta: 2, gammaBetaRatio: 0.25 }).loss, vector.mean);
  });

  test("IPO on sums, and SimPO's instruct setting", () => {
    near(run("dpo-offline", { lossType: "ipo_sum" }).loss, 24.1041666667);
    near(run("simpo", { beta: 2.5, gammaBetaRatio: 0.55 }).loss, 1.63605202463);
  });

  test("prompts without a pair shrink the mean over prompts asked, not that over pairs", () => {
    const asked = { ...offlinePairs, prompts: 12 };
    const mean = (reduction: string) =>
      runObjective("dpo-offline", { params: { reduction }, feeds: { offlinePairs: asked } });
    near(mean("prompts").loss, (3 * mean("pairs").loss) / 12);
    near(mean("pairs").metrics["pairs/valid_frac"]!, 0.25);
  });
});

describe("GRPO as fairseq2 and TRL aggregate it", () => {
  const { policy_token_logps, ref_token_logps, rewards, beta } = vectors.grpo_loss;
  const rollouts = {
    ...feedOf(policy_token_logps.map((logp, i) => ({ logp, refLogp: ref_token_logps[i]! }))),
    rewards,
    groupSize: 2,
  };
  const run = (params: object) =>
    runObjective("grpo", { params: { klCoef: beta, klEstimator: "k3", ...params }, feeds: { rollouts } });

  test.each([
    ["sequence-mean-token-mean", "loss_length_norm_seq"],
    ["seq-mean-token-sum", "loss_no_length_norm_sum"],
    ["token-mean", "loss_token_mean"],
    ["dr-grpo", "loss_dr_grpo_const_8"],
  ] as const)("%s", (aggregation, name) => {
    near(run({ aggregation, aggregationNorm: 8 }).loss, vectors.grpo_loss[name]);
  });

  test("the slope of every token, KL included", () => {
    const { dLogp } = run({ aggregation: "sequence-mean-token-sum" }).feeds.rollouts as FeedOutput;
    const expected = vectors.grpo_loss.grad_wrt_token_logp_no_len_norm;
    near(
      dLogp,
      expected.map((row) => [...row, ...new Array<number>(3 - row.length).fill(0)]),
    );
    const kl = vectors.grpo_loss.k3_kl.flat();
    near(run({}).metrics.kl!, kl.reduce((a, b) => a + b) / kl.length);
  });
});

test("the entropy term is minus the mean entropy of the chosen answer, with a slope on every scored token", () => {
  const { logits, sequence_mean_masked, target_mask, regulariser_scale_0p0003_term: term } = vectors.entropy;
  const feed = { logits: [logits], labels: [[0, 0, 0]], mask: [target_mask], refLogp: [[0, 0, 0]] };
  const loss = (entropyCoef: number) =>
    runObjective("dpo-online", { params: { entropyCoef }, feeds: { onlinePairs: { chosen: feed, rejected: feed } } });
  near(loss(3e-4).loss - loss(0).loss, term, 1e-6);
  near(loss(0).metrics.entropy!, sequence_mean_masked);
  near(sides(loss(3e-4), "onlinePairs").chosen.dEntropy!, [[-1.5e-4, -1.5e-4, 0]]);
});

describe("pairs from groups", () => {
  const row = (logp: number, ref: number) => ({ logp: [logp], refLogp: [ref] });
  // Log-ratios 1, 0.5, −1, 0; the first two are correct in the first pattern.
  const base = feedOf([row(-1, -2), row(-1, -1.5), row(-3, -2), row(-2, -2)]);
  const run = (rewards: readonly number[], id = "group-dpo", params = {}) =>
    runObjective(id, { params: { beta: 0.5, ...params }, feeds: { rollouts: { ...base, rewards, groupSize: 4 } } });
  const softplus = (x: number) => Math.log1p(Math.exp(x));

  test("all four pairs of two right and two wrong answers are averaged", () => {
    const margins = [2, 1, 1.5, 0.5];
    const output = run([1, 1, 0, 0]);
    near(output.loss, margins.reduce((sum, h) => sum + softplus(-0.5 * h), 0) / 4);
    near(output.metrics["rewards/margins"]!, 0.5 * 1.25);
    // Row 1 is in the pairs of margin 2 and 1: −(β/4)(σ(−1) + σ(−½)).
    const slope = -(0.5 / 4) * (1 / (1 + Math.E) + 1 / (1 + Math.exp(0.5)));
    near((output.feeds.rollouts as FeedOutput).dLogp[0]!, [slope]);
  });

  test.each([[[1, 1, 1, 1]], [[0, 0, 0, 0]]])(
    "rewards %s give no pair: loss 0, credit 0, and a metric says so",
    (rewards) => {
      const output = run(rewards);
      expect(output.loss).toBe(0);
      expect((output.feeds.rollouts as FeedOutput).dLogp.flat().every((d) => d === 0)).toBe(true);
      expect(output.metrics).toMatchObject({ "pairs/count": 0, "pairs/valid_frac": 0, frac_reward_zero_std: 1 });
    },
  );

  test("DPO + GRPO is the sum, α times the second", () => {
    const rewards = [1, 0, 0, 1];
    const [pairs, grpo, both] = [
      run(rewards),
      runObjective("grpo", { feeds: { rollouts: { ...base, rewards, groupSize: 4 } } }),
      run(rewards, "dpo-grpo", { alpha: 0.1 }),
    ];
    near(both.loss, pairs.loss + 0.1 * grpo.loss);
    expect(run(rewards, "dpo-grpo", { alpha: 0 }).loss).toBe(pairs.loss);
  });
});

test("ORPO by hand: one token each, p = ½ and ¼", () => {
  // odds 1 and 1/3: log odds ratio log 3; NLL log 2; L = log 2 + 0.1 log(1 + 1/3).
  const offlinePairs = { chosen: feedOf([{ logp: [-Math.LN2] }]), rejected: feedOf([{ logp: [-2 * Math.LN2] }]) };
  const output = runObjective("orpo", { feeds: { offlinePairs } });
  near(output.loss, Math.LN2 + 0.1 * Math.log(4 / 3));
  // d log odds / d log p = 1 / (1 − p): −1 − 0.1 · ¼ · 2 and 0.1 · ¼ · 4/3.
  near([sides(output).chosen.dLogp[0]![0]!, sides(output).rejected.dLogp[0]![0]!], [-1.05, 0.1 / 3]);
});

test("KTO of two good answers and one bad one, as TRL's code has it: the sides need not be as many", () => {
  // Log-ratios 0.5 and −1; −4; the answers under other prompts drifted by 0.25.
  const offlinePairs = {
    chosen: feedOf([
      { logp: [-12.5], refLogp: [-13] },
      { logp: [-30], refLogp: [-29] },
    ]),
    rejected: feedOf([{ logp: [-20], refLogp: [-16] }]),
    mismatched: feedOf([{ logp: [-10], refLogp: [-10.25] }]),
  };
  near(runObjective("kto", { feeds: { offlinePairs } }).loss, 0.473426871387);
});

test("KTO by hand: log-ratios 2 and −1 against a reference point of 1", () => {
  const offlinePairs = {
    chosen: feedOf([{ logp: [-1], refLogp: [-3] }]),
    rejected: feedOf([{ logp: [-3], refLogp: [-2] }]),
    mismatched: { logp: [[-1]], refLogp: [[-2]], mask: [[1]] },
  };
  const output = runObjective("kto", { params: { beta: 1 }, feeds: { offlinePairs } });
  const sigma = (x: number) => 1 / (1 + Math.exp(-x));
  // ½ (σ(−(2 − 1)) + σ(−1 − 1)); slopes ∓½ σσ′.
  near(output.loss, (sigma(-1) + sigma(-2)) / 2);
  near(sides(output).chosen.dLogp[0]!, [-0.5 * sigma(1) * sigma(-1)]);
  near(sides(output).rejected.dLogp[0]!, [0.5 * sigma(2) * sigma(-2)]);
  near(output.metrics.kl!, 1);
});

test("a step without any pair has loss 0 and says so", () => {
  const none = { logp: [], mask: [] };
  const output = runObjective("dpo-online", { feeds: { onlinePairs: { chosen: none, rejected: none, prompts: 8 } } });
  expect(output).toMatchObject({ loss: 0, metrics: { "pairs/count": 0, "pairs/valid_frac": 0 } });
});
