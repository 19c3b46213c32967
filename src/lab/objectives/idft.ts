import { summarise } from "../statistics.ts";
import { defineObjective } from "./objective.ts";
import { aggregationKnobs, overBatch, present, scored, sumTex } from "./terms/batch.ts";
import { centredLogLikelihood } from "./terms/ddt.ts";
import type { TokenRule } from "./terms/supervised.ts";
import { onDemos, supervise, UNHINTED } from "./terms/supervised.ts";
import {
  explainGamma,
  GAMMA_DEFINES,
  GAMMA_VIEWS,
  gammaOf,
  gammaTex,
  idftKnobs,
  lambdaAt,
} from "./terms/tokenWeight.ts";

/** The reference takes log of p clamped from below by 1e-10: such tokens are not pushed. */
const SMALLEST = Math.log(1e-10);

/**
 * In-distribution fine-tuning: L = −Σ c_t p_t^γ_t log p_t, γ = clamp(exp(−CLL/β), γ_min, γ_max), CLL = log p + H.
 * arXiv 2602.12222 (its φ is CLL here); follows `fsdp_polylog_trainer.py` of the authors' repository: token mean, not
 * divided by the sum of weights. `current` holds p^γ still; `feb2026`, the code of its first weeks, only γ, so that
 * −∂ℓ/∂log p = p^γ (1 + γ log p) changes sign at p = exp(−1/γ). Deviation: H is exact, where theirs adds 1e-10 in the log.
 */
export const idft = defineObjective({
  id: "idft",
  title: "IDFT",
  family: "imitate",
  summary:
    "Learns expert tokens that fit the policy's own distribution almost as SFT does, and holds back those that do not.",
  paper: "Zhang et al. 2026, On-Policy SFT, arXiv 2602.12222; code followed: Towards-On-Policy-SFT",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_t p_t^{\\gamma_t} \\log p_t, \\quad \\gamma_t = \\operatorname{clamp}\\!\\big(e^{-(\\log p_t + H_t)/\\beta},\\ \\gamma_{\\min},\\ \\gamma_{\\max}\\big)",
  formulaOf: (params) => {
    const { sum, where } = sumTex(params.aggregation);
    return [`\\mathcal{L} = -${sum} p_t^{\\gamma_t} \\log p_t`, ...where, ...gammaTex(params)];
  },
  feeds: ["demos"],
  defines: { ...GAMMA_DEFINES, demoStyle: UNHINTED },
  params: { ...idftKnobs, ...aggregationKnobs },
  reads: () => ["entropy"],
  charts: [
    {
      title: "Exponent γ",
      sentence: "0 is SFT, 1 is DFT, above 1 a token is held back; mean, smallest and largest over the batch.",
      series: [
        { metric: "gamma/mean", label: "mean" },
        { metric: "gamma/min", label: "smallest" },
        { metric: "gamma/max", label: "largest" },
      ],
    },
    {
      title: "CLL of expert tokens",
      sentence:
        "0 is what the policy itself would write; a lowest value that keeps falling is the polarisation to watch for.",
      series: [
        { metric: "expert/cll/mean", label: "mean" },
        { metric: "expert/cll/min", label: "lowest" },
      ],
    },
    {
      title: "Weighted and plain NLL",
      sentence: "The weighted loss can fall while the plain one rises: some tokens are then given up.",
      series: [
        { metric: "loss", label: "weighted" },
        { metric: "nll", label: "plain" },
      ],
    },
  ],
  views: GAMMA_VIEWS,
  explain: (token) =>
    overBatch(token, token.params, explainGamma(token, token.at), (at) => explainGamma(token, at).value),
  assign(scores, feeds, params, clock) {
    const held = scores.demos.frozen ?? scores.demos;
    const lambda = lambdaAt(clock.step / Math.max(1, clock.totalSteps), params);
    const cll = centredLogLikelihood(held);
    const gamma = cll.map((x, i) => (feeds.demos.mask[i] ? gammaOf(x, lambda, params) : 0));
    const wholly = params.gradientMode === "current";
    const rule: TokenRule = (i, logp) => {
      if (params.phiBound > 0 && !(Math.abs(cll[i]!) < params.phiBound)) return { loss: 0, push: 0 };
      const x = Math.max(logp, SMALLEST);
      const w = Math.exp(gamma[i]! * (wholly ? Math.max(held.logp[i]!, SMALLEST) : x));
      const slope = logp < SMALLEST ? 0 : wholly ? 1 : 1 + gamma[i]! * x;
      // A weight that has vanished has no slope either, however steep the exponent.
      return { loss: -w * x, push: w === 0 ? 0 : w * slope };
    };
    return onDemos(supervise(scores.demos, feeds.demos, params, rule, { gamma }), () => {
      const { count, mean, min, max } = summarise(scored(gamma, feeds.demos.mask));
      const spread = count > 0 ? { "gamma/mean": mean, "gamma/min": min, "gamma/max": max } : {};
      return present({ ...spread, lambda });
    });
  },
});
