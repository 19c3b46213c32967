import type { WatchColumn } from "../../../app/microscope/microscope.ts";
import { configAt, phaseAt, phasesOf, type RunConfig } from "../../../lab/experiment/config.ts";
import { clockOf, totalSteps } from "../../../lab/experiment/phases.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { vocabularyOf } from "../../../lab/tasks/task.ts";
import type { Quantity } from "../tokens/quantities.ts";
import { demoWeights } from "./compare.ts";

/** What a strip can show of every token at every step. */
export const STRIP_QUANTITIES = [
  { id: "weight", label: "weight w" },
  { id: "p", label: "probability p" },
  { id: "entropy", label: "entropy" },
  { id: "phi", label: "φ = p(1−p)" },
  { id: "cll", label: "CLL = log p + H" },
] as const;
export type StripQuantity = (typeof STRIP_QUANTITIES)[number]["id"];

/** Whether an algorithm of the run has a weight for demonstrations at all. */
export function hasWeight(config: RunConfig): boolean {
  return phasesOf(config).some(({ config: { algorithm } }) => objectiveById(algorithm).feeds.includes("demos"));
}

const kept = new WeakMap<WatchColumn, Map<string, readonly number[]>>();

/**
 * One quantity of every token [t] of watched row `index` at a column. The weight is what the next update would push each
 * token with if the answer were in its batch: recomputed for this answer alone, before the mean and before any µ.
 */
export function valuesAt(
  column: WatchColumn,
  index: number,
  quantity: StripQuantity,
  config: RunConfig,
  first: WatchColumn,
): readonly number[] {
  const known = kept.get(column) ?? new Map<string, readonly number[]>();
  kept.set(column, known);
  const key = `${index} ${quantity}`;
  const found = known.get(key) ?? read(column, index, quantity, config, first);
  known.set(key, found);
  return found;
}

function read(column: WatchColumn, index: number, quantity: StripQuantity, config: RunConfig, first: WatchColumn) {
  const { logp, entropy } = column.scores[index]!;
  if (quantity !== "weight") {
    const of: Record<Exclude<StripQuantity, "weight">, (t: number) => number> = {
      p: (t) => Math.exp(logp[t]!),
      entropy: (t) => entropy[t]!,
      phi: (t) => Math.exp(logp[t]!) * (1 - Math.exp(logp[t]!)),
      cll: (t) => logp[t]! + entropy[t]!,
    };
    return Array.from(logp, (_, t) => of[quantity](t));
  }
  const step = Math.min(column.step + 1, totalSteps(config));
  const { algorithm, params } = configAt(config, step);
  // The reference of iw-SFT is the policy that its phase began with.
  const known = first.step === 0 && phaseAt(config, step).number === 1;
  const refLogp = known ? first.scores[index]!.logp : undefined;
  const clock = clockOf(config, step);
  const own = { objective: objectiveById(algorithm), params, vocabSize: vocabularyOf(taskById(config.task)) };
  return demoWeights(own, { logp, entropy, refLogp }, clock) ?? [];
}

/** Opacity of the full colour. */
const MOST = 0.85;

/** Straight-alpha pixels [t, columns] of a strip: blue up, orange down, a neutral hue for sizes without a sign. */
export function pixelsOf(
  columns: readonly (readonly number[])[],
  tokens: number,
  fill: Pick<Quantity, "fill">["fill"],
  full: number,
  colours: Readonly<Record<"up" | "down" | "level", readonly [number, number, number]>>,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * tokens * columns.length);
  columns.forEach((values, x) => {
    for (let t = 0; t < tokens; t++) {
      const { push, strength } = fill(values[t] ?? 0, full);
      const at = 4 * (t * columns.length + x);
      pixels.set(colours[push], at);
      pixels[at + 3] = 255 * MOST * strength;
    }
  });
  return pixels;
}

/** The column that is nearest to a step; columns are in order. */
export function nearest(columns: readonly WatchColumn[], step: number): number {
  const distance = (index: number) => Math.abs(columns[index]!.step - step);
  let best = 0;
  for (let index = 1; index < columns.length; index++) if (distance(index) <= distance(best)) best = index;
  return best;
}
