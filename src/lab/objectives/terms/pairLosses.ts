import { choice, real } from "../../schema.ts";
import { logSigmoid, sigmoid } from "../../statistics.ts";
import type { Defining, Term } from "../objective.ts";
import { written } from "./batch.ts";

/** One preference pair: log-ratios to the reference, summed over the answer, and the answers' lengths. */
interface LogRatioPair {
  readonly lc: number;
  readonly lr: number;
  readonly nc: number;
  readonly nr: number;
}

export interface PairLossValues {
  readonly beta: number;
  readonly labelSmoothing: number;
}

/** The loss of a pair with its slopes in lc and lr. */
interface PairLoss {
  readonly loss: number;
  readonly dc: number;
  readonly dr: number;
}

type Rule = (pair: LogRatioPair, beta: number, smoothing: number) => PairLoss;

/** The push −∂ℓ/∂Σlog π of one answer of a pair by a rule. */
type Explain = (pair: LogRatioPair, isChosen: boolean, beta: number, smoothing: number) => Term;

interface Row {
  readonly rule: Rule;
  readonly explain: Explain;
}

/** A loss of the margin x = β h alone, h = lc − lr, with the push β s(x) of the chosen answer. */
const ofMargin = (
  f: (x: number, smoothing: number) => readonly [loss: number, slope: number],
  symbols: string,
  s: (x: number, smoothing: number) => number,
): Row => ({
  rule: ({ lc, lr }, beta, smoothing) => {
    const [loss, slope] = f(beta * (lc - lr), smoothing);
    return { loss, dc: beta * slope, dr: -beta * slope };
  },
  explain: ({ lc, lr }, isChosen, beta, e) => pushed(isChosen, "β", beta, symbols, s(beta * (lc - lr), e)),
});

/** ± scale · value: up for the chosen answer, down for the rejected one. */
function pushed(isChosen: boolean, scale: string, size: number, symbols: string, value: number): Term {
  const [minus, sign] = isChosen ? ["", 1] : ["−", -1];
  return {
    symbols: `${minus}${scale} · ${symbols}`,
    numbers: written`${minus}${size} × ${value}`,
    value: sign * size * value,
  };
}

/** −log σ(x), a share e of it on the other answer: DPO's loss, with e > 0 the conservative one. */
export function logistic(x: number, e: number): readonly [loss: number, slope: number] {
  return [-(1 - e) * logSigmoid(x) - e * logSigmoid(-x), -(1 - e) * sigmoid(-x) + e * sigmoid(x)];
}

/** max(0, 1 − x). */
export function hinge(x: number): readonly [loss: number, slope: number] {
  return [Math.max(0, 1 - x), x < 1 ? -1 : 0];
}

const bump = (x: number) => sigmoid(x) * sigmoid(-x); // σ′

/** EXO needs a smoothing above 0, as in TRL. */
const exo = (x: number, smoothing: number): readonly [number, number] => {
  const e = smoothing || 1e-3;
  const [up, down] = [logSigmoid(x) - Math.log(1 - e), logSigmoid(-x) - Math.log(e)];
  return [sigmoid(x) * up + sigmoid(-x) * down, bump(x) * (up - down)];
};

/** DiscoPOP's temperature, in TRL discopop_tau. */
const TAU = 0.05;
const discopop = (x: number): readonly [number, number] => {
  const m = sigmoid(x / TAU);
  const slope = bump(x / TAU) / TAU; // m′
  const tail = Math.exp(-x + logSigmoid(x / TAU)); // m e^(−x), which never overflows
  return [
    -logSigmoid(x) * (1 - m) + tail,
    -sigmoid(-x) * (1 - m) + logSigmoid(x) * slope + tail * (sigmoid(-x / TAU) / TAU - 1),
  ];
};

/** (u − 1/(2β))² of a scaled log-ratio difference u = lc/a − lr/b. */
const squared = (u: number, beta: number, a: number, b: number): PairLoss => {
  const gap = u - 1 / (2 * beta);
  return { loss: gap * gap, dc: (2 * gap) / a, dr: (-2 * gap) / b };
};

/** TRL's names and definitions (dpo_trainer.py, online_dpo_trainer.py for `ipo_sum`), each with the push of an answer. */
const RULES = {
  sigmoid: ofMargin(logistic, "σ(−βh)", (x, e) => (1 - e) * sigmoid(-x) - e * sigmoid(x)),
  hinge: ofMargin(hinge, "[βh < 1]", (x) => (x < 1 ? 1 : 0)),
  ipo: {
    rule: ({ lc, lr, nc, nr }, beta) => squared(lc / nc - lr / nr, beta, nc, nr),
    explain: ({ lc, lr, nc, nr }, isChosen, beta) =>
      pushed(isChosen, "2/T", 2 / (isChosen ? nc : nr), "(1/2β − h per token)", 1 / (2 * beta) - lc / nc + lr / nr),
  },
  ipo_sum: {
    rule: ({ lc, lr }, beta) => squared(lc - lr, beta, 1, 1),
    explain: ({ lc, lr }, isChosen, beta) => pushed(isChosen, "2", 2, "(1/2β − h)", 1 / (2 * beta) - lc + lr),
  },
  robust: ofMargin(
    (x, e) => [
      (-(1 - e) * logSigmoid(x) + e * logSigmoid(-x)) / (1 - 2 * e),
      (-(1 - e) * sigmoid(-x) - e * sigmoid(x)) / (1 - 2 * e),
    ],
    "((1−ε) σ(−βh) + ε σ(βh)) / (1−2ε)",
    (x, e) => ((1 - e) * sigmoid(-x) + e * sigmoid(x)) / (1 - 2 * e),
  ),
  sigmoid_norm: {
    rule: ({ lc, lr, nc, nr }, beta, e) => {
      const [loss, slope] = logistic(beta * (lc / nc - lr / nr), e);
      return { loss, dc: (beta * slope) / nc, dr: (-beta * slope) / nr };
    },
    explain: ({ lc, lr, nc, nr }, isChosen, beta, e) => {
      const x = beta * (lc / nc - lr / nr);
      const s = (1 - e) * sigmoid(-x) - e * sigmoid(x);
      return pushed(isChosen, "β/T", beta / (isChosen ? nc : nr), "σ(−β h per token)", s);
    },
  },
  exo_pair: ofMargin(exo, "−ℓ′(βh)", (x, e) => -exo(x, e)[1]),
  nca_pair: {
    rule: ({ lc, lr }, b) => ({
      loss: -logSigmoid(b * lc) - 0.5 * logSigmoid(-b * lc) - 0.5 * logSigmoid(-b * lr),
      dc: b * (0.5 * sigmoid(b * lc) - sigmoid(-b * lc)),
      dr: 0.5 * b * sigmoid(b * lr),
    }),
    explain: ({ lc, lr }, isChosen, b) =>
      isChosen
        ? pushed(true, "β", b, "(σ(−βh_c) − ½σ(βh_c))", sigmoid(-b * lc) - 0.5 * sigmoid(b * lc))
        : pushed(false, "β", b, "½σ(βh_r)", 0.5 * sigmoid(b * lr)),
  },
  bco_pair: {
    rule: ({ lc, lr }, b) => ({
      loss: -logSigmoid(b * lc) - logSigmoid(-b * lr),
      dc: -b * sigmoid(-b * lc),
      dr: b * sigmoid(b * lr),
    }),
    explain: ({ lc, lr }, isChosen, b) =>
      isChosen ? pushed(true, "β", b, "σ(−βh_c)", sigmoid(-b * lc)) : pushed(false, "β", b, "σ(βh_r)", sigmoid(b * lr)),
  },
  sppo_hard: {
    rule: ({ lc, lr }, b) => ({
      loss: (lc - 0.5 / b) ** 2 + (lr + 0.5 / b) ** 2,
      dc: 2 * (lc - 0.5 / b),
      dr: 2 * (lr + 0.5 / b),
    }),
    explain: ({ lc, lr }, isChosen, b) =>
      isChosen
        ? pushed(true, "2", 2, "(1/2β − h_c)", 0.5 / b - lc)
        : pushed(false, "2", 2, "(1/2β + h_r)", 0.5 / b + lr),
  },
  apo_zero: {
    rule: ({ lc, lr }, b) => ({
      loss: sigmoid(-b * lc) + sigmoid(b * lr),
      dc: -b * bump(b * lc),
      dr: b * bump(b * lr),
    }),
    explain: ({ lc, lr }, isChosen, b) =>
      isChosen ? pushed(true, "β", b, "σ′(βh_c)", bump(b * lc)) : pushed(false, "β", b, "σ′(βh_r)", bump(b * lr)),
  },
  apo_down: {
    rule: ({ lc, lr }, b) => {
      const h = lc - lr;
      return {
        loss: sigmoid(b * lc) + sigmoid(-b * h),
        dc: b * (bump(b * lc) - bump(b * h)),
        dr: b * bump(b * h),
      };
    },
    explain: ({ lc, lr }, isChosen, b) =>
      isChosen
        ? pushed(true, "β", b, "(σ′(βh) − σ′(βh_c))", bump(b * (lc - lr)) - bump(b * lc))
        : pushed(false, "β", b, "σ′(βh)", bump(b * (lc - lr))),
  },
  discopop: ofMargin(discopop, "−ℓ′(βh)", (x) => -discopop(x)[1]),
} as const satisfies Record<string, Row>;

export type PairLossType = keyof typeof RULES;

const HELP: Readonly<Record<PairLossType, readonly [label: string, help: string]>> = {
  sigmoid: ["DPO", "−log σ(βh); with label smoothing, conservative DPO."],
  hinge: ["Hinge", "max(0, 1 − βh): no push once the margin is 1 (SLiC)."],
  ipo: ["IPO", "Squared distance of the mean log-ratio difference from 1/(2β)."],
  ipo_sum: ["IPO, sums", "The same without dividing by the answers' lengths."],
  robust: ["Robust", "Unbiased when a share of the preferences is the wrong way round."],
  sigmoid_norm: ["Length-normalised", "DPO on log-ratios per token."],
  exo_pair: ["EXO", "Reverse KL between the policy's and the smoothed preference."],
  nca_pair: ["NCA", "Also keeps both answers from becoming likelier together."],
  bco_pair: ["BCO", "Each answer judged by itself, as a classifier."],
  sppo_hard: ["SPPO", "Chosen towards 1/(2β), rejected towards −1/(2β)."],
  apo_zero: ["APO zero", "Chosen up, rejected down, each anchored at the reference."],
  apo_down: ["APO down", "Both down, rejected more: for answers worse than the policy."],
  discopop: ["DiscoPOP", "A discovered blend of logistic and exponential loss."],
};

/** Another loss on the same pairs is said beside the name, and kept where another algorithm has it too. */
export const LOSS_TYPE: Defining = {
  stays: true,
  otherwise: ({ lossType }) => `${HELP[lossType as PairLossType][0]} loss`,
};

/** Loss and slopes of one pair. */
export function pairLoss(type: PairLossType, pair: LogRatioPair, values: PairLossValues): PairLoss {
  return (RULES[type] as Row).rule(pair, values.beta, values.labelSmoothing);
}

/** The push of a token where the loss is one of the margin x of mean log-probabilities: `length` of them share it. */
export function explainMargin(
  type: "sigmoid" | "hinge",
  isChosen: boolean,
  beta: number,
  length: number,
  x: number,
  e: number,
): Term {
  const isHinge = type === "hinge";
  const value = isHinge ? (x < 1 ? 1 : 0) : (1 - e) * sigmoid(-x) - e * sigmoid(x);
  return pushed(isChosen, "β/T", beta / length, isHinge ? "[x < 1]" : "σ(−x)", value);
}

/** The push of one answer of a pair, before the mean over pairs. */
export function explainPairLoss(
  type: PairLossType,
  pair: LogRatioPair,
  isChosen: boolean,
  values: PairLossValues,
): Term {
  return (RULES[type] as Row).explain(pair, isChosen, values.beta, values.labelSmoothing);
}

/** The knobs that every loss on pairs with a reference shares. */
export const pairLossKnobs = {
  beta: real(
    0.1,
    { min: 0.001, max: 100, log: true },
    {
      label: "β",
      help: "How much a nat of log-ratio is worth: small lets the policy go far from the reference.",
      symbol: "\\beta",
      source: "0.1 in TRL and for math in arXiv 2506.21495 (0.01 for chat)",
      live: true,
    },
  ),
  lossType: choice(
    "sigmoid",
    (Object.keys(RULES) as PairLossType[]).map((value) => ({ value, label: HELP[value][0], help: HELP[value][1] })),
    { label: "Loss", help: "How a pair's margin becomes a loss.", source: "TRL loss_type", live: true },
  ),
  labelSmoothing: real(
    0,
    { min: 0, max: 0.49, step: 0.01 },
    {
      label: "Label smoothing",
      help: "The share of preferences believed to be the wrong way round.",
      symbol: "\\varepsilon",
      source: "0 in TRL; 0.1 in conservative and robust DPO",
      live: true,
    },
  ),
};

/** How much the good or the bad answers count. */
export const sideWeight = (label: string, help: string) =>
  real(1, { min: 0, max: 10, step: 0.05 }, { label, help, source: "1 in TRL", live: true });

const H_C = "h_c = \\log\\frac{\\pi_\\theta(y_c)}{\\pi_{\\text{ref}}(y_c)}";
const PER_TOKEN = "x = \\beta\\Big(\\frac{h_c}{|y_c|} - \\frac{h_r}{|y_r|}\\Big)";
const MARGIN = "x = \\beta\\,(h_c - h_r)";
const SMOOTHED = "-(1-\\varepsilon)\\log\\sigma(x) - \\varepsilon\\log\\sigma(-x)";

/** TeX of the loss ℓ of one pair, and of what it is a function of. */
const PAIR_TEX = {
  sigmoid: ["-\\log\\sigma(x)", MARGIN],
  hinge: ["\\max(0,\\ 1 - x)", MARGIN],
  ipo: ["\\Big(\\frac{h_c}{|y_c|} - \\frac{h_r}{|y_r|} - \\frac{1}{2\\beta}\\Big)^2"],
  ipo_sum: ["\\Big(h_c - h_r - \\frac{1}{2\\beta}\\Big)^2"],
  robust: ["\\frac{-(1-\\varepsilon)\\log\\sigma(x) + \\varepsilon\\log\\sigma(-x)}{1 - 2\\varepsilon}", MARGIN],
  sigmoid_norm: ["-\\log\\sigma(x)", PER_TOKEN],
  exo_pair: [
    "\\sigma(x)\\log\\frac{\\sigma(x)}{1-\\varepsilon} + \\sigma(-x)\\log\\frac{\\sigma(-x)}{\\varepsilon}",
    MARGIN,
  ],
  nca_pair: ["-\\log\\sigma(\\beta h_c) - \\tfrac12\\log\\sigma(-\\beta h_c) - \\tfrac12\\log\\sigma(-\\beta h_r)"],
  bco_pair: ["-\\log\\sigma(\\beta h_c) - \\log\\sigma(-\\beta h_r)"],
  sppo_hard: ["\\Big(h_c - \\frac{1}{2\\beta}\\Big)^2 + \\Big(h_r + \\frac{1}{2\\beta}\\Big)^2"],
  apo_zero: ["\\sigma(-\\beta h_c) + \\sigma(\\beta h_r)"],
  apo_down: ["\\sigma(\\beta h_c) + \\sigma(-\\beta(h_c - h_r))"],
  discopop: ["-(1-m)\\log\\sigma(x) + m\\,e^{-x}", MARGIN, "m = \\sigma(x/0.05)"],
} as const;

export interface PairLossTex {
  readonly lossType: keyof typeof PAIR_TEX;
  readonly labelSmoothing: number;
}

/** TeX of `mean` ℓ for a loss on pairs with a reference, in pieces. */
export function pairTex(mean: string, { lossType, labelSmoothing }: PairLossTex): readonly string[] {
  const [loss, ...where] = PAIR_TEX[lossType];
  const logistic = lossType === "sigmoid" || lossType === "sigmoid_norm";
  const ell = logistic && labelSmoothing > 0 ? SMOOTHED : loss;
  return [`\\mathcal{L} = ${mean}\\,\\ell`, `\\ell = ${ell}`, ...where, H_C];
}
