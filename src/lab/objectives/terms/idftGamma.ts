import { choice, real } from "../../schema.ts";
import type { Defining } from "../objective.ts";
import { type Term, type TokenContext, unpushed } from "./explanation.ts";
import { clamp } from "./probability.ts";

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

export interface GammaValues {
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
