import { describe, expect, test } from "vitest";
import { near } from "../lab/objectives/terms/testNear.ts";
import vectors from "../lab/objectives/vectors/chord.json" with { type: "json" };
import { type FeedOutput, type ObjectiveOutput, runObjective } from "./objective.ts";

const logs = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map(Math.log));
const feed = (output: ObjectiveOutput, name: "demos" | "rollouts") => output.feeds[name] as FeedOutput;
/** Where one of the reference's names for a weight is an objective of its own. */
const IDS = { sft: "sft", sft_is: "dft", sft_phi: "sft-phi" } as const;
const NAMES = ["sft", "sft_is", "sft_phi"] as const;

describe("Trinity-RFT's reference numbers", () => {
  test.each(vectors.token_loss)("weights of one token with p = $p", (vector) => {
    for (const name of NAMES) {
      const output = runObjective(IDS[name], { feeds: { demos: { logp: [[vector.logprob]], mask: [[1]] } } });
      near(output.loss, vector[`${name}_loss`]);
      near(feed(output, "demos").dLogp[0]![0]!, vector[`${name}_dloss_dlogprob`]);
    }
  });

  test.each(NAMES)("the gradient of %s on logits", (name) => {
    const { logits, target } = vectors.logit_gradient;
    const output = runObjective(IDS[name], {
      feeds: { demos: { logits: [[logits]], labels: [[target]], mask: [[1]] } },
    });
    near(output.loss, vectors.logit_gradient[name].loss);
    near(feed(output, "demos").dLogits![0]![0]!, vectors.logit_gradient[name].grad_logits);
  });

  test.each(Object.entries(vectors.aggregation.modes))("aggregation %s", (aggregation, losses) => {
    const { probs, mask } = vectors.aggregation;
    for (const name of NAMES) {
      const output = runObjective(IDS[name], {
        params: { aggregation },
        feeds: { demos: { logp: logs(probs), mask } },
      });
      near(output.loss, losses[name]);
    }
  });

  test.each(vectors.sft_phi_cutoff)("φ with a cutoff of $cutoff_prob at p = $p", (vector) => {
    const output = runObjective("sft-phi-cutoff", {
      params: { cutoffProb: vector.cutoff_prob },
      feeds: { demos: { logp: [[Math.log(vector.p)]], mask: [[1]] } },
    });
    near(output.loss, vector.loss);
    near(feed(output, "demos").dLogp[0]![0]!, vector.dloss_dlogprob);
  });

  test.each(vectors.grpo_advantage)("advantages of rewards $rewards", ({ rewards, trinity_eps1e6, swift_eps1e4 }) => {
    const advantagesAt = (advantageEps: number) => {
      const rollouts = {
        logp: rewards.map(() => [-1]),
        mask: rewards.map(() => [1]),
        rewards,
        groupSize: rewards.length,
      };
      const output = runObjective("grpo", { params: { advantageEps }, feeds: { rollouts } });
      return feed(output, "rollouts").dLogp.map((row) => -row[0]! * rewards.length); // on-policy: dLogp = −A / N
    };
    near(advantagesAt(1e-6), trinity_eps1e6, 2e-5); // the references are float32
    if (swift_eps1e4) near(advantagesAt(1e-4), swift_eps1e4, 2e-5);
  });

  test("the clipped loss of every token, its slope, and the clip metrics", () => {
    const { old_logprob: old, ratio, advantages, per_token, metrics, aggregate_loss } = vectors.ppo_clip;
    const rows = {
      logp: ratio.map((r) => [Math.log(r) - 1]),
      oldLogp: old.map((x) => [x]),
      mask: ratio.map(() => [1]),
      advantages,
    };
    const output = runObjective("grpo", { feeds: { rollouts: rows } });
    near(output.loss, aggregate_loss);
    const slopes = feed(output, "rollouts").dLogp.map((row) => row[0]! * ratio.length);
    near(
      slopes,
      per_token.map((token) => token.dloss_dlogprob),
    );
    near(output.metrics["clip_ratio/region_mean"]!, metrics.pg_clipfrac);
    near(output.metrics["clip_ratio/dual_mean"]!, metrics.pg_clipfrac_lower);
    near(output.metrics.ppo_kl!, metrics.ppo_kl);
    ratio.forEach((r, i) => {
      const rollouts = { logp: [[Math.log(r) - 1]], oldLogp: [[-1]], mask: [[1]], advantages: [advantages[i]!] };
      near(runObjective("grpo", { feeds: { rollouts } }).loss, per_token[i]!.loss);
    });
  });

  const full = vectors.chord_full;
  const logp = logs(full.rl_probs);
  const rollouts = {
    logp,
    oldLogp: logp.map((row, b) => row.map((x, t) => x + full.rl_old_logprob_minus_logprob[b]![t]!)),
    mask: full.rl_mask,
    advantages: full.rl_advantages,
    rewards: full.rl_rewards,
  };
  const demos = { logp: logs(full.expert_probs), mask: full.expert_mask };

  test.each(full.cases)("the whole of CHORD-µ: $name", (vector) => {
    const { mu_warmup_steps, mu_decay_steps, mu_peak, mu_valley } = vector.schedule;
    const params = {
      muWarmupSteps: mu_warmup_steps,
      muDecaySteps: mu_decay_steps,
      muPeak: mu_peak,
      muValley: mu_valley,
    };
    const output = runObjective("chord-mu", { params, step: vector.step, feeds: { demos, rollouts } });
    near(output.loss, vector.loss);
    near(output.metrics.mu!, vector.metrics.mu);
    near(output.metrics["loss/grpo"]!, vector.metrics["usual/pg_loss"]);
    near(output.metrics["loss/sft"]!, vector.metrics["expert/sft_loss"]);
    near(output.metrics["clip_ratio/region_mean"]!, vector.metrics["usual/pg_clipfrac"]);
    near(output.metrics.ppo_kl!, vector.metrics["usual/ppo_kl"]);
    const rows = [...feed(output, "rollouts").dLogp, ...feed(output, "demos").dLogp];
    near(rows, vector.grad_logprob);
  });

  test("CHORD-φ at µ = 0.1 equals the sum over one micro-batch of each kind", () => {
    const output = runObjective("chord-phi", { feeds: { demos, rollouts } });
    const [split] = full["microbatch_accumulation_chord_phi_mu0.1"].splits.filter(({ split }) => split.startsWith("B"));
    near(output.loss, split!.accumulated_loss);
  });

  test("an empty class contributes 0 where Trinity's micro-batch loss would be NaN", () => {
    const none = { logp: [], mask: [] };
    for (const aggregation of ["token-mean", "sequence-mean-token-mean", "sequence-mean-token-sum"]) {
      const output = runObjective("chord-phi", {
        params: { aggregation, expertAggregation: aggregation },
        feeds: { demos: none, rollouts },
      });
      expect(output.metrics["loss/sft"]).toBe(0);
      near(output.loss, 0.9 * output.metrics["loss/grpo"]!);
    }
  });

  test("TRL's DFT on logits", () => {
    const { logits, labels, loss, grad_logits } = vectors.trl_dft_on_logits;
    // TRL shifts inside: position t predicts label t + 1.
    const shifted = labels.map((row) => row.slice(1));
    const mask = shifted.map((row) => row.map((label) => (label >= 0 ? 1 : 0)));
    const output = runObjective("dft", {
      feeds: { demos: { logits: logits.map((row) => row.slice(0, -1)), labels: shifted, mask } },
    });
    near(output.loss, loss);
    near(
      feed(output, "demos").dLogits!,
      grad_logits.map((row) => row.slice(0, -1)),
    );
  });
});
