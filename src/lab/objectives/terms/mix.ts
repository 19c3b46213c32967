import { type AnyValues, ConfigError, choice, type Field, int, quote, real } from "../../schema.ts";
import type { ChartSpec, Defining, Explanation, TokenContext } from "../objective.ts";
import { type Aggregation, type AggregationValues, overBatch, sumTex } from "./batch.ts";
import { CLIPPED_VIEWS, explainOwn } from "./policyGradient.ts";
import { DEMO_VIEWS } from "./supervised.ts";
import { explainWeight, TOKEN_WEIGHTS, type TokenWeightName, WEIGHT, type WeightValues } from "./tokenWeight.ts";

/** One corner of a drawn µ. */
interface MuPoint {
  /** Counted from 1, like every update. */
  readonly step: number;
  /** In [0, 1]. */
  readonly mu: number;
}

/** So many corners still fit into a link beside everything else. */
export const MU_POINTS = 32;
const LAST_STEP = 100_000;
/** Corners are kept to this many places: finer than a hand can draw, short in a link. */
const PLACES = 3;

/** A drawn µ as text: `40-0.2_80-0.5` is 0.2 at step 40 and 0.5 at step 80; nothing drawn is the empty text. */
export function muText(points: readonly MuPoint[]): string {
  return points.map(({ step, mu }) => `${step}-${Number(mu.toFixed(PLACES))}`).join("_");
}

const parsed = new Map<string, readonly MuPoint[]>();

/** The corners that a text names, in order of step. The text must be one that {@link muText} wrote or a field read. */
export function muPoints(text: string): readonly MuPoint[] {
  let points = parsed.get(text);
  if (!points) {
    points = text === "" ? [] : text.split("_").map(pointOf);
    // A run asks for the same text at every step, and a page for a few of them.
    if (parsed.size > 50) parsed.clear();
    parsed.set(text, points);
  }
  return points;
}

function pointOf(item: string): MuPoint {
  const [step, mu] = item.split("-");
  return { step: Number(step), mu: Number(mu) };
}

/** µ where it was drawn: straight between corners, level after the last; undefined before the first, where the schedule rules. */
export function drawnMuAt(step: number, points: readonly MuPoint[]): number | undefined {
  const [first] = points;
  if (!first || step < first.step) return undefined;
  const next = points.findIndex((point) => point.step > step);
  if (next < 0) return points.at(-1)!.mu;
  const [a, b] = [points[next - 1]!, points[next]!];
  return a.mu + ((b.mu - a.mu) * (step - a.step)) / (b.step - a.step);
}

/** The knob whose control is the chart of µ itself. */
export const muDrawnKnob: Field<string> = {
  kind: "curve",
  initial: "",
  label: "µ by hand",
  help: "Corners of a drawn µ as step-value, joined by underscores; from the first one on µ follows straight lines between them instead of the schedule.",
  live: true,
  read(raw, name = "value") {
    const bad = (what: string) =>
      new ConfigError([
        { key: name, message: `µ by hand (${name}) must be ${what}, such as 40-0.2_80-0.5, got ${quote(raw)}.` },
      ]);
    if (typeof raw !== "string") throw bad("corners written as step-value");
    const text = raw.trim();
    if (text === "") return "";
    const items = text.split("_");
    if (items.length > MU_POINTS) throw bad(`at most ${MU_POINTS} corners`);
    if (!items.every((item) => /^\d+-(\d+\.?\d*|\.\d+)$/.test(item))) throw bad("corners written as step-value");
    const points = items.map(pointOf);
    if (!points.every(({ step, mu }) => step >= 1 && step <= LAST_STEP && mu <= 1)) {
      throw bad(`corners at steps 1 to ${LAST_STEP} with values in [0, 1]`);
    }
    if (!points.every(({ step }, i) => i === 0 || step > points[i - 1]!.step)) throw bad("corners in order of step");
    return muText(points);
  },
};

type MuSchedule = "cosine" | "fixed" | "adaptive" | "sft-then-rl" | "interleave";

export interface MuValues {
  readonly muSchedule: MuSchedule;
  readonly muPeak: number;
  readonly muValley: number;
  readonly muWarmupSteps: number;
  readonly muDecaySteps: number;
  readonly muTau: number;
  readonly muSwitchStep: number;
  readonly muPeriod: number;
  /** As {@link muText} writes it; nothing is drawn where it is empty or absent. */
  readonly muDrawn?: string;
}

/**
 * µ(step), the share of the expert's term. `cosine` is Trinity-RFT's `mu_schedule_function` (chord_policy_loss.py), edges
 * included: linear from 0 while step < W; the valley from W + D on; a half cosine between. So with D = 0 the peak is
 * never reached, and W = D = 0 is the valley whatever the peak. Trinity counts updates from 1, and so does `clock.step`.
 *
 * `adaptive` is CHORD's appendix B.1, max(0, τ − mean reward), here also at most 1 (rewards below τ − 1 would turn the
 * reinforcement term around). `sft-then-rl` is µ = 1, then 0. `interleave` has one update on the expert in each period.
 *
 * What was drawn by hand (`muDrawn`) takes the schedule's place from its first corner on.
 * @param meanReward of the rollouts of this update; `adaptive` is τ itself without it: what a drawing ahead can know.
 */
export function muAt(step: number, values: MuValues, meanReward = 0): number {
  return drawnMuAt(step, muPoints(values.muDrawn ?? "")) ?? scheduledMu(step, values, meanReward);
}

function scheduledMu(step: number, values: MuValues, meanReward: number): number {
  const { muPeak: peak, muValley: valley, muWarmupSteps: warmup, muDecaySteps: decay } = values;
  switch (values.muSchedule) {
    case "cosine":
      if (step < warmup) return (peak * step) / warmup;
      if (step >= warmup + decay) return valley;
      return valley + (peak - valley) * 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / decay));
    case "fixed":
      return peak;
    case "adaptive":
      return Math.min(1, Math.max(0, values.muTau - meanReward));
    case "sft-then-rl":
      return step <= values.muSwitchStep ? 1 : 0;
    case "interleave":
      return step % values.muPeriod === 0 ? 1 : 0;
  }
}

const share = { min: 0, max: 1, step: 0.01 };
const count = { min: 0, max: 100_000, log: true };

const muScheduleKnob = choice<MuSchedule>(
  "cosine",
  [
    {
      value: "cosine",
      label: "Warm up, then decay",
      help: "Linear to the peak, then a half cosine to the valley.",
    },
    { value: "fixed", label: "Fixed", help: "The peak, always." },
    { value: "adaptive", label: "Adaptive", help: "max(0, τ − mean reward): less expert as the policy improves." },
    { value: "sft-then-rl", label: "SFT, then RL", help: "1 up to the switch, 0 after it." },
    {
      value: "interleave",
      label: "Interleaved",
      help: "One update on the expert in every period, the others on own samples.",
    },
  ],
  { label: "µ schedule", help: "How the expert's share of the loss changes over the run.", live: true },
);

/** The knobs of µ with a method's own peak, valley and lengths. */
export function muKnobs(peak: number, valley: number, warmup: number, decay: number, source: string) {
  return {
    muSchedule: muScheduleKnob,
    muPeak: real(peak, share, {
      label: "µ peak",
      help: "The largest share of the expert's term.",
      symbol: "\\mu_{\\text{peak}}",
      source,
      live: true,
    }),
    muValley: real(valley, share, {
      label: "µ valley",
      help: "The share after the decay.",
      symbol: "\\mu_{\\text{valley}}",
      source,
      live: true,
    }),
    muWarmupSteps: int(warmup, count, {
      label: "µ warm-up",
      help: "Updates from 0 to the peak.",
      unit: "steps",
      symbol: "W",
      source,
      live: true,
    }),
    muDecaySteps: int(decay, count, {
      label: "µ decay",
      help: "Updates from the peak to the valley; 0 goes to the valley at once.",
      unit: "steps",
      symbol: "D",
      source,
      live: true,
    }),
    muTau: real(0.5, share, {
      label: "µ threshold τ",
      help: "Adaptive µ is τ minus the mean reward.",
      symbol: "\\tau",
      source: "CHORD, appendix B.1",
      live: true,
    }),
    muSwitchStep: int(50, count, {
      label: "Switch step",
      help: "Last update on the expert alone when SFT comes before RL.",
      unit: "steps",
      live: true,
    }),
    muPeriod: int(
      2,
      { min: 1, max: 10_000, log: true },
      { label: "Interleaving period", help: "Updates from one on the expert to the next.", unit: "steps", live: true },
    ),
    muDrawn: muDrawnKnob,
  };
}

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

/** What a mix of expert and own samples shows beside the common charts; µ has its own. */
export const mixCharts: readonly ChartSpec[] = [
  {
    title: "Expert and own terms",
    sentence: "The expert's term and the term of own samples, each before the mix.",
    series: [
      { metric: "loss/sft", label: "expert" },
      { metric: "loss/grpo", label: "own samples" },
    ],
  },
  {
    title: "Expert tokens",
    sentence: "How likely the expert's tokens are, and how undecided the policy is about them.",
    series: [
      { metric: "expert/mean_p", label: "mean p" },
      { metric: "expert/mean_phi", label: "mean φ" },
    ],
    domain: [0, 1],
  },
];

/** The words of what is shown of expert and own tokens. */
export const MIX_VIEWS = { ...DEMO_VIEWS, ...CLIPPED_VIEWS };
