import { demoStyleOf, hintsOf } from "../experiment/config.ts";
import type { Metrics } from "../objectives/objective.ts";
import { RunError } from "../runError.ts";
import { isPolicyWriter, kindDemonstrated } from "../settings.ts";
import type { CollectContext, DemoSet } from "./batch.ts";
import { demonstrationPool, fixedPool, sourceOf } from "./demonstrations.ts";
import { type WrittenSet, writtenSet } from "./hinted.ts";

/** The demonstrations of a run, made once. */
export async function demoSet(context: CollectContext): Promise<DemoSet> {
  context.memo.demonstrations ??= await newSet(context);
  return context.memo.demonstrations;
}

/** From the settings or by the starting policy; a resumed run makes the same again. */
async function newSet({ policy, task, config, step, origin }: CollectContext): Promise<DemoSet> {
  const style = demoStyleOf(config);
  const { demoCount: count } = config.demonstrations;
  const { seed } = config.start;
  if (!isPolicyWriter(style)) {
    return { pool: demonstrationPool(task, config.taskParams, { ...sourceOf(config, "train"), count }), metrics: {} };
  }
  const kind = kindDemonstrated(config.kinds);
  const options = { style, seed, split: "train", kind, count, hints: hintsOf(config), weights: origin } as const;
  const set = await writtenSet(policy, task, config.taskParams, options);
  if (set.items.length === 0) {
    const how = style === "own" ? "at its first try" : "even with the hint";
    throw new RunError(
      step,
      `The starting policy must answer at least one of ${set.yields.asked} problems right ${how}, got none: start from a native checkpoint.`,
    );
  }
  return { pool: fixedPool(set.items), metrics: yieldMetrics(set) };
}

/** Shares of the problems asked: right at once, right with the hint, dropped; and the student's mean share λ in hinted answers. */
function yieldMetrics({ yields: { asked, own, hinted }, meanLambda }: WrittenSet): Metrics {
  return {
    "hinted/own_frac": own / asked,
    "hinted/hinted_frac": hinted / asked,
    "hinted/dropped_frac": (asked - own - hinted) / asked,
    ...(hinted > 0 && { "hinted/mean_lambda": meanLambda }),
  };
}
