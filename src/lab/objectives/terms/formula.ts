import type { Aggregation } from "./aggregate.ts";

const FACTOR: Readonly<Record<Exclude<Aggregation, "token-mean">, string>> = {
  "sequence-mean-token-mean": "\\frac{1}{B\\,T_i}",
  "sequence-mean-token-sum": "\\frac{1}{B}",
  "sequence-mean-token-sum-norm": "\\frac{1}{L}",
  "dr-grpo": "\\frac{1}{B\\,L}",
};

/** TeX of the sum over tokens with its factor, and the factor's definition where it is not 1/N. */
export function sumTex(
  aggregation: Aggregation,
  index = "t",
): { readonly sum: string; readonly where: readonly string[] } {
  if (aggregation === "token-mean") return { sum: `\\frac{1}{N}\\sum_{${index}}`, where: [] };
  return { sum: `\\sum_{${index}} c_{${index}}\\,`, where: [`c_{${index}} = ${FACTOR[aggregation]}`] };
}

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

interface PairLossTex {
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

/** TeX of DPO's own loss. */
export const DPO_TEX =
  "\\mathcal{L} = -\\mathbb{E}\\,\\log\\sigma\\!\\Big(\\beta\\log\\frac{\\pi_\\theta(y_c)}{\\pi_{\\text{ref}}(y_c)} - \\beta\\log\\frac{\\pi_\\theta(y_r)}{\\pi_{\\text{ref}}(y_r)}\\Big)";

/** TeX of a loss on pairs of two answers under the settings in force, in pieces. */
export function dpoTex(
  params: PairLossTex & { readonly nllCoef: number; readonly entropyCoef: number },
): readonly string[] {
  const plain = params.lossType === "sigmoid" && params.labelSmoothing === 0;
  return [...(plain ? [DPO_TEX] : pairTex("\\mathbb{E}", params)), ...besidePairsTex(params)];
}

/** TeX of the terms that stand beside the loss of the pairs, each where its coefficient is above 0. */
export function besidePairsTex(params: { readonly nllCoef: number; readonly entropyCoef: number }): readonly string[] {
  return [
    ...(params.nllCoef > 0 ? ["{} + c_{\\text{NLL}}\\,\\text{NLL}(y_c)"] : []),
    ...(params.entropyCoef > 0 ? ["{} - \\beta_H\\, H(y_c)"] : []),
  ];
}
