import type { AnyValues } from "../../schema.ts";
import type { Defining } from "../objective.ts";
import type { Aggregation, AggregationValues } from "./aggregate.ts";
import type { Explanation, TokenContext } from "./explanation.ts";
import { sumTex } from "./formula.ts";
import type { MuValues } from "./muSchedule.ts";
import { overBatch } from "./overBatch.ts";
import { explainOwn } from "./policyGradient.ts";
import { explainWeight, TOKEN_WEIGHTS, type TokenWeightName, WEIGHT, type WeightValues } from "./tokenWeight.ts";

/** Whether the cosine schedule goes from a peak to a lower valley at all. */
const falls = ({ muPeak, muValley, muWarmupSteps, muDecaySteps }: AnyValues) =>
  Number(muPeak) > Number(muValley) && Number(muWarmupSteps) + Number(muDecaySteps) > 1;
const stands = ({ muPeak, muValley, muWarmupSteps }: AnyValues) =>
  muPeak === muValley && Number(muValley) > 0 && muWarmupSteps === 0;

const shape = (settings: AnyValues) => {
  const { muPeak, muValley } = settings;
  if (falls(settings)) return `µ from ${muPeak} to ${muValley}`;
  if (Number(muPeak) < Number(muValley) && Number(settings.muDecaySteps) > 0) return `µ rising to ${muValley}`;
  return `constant µ ${muValley}`;
};
const SCHEDULES: Readonly<Record<string, string>> = {
  fixed: "constant µ",
  adaptive: "adaptive µ",
  "sft-then-rl": "SFT, then RL",
  interleave: "interleaved",
};

const defining = (within: (settings: AnyValues) => boolean): Readonly<Record<string, Defining>> => {
  // The four numbers have a say in the cosine schedule alone.
  const ruled: Defining = {
    within: (settings) => settings.muSchedule !== "cosine" || within(settings),
    otherwise: shape,
  };
  return {
    tokenWeight: WEIGHT,
    muSchedule: { otherwise: ({ muSchedule }) => SCHEDULES[String(muSchedule)] ?? String(muSchedule) },
    muPeak: ruled,
    muValley: ruled,
    muWarmupSteps: ruled,
    muDecaySteps: ruled,
    muDrawn: { otherwise: () => "µ by hand" },
  };
};

/** Weights as the method has them, and µ falls over the run. */
export const FALLING_MU = defining(falls);
/** The same with a µ that stands still, above 0. */
export const CONSTANT_MU = defining(stands);

const SCHEDULE_TEX: Readonly<Record<MuValues["muSchedule"], string>> = {
  cosine: "",
  fixed: "\\mu = \\mu_{\\text{peak}}",
  adaptive: "\\mu = \\max(0,\\ \\tau - \\overline{R})",
  "sft-then-rl": "\\mu = [\\,\\text{step} \\le S\\,]",
  interleave: "\\mu = [\\,P \\text{ divides the step}\\,]",
};

/** TeX of the mix with a weight on the expert's tokens. */
export function mixFormula(tokenWeight: TokenWeightName): string {
  const weight = tokenWeight === "none" ? "" : `\\,${TOKEN_WEIGHTS[tokenWeight].formula}`;
  return `\\mathcal{L} = (1-\\mu)\\,\\mathcal{L}_{\\text{GRPO}} - \\mu\\,\\frac{1}{N^{\\star}}\\sum_t${weight}\\,\\log \\pi_\\theta(y^{\\star}_t)`;
}

/** TeX of the mix under the settings in force, in pieces. */
export function mixTex(
  params: MuValues & { readonly tokenWeight: TokenWeightName; readonly expertAggregation: Aggregation },
): readonly string[] {
  const { sum, where } = sumTex(params.expertAggregation);
  const weight = params.tokenWeight === "none" ? [] : [`w_t = ${TOKEN_WEIGHTS[params.tokenWeight].formula}`];
  const w = weight.length > 0 ? "w_t\\," : "";
  const expert = `\\mu\\,${sum}${w}\\log \\pi_\\theta(y^{\\star}_t)`;
  return [`\\mathcal{L} = (1-\\mu)\\,\\mathcal{L}_{\\text{GRPO}} - ${expert}`, ...weight, muTex(params), ...where];
}

function muTex(params: MuValues): string {
  if (params.muDrawn) return "\\mu\\ \\text{by hand}";
  if (params.muSchedule !== "cosine") return SCHEDULE_TEX[params.muSchedule];
  const { muPeak, muValley, muWarmupSteps, muDecaySteps } = params;
  const steps = ["\\mu_{\\text{valley}}"];
  if (muDecaySteps > 0 && muPeak !== muValley) steps.unshift("\\mu_{\\text{peak}}");
  if (muWarmupSteps > 0) steps.unshift("0");
  return steps.length === 1 ? `\\mu = ${steps[0]}` : `\\mu\\colon ${steps.join(" \\to ")}`;
}

type MixValues = WeightValues &
  AggregationValues & {
    readonly tokenWeight: TokenWeightName;
    readonly expertAggregation: Aggregation;
    readonly klCoef: number;
  };

/** How a token of either side came to its credit: the expert's with the share µ, an own one with the rest. */
export function explainMix(token: TokenContext<MixValues>): Explanation {
  const mu = token.metric("mu");
  const { row, at, params } = token;
  if (mu === undefined) return { terms: [] };
  if (row.feed === "rollouts") {
    const explained = explainOwn(token, params, { symbols: "(1−µ)", value: 1 - mu });
    return { ...explained, quantities: [{ symbol: "1 − µ", value: 1 - mu, words: "own samples' share" }] };
  }
  const push = (n: number) => explainWeight(params.tokenWeight, token, n, params);
  const values = { ...params, aggregation: params.expertAggregation };
  const explained = overBatch(token, values, push(at), (n) => push(n).value, { symbols: "µ", value: mu });
  return { ...explained, quantities: [{ symbol: "µ", value: mu, words: "the expert's share" }] };
}
