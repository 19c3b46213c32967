import { choice, int, real } from "../../schema.ts";
import { drawnMuAt, muDrawnKnob, muPoints } from "./muDrawn.ts";

export type MuSchedule = "cosine" | "fixed" | "adaptive" | "sft-then-rl" | "interleave";

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

/** The knobs of µ with a method's own peak, valley and lengths. */
export function muKnobs(peak: number, valley: number, warmup: number, decay: number, source: string) {
  return {
    muSchedule: choice<MuSchedule>(
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
    ),
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
