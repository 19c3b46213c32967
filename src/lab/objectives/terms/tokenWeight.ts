import { choice, initials, real, type Values } from "../../schema.ts";
import type { Defining, FeedScores, Numbers, Term, TokenContext, View } from "../objective.ts";
import { clamp, factor, floorLogp, scored, unpushed } from "./batch.ts";
import { DEMO_VIEWS, type TokenRule, weighted } from "./supervised.ts";

export const idftKnobs = {
  beta: real(
    1,
    { min: 0.01, max: 100, log: true },
    {
      label: "β",
      help: "How many nats of CLL change the exponent by a factor e; a large one is DFT.",
      symbol: "\\beta",
      source: "polylog_beta 1.0 in the authors' scripts",
      live: true,
    },
  ),
  gammaMin: real(
    0.1,
    { min: 0, max: 100, log: true },
    {
      label: "γ min",
      help: "Smallest exponent: how close a token that fits very well comes to plain SFT (0).",
      symbol: "\\gamma_{\\min}",
      source: "polylog_gamma_min 0.1",
      live: true,
      // With a bound on φ the exponent is not clamped between the two.
      notAbove: { key: "gammaMax", when: ({ phiClip = 0 }) => phiClip === 0 },
    },
  ),
  gammaMax: real(
    2,
    { min: 0, max: 10_000, log: true },
    {
      label: "γ max",
      help: "Largest exponent: how strongly a token that does not fit is held back.",
      symbol: "\\gamma_{\\max}",
      source: "polylog_gamma_max 2.0; one run family used 1.0",
      live: true,
    },
  ),
  warmupRatio: real(
    0,
    { min: 0, max: 1, step: 0.01 },
    {
      label: "DFT share",
      help: "Share of the run that is DFT (γ = 1) before IDFT comes in.",
      source: "polylog_warmup_ratio: 0 in the released runs, 0.2 in the configuration file",
    },
  ),
  transitionRatio: real(
    0,
    { min: 0, max: 1, step: 0.01 },
    {
      label: "Transition share",
      help: "Share of the run over which IDFT comes in linearly.",
      source: "polylog_transition_ratio: 0 in the released runs, 0.1 in the configuration file",
    },
  ),
  gradientMode: choice<"current" | "feb2026">(
    "current",
    [
      { value: "current", label: "Current", help: "The whole weight is held still: never pushes a token down." },
      {
        value: "feb2026",
        label: "February 2026",
        help: "Only γ is held still: tokens with p below exp(−1/γ) are pushed down.",
      },
    ],
    {
      label: "Gradient mode",
      help: "Which part of the weight is behind the stop-gradient.",
      source: "authors' repository before and after 13 March 2026",
    },
  ),
  phiBound: real(
    0,
    { min: 0, max: 20, step: 0.1 },
    {
      label: "CLL bound",
      help: "Trains only tokens with |CLL| under it; 0 trains all.",
      symbol: "b",
      source: "fsdp_polylog_ablation_trainer",
    },
  ),
  phiClip: real(
    0,
    { min: 0, max: 20, step: 0.5 },
    {
      label: "CLL clip",
      help: "Clips CLL to ± this in place of the bounds on γ; 0 keeps those.",
      symbol: "B",
      source: "a third-party port: 3 to 10, default 5",
    },
  ),
};

const spread: Defining = {
  within: ({ gammaMin, gammaMax, phiClip }) => Number(phiClip) > 0 || Number(gammaMin) < Number(gammaMax),
  otherwise: ({ gammaMin }) => `constant γ ${gammaMin}`,
};

/** IDFT's exponent differs from token to token for at least a part of the run. */
export const GAMMA_DEFINES: Readonly<Record<string, Defining>> = {
  gammaMin: spread,
  gammaMax: spread,
  warmupRatio: { within: ({ warmupRatio }) => Number(warmupRatio) < 1, otherwise: () => "DFT all along" },
};

/** TeX of γ under the settings in force. */
export function gammaTex(params: { phiClip: number; warmupRatio: number; transitionRatio: number }): readonly string[] {
  const raw =
    params.phiClip > 0
      ? "e^{-\\operatorname{clamp}(\\text{CLL}_t,\\ -B,\\ B)/\\beta}"
      : "\\operatorname{clamp}\\!\\big(e^{-\\text{CLL}_t/\\beta},\\ \\gamma_{\\min},\\ \\gamma_{\\max}\\big)";
  const scheduled = params.warmupRatio > 0 || params.transitionRatio > 0;
  const gamma = scheduled ? `1 + \\lambda\\,\\big(${raw} - 1\\big)` : raw;
  return [`\\gamma_t = ${gamma}`, "\\text{CLL}_t = \\log p_t + H_t"];
}

/** The push of one token of a demonstration, before the mean; γ is the one that trained it. */
export function explainGamma(
  { row, params }: TokenContext<{ readonly phiBound: number; readonly gradientMode: string }>,
  at: number,
): Term {
  const logp = row.logp[at]!;
  const [p, gamma] = [Math.exp(logp), row.views.gamma?.[at] ?? 1];
  if (params.phiBound > 0 && Math.abs(row.views.cll?.[at] ?? 0) >= params.phiBound)
    return unpushed("|CLL| beyond the bound");
  const w = p ** gamma;
  if (params.gradientMode !== "feb2026") return { symbols: "p^γ", numbers: [p, "^", gamma], value: w };
  return {
    symbols: "p^γ (1 + γ log p)",
    numbers: [p, "^", gamma, " × (1 + ", gamma, " × ", logp, ")"],
    value: w * (1 + gamma * logp),
  };
}

interface GammaValues {
  readonly beta: number;
  readonly gammaMin: number;
  readonly gammaMax: number;
  readonly phiClip: number;
}

/** λ: 0 while progress is under the warm-up (γ = 1: DFT), then linear, then 1. */
export function lambdaAt(
  progress: number,
  { warmupRatio, transitionRatio }: { readonly warmupRatio: number; readonly transitionRatio: number },
): number {
  if (progress < warmupRatio) return 0;
  if (progress < warmupRatio + transitionRatio) return (progress - warmupRatio) / transitionRatio;
  return 1;
}

/** γ = 1 + λ (clamp(exp(−CLL/β), γ_min, γ_max) − 1), or with a clip B on CLL in place of the clamp. */
export function gammaOf(cll: number, lambda: number, values: GammaValues): number {
  const { beta, gammaMin, gammaMax, phiClip: bound } = values;
  const raw =
    bound > 0
      ? Math.min(Math.exp(-clamp(cll, -bound, bound) / beta), Number.MAX_VALUE)
      : clamp(Math.exp(-cll / beta), gammaMin, gammaMax);
  return 1 + lambda * (raw - 1);
}

/** The words of what is shown of demonstrations with an exponent. */
export const GAMMA_VIEWS = {
  weight: DEMO_VIEWS.weight,
  phi: DEMO_VIEWS.phi,
  cll: DEMO_VIEWS.cll,
  gamma: { label: "exponent γ", symbol: "γ", scale: "size", ends: { up: "held back" } },
  hint_lambda: DEMO_VIEWS.hint_lambda,
} as const satisfies Record<string, View>;

const probability = { min: 0.01, max: 1, step: 0.01 };

export const weightKnobs = {
  cutoffProb: real(0.5, probability, {
    label: "Cutoff probability",
    help: "Tokens above it are not pushed; 1 turns the cutoff off.",
    source: "Trinity-RFT SFTPhiLossFn cutoff_prob (1 there: off)",
  }),
  focalGamma: real(
    2,
    { min: 0, max: 10, step: 0.1 },
    {
      label: "Focal γ",
      help: "How fast the weight falls as a token becomes certain.",
      symbol: "\\gamma_F",
      source: "focal loss, arXiv 1708.02002; CHORD does not state its value",
    },
  ),
  entropyTopShare: real(
    0.05,
    { min: 0.001, max: 1, log: true },
    {
      label: "Top share",
      help: "Share of the tokens, those of highest entropy, that are trained.",
      source: "CHORD, appendix B.2",
    },
  ),
  isClip: real(0.4, probability, {
    label: "IS clip",
    help: "Tokens above this probability are not pushed.",
    source: "CHORD, appendix B.2",
  }),
};
export type WeightValues = Values<typeof weightKnobs>;
export type WeightKnob = keyof WeightValues;

/** Where a weight's own knob makes another weight of it. */
export const WEIGHT_DEFINES: Readonly<Record<WeightKnob, Defining>> = {
  cutoffProb: { within: ({ cutoffProb }) => Number(cutoffProb) < 1, otherwise: () => "cutoff off" },
  focalGamma: { within: ({ focalGamma }) => Number(focalGamma) > 0, otherwise: () => "weights off" },
  entropyTopShare: { within: ({ entropyTopShare }) => Number(entropyTopShare) < 1, otherwise: () => "all tokens" },
  isClip: { within: ({ isClip }) => Number(isClip) < 1, otherwise: () => "clip off" },
};

interface TokenWeight {
  readonly label: string;
  readonly help: string;
  readonly formula: string; // w, in TeX
  readonly knobs: readonly WeightKnob[];
  readonly reads: readonly ("entropy" | "vocabSize")[];
  /** A rule for one batch; `held` is what stop-gradients read. */
  rule(held: FeedScores, mask: Numbers, knobs: WeightValues): TokenRule;
  /** The push of one token by the same rule. */
  explain(token: WeightedToken, knobs: WeightValues): Term;
}

/** What a weight is made of, of one token. */
interface WeightedToken {
  readonly logp: number;
  readonly p: number;
  readonly H: number;
  /** The weight itself, for a rule that reads the whole batch. */
  readonly shown: number;
  readonly vocabSize: number;
}

const row = (
  label: string,
  formula: string,
  help: string,
  rule: TokenWeight["rule"],
  explain: TokenWeight["explain"],
  knobs: readonly WeightKnob[] = [],
  reads: TokenWeight["reads"] = [],
): TokenWeight => ({ label, formula, help, rule, explain, knobs, reads });

const RELEASED_IDFT = initials(idftKnobs);

const prob = (held: FeedScores) => (i: number) => Math.exp(held.logp[i]!);
const phi = (held: FeedScores) => (i: number) => {
  const p = Math.exp(held.logp[i]!);
  return p * (1 - p);
};

const explainP = ({ p }: WeightedToken) => factor("p", p);
const explainPhi = ({ p }: WeightedToken): Term => ({
  symbols: "p(1−p)",
  numbers: [p, " × ", 1 - p],
  value: p * (1 - p),
});
const explainUnder = (explain: (token: WeightedToken) => Term, token: WeightedToken, limit: number): Term =>
  token.logp <= Math.log(limit) ? explain(token) : { symbols: `0, p above ${limit}`, numbers: ["0"], value: 0 };
const explainReleased = ({ logp, p, H }: WeightedToken): Term => {
  const gamma = gammaOf(logp + H, 1, RELEASED_IDFT);
  return { symbols: "p^γ", numbers: [p, "^", gamma], value: p ** gamma };
};

/**
 * Weights w_t of a demonstration's tokens, all behind a stop-gradient. `is` and `phi` follow Trinity-RFT's `sft_is` and
 * `sft_phi` (chord_policy_loss.py), `phi-cutoff` its `cutoff_prob`; `eaft` the repository of Towards-On-Policy-SFT;
 * the others are CHORD's appendix B.2, which has no code: `entropy-norm` is scaled to mean weight 1, and `is-clip` is
 * read as importance sampling whose clipped tokens get no gradient.
 */
export const TOKEN_WEIGHTS = {
  none: row(
    "None",
    "1",
    "Every token the same: SFT.",
    () => weighted(() => 1),
    () => factor("1", 1),
  ),
  is: row("Probability p", "p_t", "Likely tokens count more: DFT.", (held) => weighted(prob(held)), explainP),
  phi: row(
    "φ = p(1−p)",
    "p_t(1-p_t)",
    "Tokens the policy is undecided about count most.",
    (held) => weighted(phi(held)),
    explainPhi,
  ),
  "phi-cutoff": row(
    "φ with a cutoff",
    "p_t(1-p_t)\\,[p_t \\le c]",
    "As φ, but tokens above the cutoff probability are not pushed.",
    (held, _mask, { cutoffProb }) => weighted(phi(held), Math.log(cutoffProb)),
    (token, { cutoffProb }) => explainUnder(explainPhi, token, cutoffProb),
    ["cutoffProb"],
  ),
  focal: row(
    "Focal",
    "(1-p_t)^{\\gamma_F}",
    "Tokens the policy has not learnt count more.",
    (held, _mask, { focalGamma }) => weighted((i) => (1 - Math.min(1, prob(held)(i))) ** focalGamma),
    ({ p }, { focalGamma }) => ({
      symbols: "(1−p)^γF",
      numbers: [1 - Math.min(1, p), "^", focalGamma],
      value: (1 - Math.min(1, p)) ** focalGamma,
    }),
    ["focalGamma"],
  ),
  "entropy-top": row(
    "Highest entropy",
    "[H_t \\text{ among the highest}]",
    "Only tokens where the policy is least certain are trained.",
    (held, mask, { entropyTopShare }) => {
      const at = Array.from(mask, (_, i) => i).filter((i) => mask[i]);
      // Rounding must not add a token: 0.07 of 100 is 7. Ties go to the earlier position.
      const count = clamp(Math.ceil(entropyTopShare * at.length - 1e-9), 1, at.length);
      const top = new Set(at.sort((a, b) => held.entropy[b]! - held.entropy[a]! || a - b).slice(0, count));
      return weighted((i) => (top.has(i) ? 1 : 0));
    },
    ({ shown }) => (shown > 0 ? factor("1, H among the highest", 1) : unpushed("H not among the highest")),
    ["entropyTopShare"],
    ["entropy"],
  ),
  "entropy-norm": row(
    "Entropy",
    "H_t / \\overline{H}",
    "Uncertain tokens count more; the mean weight is 1.",
    (held, mask) => {
      const entropies = scored(held.entropy, mask);
      const mean = entropies.reduce((sum, h) => sum + h, 0) / entropies.length;
      return weighted((i) => (mean > 0 ? held.entropy[i]! / mean : 0));
    },
    ({ H, shown }) => ({
      symbols: "H / mean H",
      numbers: shown > 0 ? [H, " / ", H / shown] : ["0"],
      value: shown,
    }),
    [],
    ["entropy"],
  ),
  "is-clip": row(
    "Clipped p",
    "p_t\\,[p_t \\le c]",
    "As p, but tokens above the clip are not pushed.",
    (held, _mask, { isClip }) => weighted(prob(held), Math.log(isClip)),
    (token, { isClip }) => explainUnder(explainP, token, isClip),
    ["isClip"],
  ),
  eaft: row(
    "Entropy over ln V",
    "H_t / \\ln V",
    "Certain tokens are left alone: EAFT.",
    (held) => weighted((i) => held.entropy[i]! / Math.log(Math.max(2, held.vocabSize))),
    ({ H, vocabSize }) => ({
      symbols: "H / ln V",
      numbers: [H, ` / ln ${vocabSize}`],
      value: H / Math.log(Math.max(2, vocabSize)),
    }),
    [],
    ["entropy", "vocabSize"],
  ),
  idft: row(
    "IDFT",
    "p_t^{\\gamma_t}",
    "Tokens that fit the policy's own distribution count more: IDFT with its released settings.",
    (held) =>
      weighted((i) => {
        const logp = floorLogp(held.logp[i]!);
        return Math.exp(gammaOf(logp + held.entropy[i]!, 1, RELEASED_IDFT) * logp);
      }),
    explainReleased,
    [],
    ["entropy"],
  ),
} as const satisfies Record<string, TokenWeight>;

export type TokenWeightName = keyof typeof TOKEN_WEIGHTS;

/** The knob of a method that lets any weight stand on the expert's tokens. */
export function tokenWeightKnob(initial: TokenWeightName) {
  const names = Object.keys(TOKEN_WEIGHTS) as TokenWeightName[];
  const options = names.map((value) => ({ value, label: TOKEN_WEIGHTS[value].label, help: TOKEN_WEIGHTS[value].help }));
  return choice(initial, options, {
    label: "Token weight",
    help: "How hard each expert token is pushed.",
    symbol: "w_t",
  });
}

/** The weight that belongs to what a method is. */
export const WEIGHT: Defining = {
  otherwise: ({ tokenWeight }) =>
    tokenWeight === "none" ? "weights off" : `weight ${TOKEN_WEIGHTS[tokenWeight as TokenWeightName].label}`,
};

/** The rule of a named weight for one batch. */
export function ruleOf(name: TokenWeightName, scores: FeedScores, mask: Numbers, knobs: WeightValues): TokenRule {
  return TOKEN_WEIGHTS[name].rule(scores.frozen ?? scores, mask, knobs);
}

/** The push of one token of a demonstration under a named weight, before the mean. */
export function explainWeight(
  name: TokenWeightName,
  { row, vocabSize }: Pick<TokenContext, "row" | "vocabSize">,
  at: number,
  knobs: WeightValues,
): Term {
  const logp = row.logp[at]!;
  const token = { logp, p: Math.exp(logp), H: row.entropy[at]!, shown: row.views.weight?.[at] ?? 0, vocabSize };
  return TOKEN_WEIGHTS[name].explain(token, knobs);
}
