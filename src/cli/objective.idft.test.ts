import { describe, expect, test } from "vitest";
import { near } from "../lab/objectives/terms/testNear.ts";
import vectors from "../lab/objectives/vectors/idft.json" with { type: "json" };
import { type FeedOutput, runObjective } from "./objective.ts";

const A = vectors["idft_A_default(beta=1,gmin=0.1,gmax=2,lambda=1)"];
/** Eight tokens over five words, the last one masked. */
const demos = { logits: [A.logits_spec], labels: [A.labels], mask: [A.mask] };
const run = (id: string, params: Record<string, unknown> = {}, clock = {}) =>
  runObjective(id, { params, ...clock, feeds: { demos } });
const dLogits = (output: ReturnType<typeof run>) => (output.feeds.demos as FeedOutput).dLogits![0]!;

describe("IDFT's authors' own numbers", () => {
  const cases = [
    ["the defaults", {}, A],
    ["γ at most 1", { gammaMax: 1 }, vectors.idft_A_gammamax1],
    ["λ = 0, which is DFT", { warmupRatio: 1, transitionRatio: 0.1 }, vectors["idft_A_lambda0 (== DFT)"]],
  ] as const;
  test.each(cases)("loss and gradient with %s, both gradient modes", (_name, params, vector) => {
    for (const mode of ["current", "feb2026"] as const) {
      const output = run("idft", { ...params, gradientMode: mode }, { step: 1, totalSteps: 10 });
      near(output.loss, vector[`idft_${mode}`].loss);
      near(dLogits(output), vector[`idft_${mode}`].dloss_dlogits);
    }
  });

  test("the loss with β = ½, and with γ practically free", () => {
    near(run("idft", { beta: 0.5 }).loss, 0.158691800281);
    near(run("idft", { gammaMin: 1e-3, gammaMax: 1e3 }).loss, 0.148569309436);
  });

  test("the loss of every single token", () => {
    for (const [i, loss] of A.per_token_loss.entries()) {
      const one = { logits: [[A.logits_spec[i]!]], labels: [[A.labels[i]!]], mask: [[1]] };
      near(runObjective("idft", { feeds: { demos: one } }).loss, loss);
    }
  });

  test.each(Object.entries(vectors.phi_bound_ablation_A.by_bound))(
    "tokens with |CLL| under %s alone",
    (bound, vector) => {
      const output = run("idft", { phiBound: Number(bound) });
      near(output.loss, vector.loss);
      const pushed = (output.feeds.demos as FeedOutput).dLogp[0]!.map((d) => (d !== 0 ? 1 : 0));
      // The reference's mask includes the last token, which the response mask leaves out.
      expect(pushed).toEqual(vector.indomain_mask.map((m, i) => m * A.mask[i]!));
    },
  );

  test("λ follows the schedule over the run's progress", () => {
    const { warmup, transition, progress_to_lambda: points } = vectors.lambda_schedule;
    for (const [progress, lambda] of points as [number, number][]) {
      const params = { warmupRatio: warmup, transitionRatio: transition };
      near(run("idft", params, { step: Math.round(progress * 100), totalSteps: 100 }).metrics.lambda!, lambda);
    }
  });
});

describe("baselines on the same tokens", () => {
  test.each(["sft", "dft", "eaft"] as const)("%s: loss and gradient", (id) => {
    const output = run(id);
    near(output.loss, vectors.baselines_A[id].loss);
    near(dLogits(output), vectors.baselines_A[id].dloss_dlogits);
  });

  test("label smoothing of 0.1", () => {
    const output = run("sft", { labelSmoothing: 0.1 });
    near(output.loss, vectors.baselines_A["label_smoothing_0.1"].loss);
    near(dLogits(output), vectors.baselines_A["label_smoothing_0.1"].dloss_dlogits);
  });

  test("PSFT: loss, slope and clipped share", () => {
    const { logp, old_logp, eps_low, eps_high, loss, clipfrac, dloss_dlogp } = vectors.psft;
    const feed = { logp: [logp], oldLogp: [old_logp], mask: [logp.map(() => 1)] };
    const output = runObjective("psft", { params: { clipLow: eps_low, clipHigh: eps_high }, feeds: { demos: feed } });
    near(output.loss, loss);
    near((output.feeds.demos as FeedOutput).dLogp[0]!, dloss_dlogp);
    near(output.metrics["expert/clip_ratio"]!, clipfrac);
  });
});

describe("limits of IDFT", () => {
  test("γ = 0 is SFT", () => {
    const output = run("idft", { gammaMin: 0, gammaMax: 0 });
    near(output.loss, vectors.baselines_A.sft.loss);
    near(dLogits(output), vectors.baselines_A.sft.dloss_dlogits);
  });

  test("γ = 1 is DFT", () => {
    const output = run("idft", { gammaMin: 1, gammaMax: 1 });
    near(output.loss, vectors.baselines_A.dft.loss);
    near(dLogits(output), vectors.baselines_A.dft.dloss_dlogits);
  });

  test("only the February mode pushes an unlikely token down", () => {
    // p = 0.2, H = log 5, CLL = 0, γ = 1: p < exp(−1).
    const one = { logp: [[Math.log(0.2)]], entropy: [[Math.log(5)]], mask: [[1]] };
    const slope = (gradientMode: string) =>
      (runObjective("idft", { params: { gradientMode }, feeds: { demos: one } }).feeds.demos as FeedOutput)
        .dLogp[0]![0]!;
    near(slope("current"), -0.2);
    near(slope("feb2026"), -0.2 * (1 + Math.log(0.2)));
    expect(slope("feb2026")).toBeGreaterThan(0);
  });

  test("a token under 1e-10 is not pushed", () => {
    const one = { logp: [[-30]], entropy: [[1]], mask: [[1]] };
    const { dLogp } = runObjective("idft", { feeds: { demos: one } }).feeds.demos as FeedOutput;
    expect(dLogp).toEqual([[expect.closeTo(0, 20)]]);
  });

  test("a clip on CLL stands in for the bounds on γ", () => {
    // CLL = −4 + 1 = −3, clipped to −2: γ = e², weight exp(−4 e²).
    const one = { logp: [[-4]], entropy: [[1]], mask: [[1]] };
    const output = runObjective("idft", { params: { phiClip: 2 }, feeds: { demos: one } });
    near(output.metrics["gamma/mean"]!, Math.exp(2));
    near(output.loss, 4 * Math.exp(-4 * Math.exp(2)));
  });
});

test("iw-SFT weighs an answer by its mean log-ratio, a token by its own", () => {
  // Row 1: ratios +1, +0.5, mean 0.75; row 2: −2.
  const feed = {
    logp: [
      [-1, -2],
      [-3, 0],
    ],
    refLogp: [
      [-2, -2.5],
      [-1, 0],
    ],
    mask: [
      [1, 1],
      [1, 0],
    ],
  };
  const sequence = runObjective("iw-sft", { feeds: { demos: feed } });
  near(sequence.loss, (Math.exp(0.75) * 3 + Math.exp(-2) * 3) / 3);
  near((sequence.feeds.demos as FeedOutput).dLogp, [
    [-Math.exp(0.75) / 3, -Math.exp(0.75) / 3],
    [-Math.exp(-2) / 3, 0],
  ]);
  const token = runObjective("iw-sft", { params: { iwLevel: "token" }, feeds: { demos: feed } });
  near((token.feeds.demos as FeedOutput).dLogp, [
    [-1.8 / 3, -Math.exp(0.5) / 3],
    [-0.2 / 3, 0],
  ]);
});
