import { DEFAULT_ALGORITHM, objectiveById } from "../objectives/index.ts";
import { REWARD_WEIGHTS } from "../rewards/rules/weights.ts";
import { type AnyValues, type FieldValue, type Issue, initials, quote, readAll, unknownKeys } from "../schema.ts";
import { DEMONSTRATIONS, EVALUATION, HINTS, OPTIMIZER, PAIRS, REWARDS, ROLLOUTS, START } from "../settings.ts";
import { taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import { definedValues, inherited, type Known, unnamedValues } from "./definition.ts";
import { flatPhases, isPhaseKey } from "./phaseKeys.ts";
import { DEFAULT_TASK, type FlatConfig, type RunConfig } from "./runConfig.ts";
import { elsewhere, notUsed, schemaOf, sectionsOf } from "./sections.ts";

export interface Reading {
  readonly config: RunConfig;
  /** What was wrong; for each wrong setting the base's value stands in, or its default. */
  readonly issues: readonly Issue[];
}

/** The first phase, and all that the phases share. */
export function readFirst(raw: Readonly<Record<string, unknown>>, base: FlatConfig): Reading {
  const issues: Issue[] = [];
  const task = named([raw, base], "task", DEFAULT_TASK, taskById, issues);
  const objective = named([raw, base], "algorithm", DEFAULT_ALGORITHM, objectiveById, issues);
  const config: Record<string, unknown> = {
    task: task.id,
    algorithm: objective.id,
    start: initials(START),
    optimizer: initials(OPTIMIZER),
    demonstrations: initials(DEMONSTRATIONS),
    kinds: {},
    hints: initials(HINTS),
    rewards: { ...initials(REWARD_WEIGHTS), ...initials(REWARDS) },
    rollouts: initials(ROLLOUTS),
    pairs: initials(PAIRS),
    evaluation: initials(EVALUATION),
    interventions: [],
  };
  const known = new Set(["task", "algorithm"]);
  const under = basis(base, { task: task.id, algorithm: objective.id });
  for (const { name, schema } of sectionsOf(task, objective)) {
    const reading = readAll(schema, raw, under);
    config[name] = { ...(config[name] as AnyValues | undefined), ...reading.values };
    issues.push(...reading.issues);
    for (const key of Object.keys(schema)) known.add(key);
  }
  const unread = Object.keys(raw).filter((key) => !known.has(key) && !isPhaseKey(key));
  issues.push(...unread.filter(elsewhere).map((key) => notUsed(key, task, objective)));
  issues.push(
    ...unknownKeys(
      unread.filter((key) => !elsewhere(key)),
      [...known],
    ),
  );
  return { config: config as typeof config & RunConfig, issues };
}

/** What settings that are not named fall back to under a task and algorithm, before the fields' own initial values. */
function basis(base: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const to = knownAs(target);
  const from = { task: target.task, algorithm: target.algorithm, ...pick(base, ["task", "algorithm"]) };
  const other = from.algorithm !== target.algorithm && isKnown(from);
  if (!other) return { ...unnamedValues(to), ...base };
  return { ...definedValues(to), ...inherited(base, knownAs(from), to) };
}

/** The flat form: every setting that matters to this task and algorithm, and what later phases change. */
export function flatten(config: RunConfig): FlatConfig {
  const task = taskById(config.task);
  const known = flattened.get(config);
  if (known?.task === task) return known.flat;
  const flat: Record<string, FieldValue> = { task: config.task, algorithm: config.algorithm };
  for (const { name, schema } of sectionsOf(task, objectiveById(config.algorithm))) {
    const values = config[name] as AnyValues;
    for (const key of Object.keys(schema)) flat[key] = values[key]!;
  }
  Object.assign(flat, flatPhases(config.phases));
  flattened.set(config, { task, flat });
  return flat;
}

/** Each phase of a link is read over the flat forms of those before it. A task whose rows come later is another one then. */
const flattened = new WeakMap<RunConfig, { readonly task: Task; readonly flat: FlatConfig }>();

export function knownAs(of: { readonly task: string; readonly algorithm: string }): Known {
  const { id, defines } = objectiveById(of.algorithm);
  return { id, ...(defines && { defines }), schema: schemaOf(of) };
}

export function isKnown(of: { readonly task: string; readonly algorithm: string }): boolean {
  try {
    knownAs(of);
    return true;
  } catch {
    return false;
  }
}

export function applicable(
  flat: FlatConfig,
  target: { readonly task: string; readonly algorithm: string },
): FlatConfig {
  const known = Object.keys(schemaOf(target));
  return { ...pick(flat, known), task: target.task, algorithm: target.algorithm };
}

export function pick(flat: FlatConfig, keys: readonly string[]): FlatConfig {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(flat, key)).map((key) => [key, flat[key]!]));
}

export function named<X extends { readonly id: string }>(
  sources: readonly Readonly<Record<string, unknown>>[],
  key: string,
  usual: string,
  find: (id: string) => X,
  issues: Issue[],
): X {
  let found: X | undefined;
  const bad: string[] = [];
  for (const source of sources) {
    const id = Object.hasOwn(source, key) ? source[key] : undefined;
    if (id === undefined || found) continue;
    try {
      found = find(typeof id === "string" ? id : quote(id));
    } catch (error) {
      bad.push(error instanceof Error ? error.message : `Unknown ${key} ${quote(id)}.`);
    }
  }
  const stands = found ?? find(usual);
  issues.push(...bad.map((message) => ({ key, message, instead: stands.id })));
  return stands;
}
