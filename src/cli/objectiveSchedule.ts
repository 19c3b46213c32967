import { type MuValues, muAt } from "../lab/objectives/terms/mix.ts";
import type { FieldValue } from "../lab/schema.ts";
import { known, readParams } from "./objective.ts";
import { fieldsOf } from "./objectiveFeeds.ts";
import { refuse } from "./refuse.ts";

/** So many steps print in a moment. */
const MOST = 1_000_000;

/**
 * µ of the steps in `range`, such as `0..1000`, both ends included, with the params of `input`; updates count from 1.
 * @throws {ConfigError} for an algorithm without µ, a range that is none, and µ that depends on rewards.
 */
export function muSchedule(
  id: string,
  range: string,
  input: unknown,
): { readonly step: number[]; readonly mu: number[] } {
  const objective = known(id);
  if (!Object.hasOwn(objective.params, "muPeak"))
    refuse("--schedule", "go with chord-mu or chord-phi, which have a µ", id);
  const fields = fieldsOf(input, "input", ["params", "step", "totalSteps", "feeds"]);
  const params = readParams(objective, fields.params);
  if (!hasMu(params)) throw new TypeError(`${id} has muPeak but not the other knobs of µ`);
  if (params.muSchedule === "adaptive")
    refuse(
      "muSchedule",
      "be another than adaptive with --schedule, for that µ is τ minus the mean reward of a batch",
      "adaptive",
    );
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(range.trim()) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(Number.isSafeInteger(to) && from <= to && to - from < MOST))
    refuse("--schedule", `be two steps such as 0..1000, at most ${MOST} of them`, range);
  const step = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return { step, mu: step.map((s) => muAt(s, params)) };
}

function hasMu(
  params: Readonly<Record<string, FieldValue>>,
): params is Readonly<Record<string, FieldValue>> & MuValues {
  return ["muPeak", "muValley", "muWarmupSteps", "muDecaySteps", "muTau", "muSwitchStep", "muPeriod"].every(
    (key) => typeof params[key] === "number",
  );
}
