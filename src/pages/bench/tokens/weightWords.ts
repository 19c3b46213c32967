import { type GammaValues, gammaOf, idftKnobs } from "../../../lab/objectives/terms/idftGamma.ts";
import type { TokenWeightName, WeightValues } from "../../../lab/objectives/terms/tokenWeight.ts";
import { weightKnobs } from "../../../lab/objectives/terms/tokenWeight.ts";
import { initials } from "../../../lab/schema.ts";
import { VOCAB_SIZE } from "../../../lab/tokenizer/characters.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { short, type Term } from "./share.ts";

/** Which weight stands on a demonstration's tokens under an algorithm that is nothing but a weight. */
const WEIGHT_OF: Readonly<Record<string, TokenWeightName>> = {
  dft: "is",
  eaft: "eaft",
  "sft-phi": "phi",
  "sft-phi-cutoff": "phi-cutoff",
  "sft-focal": "focal",
  "sft-entropy-top": "entropy-top",
  "sft-entropy-norm": "entropy-norm",
  "sft-is-clip": "is-clip",
};

type Params = Readonly<Record<string, unknown>>;

/** How the weight w of a demonstration's token comes from p, H and the algorithm's knobs. */
export function demoWeight(algorithm: string, params: Params, row: TokenRow, at: number): Term {
  const shown = row.views.weight?.[at] ?? 0;
  switch (algorithm) {
    case "sft":
      return smoothed(Number(params.labelSmoothing));
    case "hinted":
      return params.hintedLoss === "idft" ? idftWeight(params, row, at) : smoothed(0);
    case "idft":
      return idftWeight(params, row, at);
    case "iw-sft":
      return params.iwLevel === "token"
        ? { symbols: "clamp(p / p_ref)", numbers: short(shown), value: shown }
        : { symbols: "min(exp(τ · mean log-ratio), c)", numbers: short(shown), value: shown };
    case "psft":
      return row.views.clipped?.[at]
        ? { symbols: "0, clipped", numbers: "0", value: 0 }
        : { symbols: "r", numbers: short(row.views.ratio?.[at] ?? 1), value: row.views.ratio?.[at] ?? 1 };
  }
  const name = WEIGHT_OF[algorithm] ?? (params.tokenWeight as TokenWeightName | undefined);
  const knobs = { ...initials(weightKnobs), ...params } as WeightValues;
  return name ? named(name, row, at, knobs) : { symbols: "w", numbers: short(shown), value: shown };
}

function smoothed(epsilon: number): Term {
  return epsilon > 0
    ? { symbols: "(1 − ε)", numbers: `(1 − ${short(epsilon)})`, value: 1 - epsilon }
    : { symbols: "1", numbers: "1", value: 1 };
}

function idftWeight(params: Params, row: TokenRow, at: number): Term {
  const logp = row.logp[at]!;
  const p = Math.exp(logp);
  const gamma = row.views.gamma?.[at] ?? 1;
  const bound = Number(params.phiBound ?? 0);
  if (bound > 0 && Math.abs(row.views.cll?.[at] ?? 0) >= bound)
    return { symbols: "0, |CLL| beyond the bound", numbers: "0", value: 0 };
  const w = p ** gamma;
  if (params.gradientMode !== "feb2026") return { symbols: "p^γ", numbers: `${short(p)}^${short(gamma)}`, value: w };
  return {
    symbols: "p^γ (1 + γ log p)",
    numbers: `${short(p)}^${short(gamma)} × (1 + ${short(gamma)} × ${short(logp)})`,
    value: w * (1 + gamma * logp),
  };
}

function named(name: TokenWeightName, row: TokenRow, at: number, knobs: WeightValues): Term {
  const logp = row.logp[at]!;
  const p = Math.exp(logp);
  const H = row.entropy[at]!;
  const shown = row.views.weight?.[at] ?? 0;
  const phi: Term = { symbols: "p(1−p)", numbers: `${short(p)} × ${short(1 - p)}`, value: p * (1 - p) };
  const above = (limit: number): Term => ({ symbols: `0, p above ${short(limit)}`, numbers: "0", value: 0 });
  switch (name) {
    case "none":
      return { symbols: "1", numbers: "1", value: 1 };
    case "is":
      return { symbols: "p", numbers: short(p), value: p };
    case "phi":
      return phi;
    case "phi-cutoff":
      return logp <= Math.log(knobs.cutoffProb) ? phi : above(knobs.cutoffProb);
    case "is-clip":
      return logp <= Math.log(knobs.isClip) ? { symbols: "p", numbers: short(p), value: p } : above(knobs.isClip);
    case "focal":
      return {
        symbols: "(1−p)^γF",
        numbers: `${short(1 - p)}^${short(knobs.focalGamma)}`,
        value: (1 - p) ** knobs.focalGamma,
      };
    case "entropy-top":
      return {
        symbols: shown > 0 ? "1, H among the highest" : "0, H not among the highest",
        numbers: short(shown),
        value: shown,
      };
    case "entropy-norm":
      return { symbols: "H / mean H", numbers: shown > 0 ? `${short(H)} / ${short(H / shown)}` : "0", value: shown };
    case "eaft":
      return { symbols: "H / ln V", numbers: `${short(H)} / ln ${VOCAB_SIZE}`, value: H / Math.log(VOCAB_SIZE) };
    case "idft": {
      const gamma = gammaOf(logp + H, 1, initials(idftKnobs) as GammaValues);
      return { symbols: "p^γ", numbers: `${short(p)}^${short(gamma)}`, value: p ** gamma };
    }
  }
}
