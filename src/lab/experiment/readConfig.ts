import { objectiveById } from "../objectives/index.ts";
import {
  ConfigError,
  disordered,
  type FieldValue,
  type Issue,
  outOfOrder,
  quote,
  readAll,
  unknownKey,
} from "../schema.ts";
import { taskById } from "../tasks/index.ts";
import { inherited } from "./definition.ts";
import { flatten, isKnown, knownAs, named, pick, type Reading, readFirst } from "./firstPhase.ts";
import { laterPhase } from "./phase.ts";
import { isPhaseKey, PHASES, phaseKey, phasesNamed } from "./phaseKeys.ts";
import type { FlatConfig, RunConfig } from "./runConfig.ts";
import { elsewhere, notUsed, phaseSchemaOf, schemaOf } from "./sections.ts";

/**
 * Reads a flat record over `base`; never throws on bad input: every problem is an issue, and what `base` has stands in. Where
 * `raw` names another algorithm than `base`, that algorithm is what its name says: of `base` only what both mean alike is kept.
 */
export function readConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): Reading {
  const first = readFirst(raw, base);
  const { phases, issues } = readPhases(raw, base, first.config);
  if (phases.length === 0) return { config: first.config, issues: [...first.issues, ...issues] };
  return { config: { ...first.config, phases }, issues: [...first.issues, ...issues] };
}

/** Like {@link readConfig}, for input that must be right. @throws {ConfigError} with every issue. */
export function parseConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): RunConfig {
  const { config, issues } = readConfig(raw, base);
  if (issues.length > 0) throw new ConfigError(issues);
  return config;
}

function readPhases(
  raw: Readonly<Record<string, unknown>>,
  base: FlatConfig,
  first: RunConfig,
): { readonly phases: readonly FlatConfig[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  if (![...Object.keys(raw), ...Object.keys(base)].some(isPhaseKey)) return { phases: [], issues };
  const [named, usual] = [phasesNamed(raw), phasesNamed(base)];
  const count = phaseCount(raw, base, issues);
  const phases: FlatConfig[] = [];
  const before = [first];
  for (let number = 2; number <= count; number++) {
    const reading = readPhase(number, named.get(number) ?? {}, usual.get(number) ?? {}, before);
    issues.push(...reading.issues);
    phases.push(reading.changes);
    before.push(laterPhase(before, reading.changes));
  }
  // A phase that nobody counted and of which nothing could be read is none.
  while (!Object.hasOwn(raw, "phases") && phases.length >= Number(base.phases ?? 1) && isEmpty(phases.at(-1)))
    phases.pop();
  return { phases, issues };
}

const isEmpty = (changes: FlatConfig | undefined) => changes !== undefined && Object.keys(changes).length === 0;

/** How many phases there are: as `phases` says, else as many as are named. */
function phaseCount(raw: Readonly<Record<string, unknown>>, base: FlatConfig, issues: Issue[]): number {
  const [named, usual] = [phasesNamed(raw), phasesNamed(base)];
  const most = PHASES.range!.max;
  const asked = Object.hasOwn(raw, "phases");
  const reading = readAll({ phases: PHASES }, raw, { phases: base.phases ?? Math.max(1, ...usual.keys()) });
  issues.push(...reading.issues);
  let count = reading.values.phases;
  if (!asked) count = Math.max(count, ...[...named.keys()].filter((number) => number <= most));
  for (const [number, settings] of named) {
    if (number > 1 && number <= count) continue;
    const key = phaseKey(number, Object.keys(settings)[0]!);
    const message =
      number === 1
        ? `The first phase's settings have no prefix: ${key} must be written ${Object.keys(settings)[0]}.`
        : `A setting of a later phase must name one of ${count > 1 ? `2 to ${count}` : `${most}, counted from 2`}, got ${quote(key)}.`;
    issues.push({ key, message });
  }
  for (let number = 2; number < count && !asked; number++) {
    if (named.has(number) || usual.has(number) || number <= Number(base.phases ?? 1)) continue;
    const message = `Phase ${count} must follow a phase ${number}, got no setting of phase ${number} and no phases=${count}.`;
    issues.push({ key: "phases", message });
    return number - 1;
  }
  return count;
}

function readPhase(
  number: number,
  given: Readonly<Record<string, unknown>>,
  base: FlatConfig,
  before: readonly RunConfig[],
): { readonly changes: FlatConfig; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const last = before.at(-1)!;
  const task = taskById(last.task);
  const objective = named([given, base], "algorithm", last.algorithm, objectiveById, issues);
  const all = phaseSchemaOf({ task: task.id, algorithm: objective.id });
  const usual = chosenOver(base, { task: task.id, algorithm: objective.id });
  const says = (key: string) => Object.hasOwn(given, key) || Object.hasOwn(usual, key);
  const schema = Object.fromEntries(Object.entries(all).filter(([key]) => says(key)));
  const stands = flatten(laterPhase(before, { algorithm: objective.id }));
  const { values, issues: wrong } = readAll(schema, given, { ...stands, ...usual });
  issues.push(...wrong);
  // Each phase is whole only with what it takes over from the one before.
  const together = { ...stands, ...usual, ...values } as FlatConfig;
  const kept: Record<string, FieldValue> = { ...values };
  for (const { low, high } of disordered(all, together)) {
    issues.push(outOfOrder(all, together, low, high, given));
    delete kept[low];
    delete kept[high];
  }
  const whole = schemaOf({ task: task.id, algorithm: objective.id });
  for (const key of Object.keys(given)) {
    if (key === "algorithm" || Object.hasOwn(all, key)) continue;
    if (key === "task" || Object.hasOwn(whole, key)) {
      issues.push({
        key,
        message: `${whole[key]?.label ?? "Task"} (${key}) is one for the whole run, got one for a phase.`,
      });
    } else
      issues.push(elsewhere(key) ? notUsed(key, task, objective) : unknownKey(key, ["algorithm", ...Object.keys(all)]));
  }
  const prefixed = issues.map((issue) => ({
    ...issue,
    key: phaseKey(number, issue.key),
    message: `Phase ${number}: ${issue.message}`,
  }));
  return { changes: { ...(says("algorithm") && { algorithm: objective.id }), ...kept }, issues: prefixed };
}

/** What of a phase's changes is left where another algorithm is chosen for it. */
function chosenOver(changes: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const from = { task: target.task, algorithm: String(changes.algorithm ?? target.algorithm) };
  if (from.algorithm === target.algorithm || !isKnown(from)) return changes;
  const kept = pick(changes, ["algorithm", "optimizer"]);
  return { ...inherited(changes, knownAs(from), knownAs(target)), ...kept };
}
