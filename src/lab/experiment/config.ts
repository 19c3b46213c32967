import { objectiveById } from "../objectives/index.ts";
import type { FeedName, Objective } from "../objectives/objective.ts";
import {
  type AnyValues,
  ConfigError,
  type FieldValue,
  type Issue,
  initials,
  quote,
  readAll,
  type Schema,
  unknownKey,
  type Values,
} from "../schema.ts";
import {
  AUTHORSHIP,
  checkpointChoice,
  DEMONSTRATIONS,
  demoKindChoice,
  EVALUATION,
  HINTS,
  kindWeights,
  OPTIMISER,
  PAIRS,
  REWARDS,
  ROLLOUTS,
  START,
} from "../settings.ts";
import { EVERY_CHECKPOINT, EVERY_KIND, taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import { flatPhases, isPhaseKey, PHASE, PHASES, phaseKey, phasesNamed } from "./phaseKeys.ts";

/** A change of one live setting, taking effect before the given step (counted from 1). */
export interface Intervention {
  readonly step: number;
  readonly key: string;
  readonly value: FieldValue;
}

/** An experiment: everything that decides a run's numbers, and nothing else. Its sections are those of the first phase. */
export interface RunConfig {
  readonly task: string;
  readonly algorithm: string;
  /** `checkpoint` where the task has several. */
  readonly start: Values<typeof START> & { readonly checkpoint?: string };
  readonly taskParams: AnyValues;
  readonly params: AnyValues;
  readonly optimiser: Values<typeof OPTIMISER>;
  readonly demonstrations: Values<typeof DEMONSTRATIONS>;
  /** Of a task of several kinds: which is demonstrated, and how often each is asked. */
  readonly kinds: AnyValues;
  /** Read where `demoStyle` is `hinted`. */
  readonly hints: Values<typeof HINTS>;
  readonly rewards: Values<typeof REWARDS>;
  readonly rollouts: Values<typeof ROLLOUTS>;
  readonly pairs: Values<typeof PAIRS>;
  readonly evaluation: Values<typeof EVALUATION>;
  readonly interventions: readonly Intervention[];
  /** What each later phase changes, against the phase before it, see {@link laterPhase}; absent where there is one phase. */
  readonly phases?: readonly FlatConfig[];
}

/** The parts of a config that hold fields. */
export type SectionName = keyof Omit<RunConfig, "task" | "algorithm" | "interventions" | "phases">;

export interface Section {
  readonly name: SectionName;
  readonly title: string;
  readonly schema: Schema;
  /** The section matters only while this setting has this value. */
  readonly when?: { readonly key: string; readonly value: FieldValue };
}

/** A config as one flat record, the form of links, files and `--set`. */
export type FlatConfig = Readonly<Record<string, FieldValue>>;

export const DEFAULT_TASK = "countdown";
export const DEFAULT_ALGORITHM = "grpo";

const NO_KINDS: readonly string[] = [];

const usesPairs = (feeds: readonly FeedName[]) => feeds.includes("offlinePairs") || feeds.includes("onlinePairs");

/** The sections that matter to this algorithm on this task, in the page's order; no key occurs in two of them. */
export function sectionsOf(task: Task, objective: Objective): readonly Section[] {
  const feeds = objective.feeds;
  const sections: Section[] = [{ name: "params", title: objective.title, schema: objective.params }];
  if (feeds.includes("rollouts") || usesPairs(feeds)) {
    sections.push({ name: "rollouts", title: "Rollouts", schema: ROLLOUTS });
  }
  if (task.style && (feeds.includes("rollouts") || usesPairs(feeds))) {
    sections.push({ name: "rewards", title: "Rewards", schema: REWARDS });
  }
  if (usesPairs(feeds)) sections.push({ name: "pairs", title: "Preference pairs", schema: pairSchema(feeds) });
  if (feeds.includes("demos")) sections.push(...demoSections(objective));
  const kinds = { ...(feeds.includes("demos") && demoKindChoice(task.everyKind ?? NO_KINDS)), ...asked(task, feeds) };
  if (Object.keys(kinds).length > 0) sections.push({ name: "kinds", title: "Kinds of problems", schema: kinds });
  sections.push(
    { name: "taskParams", title: task.title, schema: task.params },
    { name: "start", title: "Start", schema: { ...START, ...checkpointChoice(task.checkpoints) } },
    { name: "optimiser", title: "Optimiser", schema: OPTIMISER },
    { name: "evaluation", title: "Evaluation", schema: EVALUATION },
  );
  return sections;
}

/** The weights of the kinds, where there are prompts to answer. */
function asked(task: Task, feeds: readonly FeedName[]): Schema {
  return feeds.includes("rollouts") || usesPairs(feeds) ? kindWeights(task.everyKind ?? NO_KINDS) : {};
}

/** An algorithm that writes its own demonstrations carries the knobs of the hints among its own. */
function demoSections({ demoStyle: forced }: Objective): Section[] {
  const title = "Demonstrations";
  if (forced) {
    const fields = Object.entries(DEMONSTRATIONS).filter(([key]) => !Object.hasOwn(AUTHORSHIP, key));
    return [{ name: "demonstrations", title, schema: Object.fromEntries(fields) }];
  }
  const when = { key: "demoStyle", value: "hinted" };
  return [
    { name: "demonstrations", title, schema: DEMONSTRATIONS },
    { name: "hints", title: "Hinted Decoding", schema: HINTS, when },
  ];
}

function pairSchema(feeds: readonly FeedName[]): Schema {
  const { syncEvery, pairSource, pairCount, ...common } = PAIRS;
  return feeds.includes("onlinePairs") ? { syncEvery, ...common } : { pairSource, pairCount, ...common };
}

/** Every key that a config of this task and algorithm may carry, besides `task` and `algorithm`. */
export function schemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const sections = sectionsOf(taskById(config.task), objectiveById(config.algorithm));
  return Object.assign({}, ...sections.map((section) => section.schema)) as Schema;
}

export interface Reading {
  readonly config: RunConfig;
  /** What was wrong; for each wrong setting the base's value stands in, or its default. */
  readonly issues: readonly Issue[];
}

/** Reads a flat record over `base`; never throws on bad input: every problem is an issue, and what `base` has stands in. */
export function readConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): Reading {
  const first = readFirst(raw, base);
  const { phases, issues } = readPhases(raw, base, first.config);
  if (phases.length === 0) return { config: first.config, issues: [...first.issues, ...issues] };
  return { config: { ...first.config, phases }, issues: [...first.issues, ...issues] };
}

/** The first phase, and all that the phases share. */
function readFirst(raw: Readonly<Record<string, unknown>>, base: FlatConfig): Reading {
  const issues: Issue[] = [];
  const task = named([raw, base], "task", DEFAULT_TASK, taskById, issues);
  const objective = named([raw, base], "algorithm", DEFAULT_ALGORITHM, objectiveById, issues);
  const config: Record<string, unknown> = {
    task: task.id,
    algorithm: objective.id,
    start: initials(START),
    optimiser: initials(OPTIMISER),
    demonstrations: initials(DEMONSTRATIONS),
    kinds: {},
    hints: initials(HINTS),
    rewards: initials(REWARDS),
    rollouts: initials(ROLLOUTS),
    pairs: initials(PAIRS),
    evaluation: initials(EVALUATION),
    interventions: [],
  };
  const known = new Set(["task", "algorithm"]);
  for (const { name, schema } of sectionsOf(task, objective)) {
    const reading = readAll(schema, raw, base);
    config[name] = { ...(config[name] as AnyValues | undefined), ...reading.values };
    issues.push(...reading.issues);
    for (const key of Object.keys(schema)) known.add(key);
  }
  for (const key of Object.keys(raw)) {
    if (known.has(key) || isPhaseKey(key)) continue;
    issues.push(elsewhere(key) ? notUsed(key, task, objective) : unknownKey(key, [...known]));
  }
  return { config: config as unknown as RunConfig, issues };
}

/** Like {@link readConfig}, for input that must be right. @throws {ConfigError} with every issue. */
export function parseConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): RunConfig {
  const { config, issues } = readConfig(raw, base);
  if (issues.length > 0) throw new ConfigError(issues);
  return config;
}

/** The flat form: every setting that matters to this task and algorithm, and what later phases change. */
export function flatten(config: RunConfig): FlatConfig {
  const flat: Record<string, FieldValue> = { task: config.task, algorithm: config.algorithm };
  for (const { name, schema } of sectionsOf(taskById(config.task), objectiveById(config.algorithm))) {
    const values = config[name] as AnyValues;
    for (const key of Object.keys(schema)) flat[key] = values[key]!;
  }
  return { ...flat, ...flatPhases(config.phases) };
}

/** Who writes the demonstrations: the settings say, unless the algorithm does. */
export function demoStyleOf(config: RunConfig): RunConfig["demonstrations"]["demoStyle"] {
  return objectiveById(config.algorithm).demoStyle ?? config.demonstrations.demoStyle;
}

/** The hints' knobs: the algorithm's own where it has them. */
export function hintsOf(config: RunConfig): RunConfig["hints"] {
  return objectiveById(config.algorithm).demoStyle ? (config.params as RunConfig["hints"]) : config.hints;
}

/** The settings of `config` that differ from `base` (a preset's settings; {} for the defaults). */
export function differences(config: RunConfig, base: FlatConfig): FlatConfig {
  const start = flatten(
    readConfig({ task: config.task, algorithm: config.algorithm }, applicable(base, config)).config,
  );
  // Phases are told as a whole: a setting that one of them does not change has no word of its own.
  const usual = Object.hasOwn(base, "phases") ? readConfig({}, base).config.phases : undefined;
  const known = JSON.stringify(config.phases) === JSON.stringify(usual);
  const own = Object.entries(flatten(config)).filter(([key, value]) => !isPhaseKey(key) && start[key] !== value);
  return Object.fromEntries([...own, ...(known ? [] : Object.entries({ phases: 1, ...flatPhases(config.phases) }))]);
}

/**
 * A config with some settings changed; settings that the new task or algorithm does not know, or cannot have at the old value,
 * are left behind. @throws {ConfigError} for a change that cannot be.
 */
export function withSettings(config: RunConfig, changes: FlatConfig): RunConfig {
  const target = { task: config.task, algorithm: config.algorithm, ...pick(changes, ["task", "algorithm"]) };
  const flat = { ...flatten(config), ...changes };
  const changed = { ...applicable(changes, target), ...applicablePhases(flat, config, changes, target) };
  const reading = readConfig(changed, applicable(flatten(config), target));
  const issues = reading.issues.filter(({ key }) => Object.hasOwn(changes, key));
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...reading.config, interventions: config.interventions };
}

/** Changes in order of step; of two of one setting at one step, the one that was said last. */
export function inOrder(changes: readonly Intervention[]): Intervention[] {
  const last = new Map(changes.map((change) => [`${change.step} ${change.key}`, change]));
  return [...last.values()].sort((a, b) => a.step - b.step);
}

/** The latest step that a change can be made before. */
const LAST_STEP = 999_999;

/** One change as a file or a link has it, of a setting that is live in the phase of its step. @throws {ConfigError} in one sentence. */
export function readIntervention(raw: unknown, config: RunConfig): Intervention {
  const { step, key, value } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const fits = Number.isInteger(step) && (step as number) >= 1 && (step as number) <= LAST_STEP;
  const schema = schemaOf(phaseAt(config, fits ? (step as number) : 1).config);
  const field = typeof key === "string" && Object.hasOwn(schema, key) ? schema[key] : undefined;
  if (field?.live && fits) return { step: step as number, key: key as string, value: field.read(value, key as string) };
  const during = config.phases ? "during the phase of its step" : "during a run";
  const message = `An intervention must name a step from 1 and a setting that may change ${during}, got ${quote(raw)}.`;
  throw new ConfigError([{ key: "interventions", message }]);
}

/** The config in force at a step: that of the step's phase, with the interventions of this phase up to the step applied. */
export function configAt(config: RunConfig, step: number): RunConfig {
  const phase = phaseAt(config, step);
  const due = config.interventions.filter((change) => change.step <= step && change.step >= phase.first);
  if (due.length === 0) return phase.config;
  const changed = withSettings(phase.config, Object.fromEntries(due.map((change) => [change.key, change.value])));
  return config.phases ? carried(phase.config, changed) : changed;
}

/** One phase of a run. */
export interface Phase {
  /** Counted from 1. */
  readonly number: number;
  /** Its first and last step, counted from 1 over the whole run. */
  readonly first: number;
  readonly last: number;
  /** The phase as a run of its own: `optimiser.steps` are the phase's. */
  readonly config: RunConfig;
  readonly optimizer: "fresh" | "kept";
}

const resolved = new WeakMap<RunConfig, readonly Phase[]>();

/** The phases of a run in order: one for most experiments. */
export function phasesOf(config: RunConfig): readonly Phase[] {
  const known = resolved.get(config);
  if (known) return known;
  const { phases: later = [], ...rest } = config;
  let before: RunConfig = later.length === 0 ? config : { ...rest, interventions: [] };
  const phases: Phase[] = [{ number: 1, first: 1, last: before.optimiser.steps, config: before, optimizer: "fresh" }];
  for (const changes of later) {
    before = laterPhase(before, changes);
    const { number, last } = phases.at(-1)!;
    const optimizer = PHASE.optimizer.read(changes.optimizer ?? PHASE.optimizer.initial);
    phases.push({
      number: number + 1,
      first: last + 1,
      last: last + before.optimiser.steps,
      config: before,
      optimizer,
    });
  }
  resolved.set(config, phases);
  return phases;
}

/** The phase that makes update `step`; the first for step 0, the last for a step after the run's end. */
export function phaseAt(config: RunConfig, step: number): Phase {
  const phases = phasesOf(config);
  return phases.find(({ last }) => step <= last) ?? phases.at(-1)!;
}

/** The sections that a later phase inherits from the phase before; an algorithm's own knobs only where it is the same one. */
const INHERITED = ["optimiser", "demonstrations", "hints", "rewards", "rollouts", "pairs"] as const;

/**
 * The config of a later phase. Settings that it does not name are those of the phase before, where its algorithm reads them
 * (also those that the phase before did not read itself and had from an earlier one). The algorithm's own knobs are its
 * defaults if the algorithm is another one. Task, start and evaluation are those of the run.
 */
function laterPhase(before: RunConfig, { optimizer: _, ...changes }: FlatConfig): RunConfig {
  const { task, algorithm } = before;
  const same = (changes.algorithm ?? algorithm) === algorithm;
  const shared = INHERITED.map((name) => before[name] as AnyValues);
  const base = Object.assign({}, ...shared, before.taskParams, before.start, before.evaluation, same && before.params);
  const target = { task, algorithm: String(changes.algorithm ?? algorithm) };
  const { config } = readFirst({ ...applicable(changes, target) }, base);
  return carried(before, config);
}

/** `config`, with the settings that its algorithm does not read as `before` has them. */
function carried(before: RunConfig, config: RunConfig): RunConfig {
  const known = schemaOf(config);
  const section = (name: (typeof INHERITED)[number]) => {
    const values = config[name] as AnyValues;
    const entries = Object.entries(before[name] as AnyValues);
    return Object.fromEntries(entries.map(([key, value]) => [key, Object.hasOwn(known, key) ? values[key]! : value]));
  };
  return { ...config, ...Object.fromEntries(INHERITED.map((name) => [name, section(name)])) };
}

/** The settings that may differ between the phases of a run, of a phase with this algorithm. */
export function phaseSchemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const sections = sectionsOf(taskById(config.task), objectiveById(config.algorithm));
  const own = sections.filter(({ name }) => name !== "taskParams" && name !== "start" && name !== "evaluation");
  return Object.assign({}, PHASE, ...own.map(({ schema }) => schema)) as Schema;
}

function readPhases(
  raw: Readonly<Record<string, unknown>>,
  base: FlatConfig,
  first: RunConfig,
): { readonly phases: readonly FlatConfig[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const [named, usual] = [phasesNamed(raw), phasesNamed(base)];
  const count = phaseCount(raw, base, issues);
  const phases: FlatConfig[] = [];
  let before = first;
  for (let number = 2; number <= count; number++) {
    const reading = readPhase(number, named.get(number) ?? {}, usual.get(number) ?? {}, before);
    issues.push(...reading.issues);
    phases.push(reading.changes);
    before = laterPhase(before, reading.changes);
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
  before: RunConfig,
): { readonly changes: FlatConfig; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const task = taskById(before.task);
  const objective = named([given, base], "algorithm", before.algorithm, objectiveById, issues);
  const all = phaseSchemaOf({ task: task.id, algorithm: objective.id });
  const says = (key: string) => Object.hasOwn(given, key) || Object.hasOwn(base, key);
  const schema = Object.fromEntries(Object.entries(all).filter(([key]) => says(key)));
  const inherited = flatten(laterPhase(before, { algorithm: objective.id }));
  const { values, issues: wrong } = readAll(schema, given, { ...inherited, ...base });
  issues.push(...wrong);
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
  return { changes: { ...(says("algorithm") && { algorithm: objective.id }), ...values }, issues: prefixed };
}

/** What is left of the later phases of a flat record for another task or other algorithms. */
function applicablePhases(
  flat: FlatConfig,
  config: RunConfig,
  changes: FlatConfig,
  target: { readonly task: string; readonly algorithm: string },
): FlatConfig {
  const count = Number(flat.phases ?? Math.max(1, ...phasesNamed(flat).keys()));
  const named = phasesNamed(flat);
  const out: Record<string, FieldValue> = count > 1 ? { phases: count } : {};
  let { algorithm } = target;
  for (let number = 2; number <= count; number++) {
    const settings = named.get(number) ?? {};
    algorithm = String(settings.algorithm ?? algorithm);
    const known = ["algorithm", ...Object.keys(phaseSchemaOf({ task: target.task, algorithm }))];
    const before = phasesOf(config)[number - 1]?.config;
    // Another algorithm begins with its own knobs, even where they are called alike.
    const left = before && before.algorithm !== algorithm ? Object.keys(before.params) : [];
    for (const [key, value] of Object.entries(pick(settings, known))) {
      const full = phaseKey(number, key);
      if (!left.includes(key) || Object.hasOwn(changes, full)) out[full] = value;
    }
  }
  return out;
}

function applicable(flat: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const known = Object.keys(schemaOf(target));
  return { ...pick(flat, known), task: target.task, algorithm: target.algorithm };
}

function pick(flat: FlatConfig, keys: readonly string[]): FlatConfig {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(flat, key)).map((key) => [key, flat[key]!]));
}

function named<X extends { readonly id: string }>(
  sources: readonly Readonly<Record<string, unknown>>[],
  key: string,
  usual: string,
  find: (id: string) => X,
  issues: Issue[],
): X {
  let found: X | undefined;
  const bad: string[] = [];
  for (const id of sources.map((source) => source[key] ?? undefined)) {
    if (id === undefined || found) continue;
    try {
      found = find(String(id));
    } catch (error) {
      bad.push(error instanceof Error ? error.message : `Unknown ${key} ${quote(id)}.`);
    }
  }
  const stands = found ?? find(usual);
  issues.push(...bad.map((message) => ({ key, message, instead: stands.id })));
  return stands;
}

const SHARED: Schema = {
  ...OPTIMISER,
  ...DEMONSTRATIONS,
  ...HINTS,
  ...ROLLOUTS,
  ...REWARDS,
  ...PAIRS,
  ...EVALUATION,
  ...START,
  ...demoKindChoice(EVERY_KIND),
  ...kindWeights(EVERY_KIND),
  ...checkpointChoice(EVERY_CHECKPOINT),
};

function elsewhere(key: string): boolean {
  return Object.hasOwn(SHARED, key);
}

function notUsed(key: string, task: Task, objective: Objective): Issue {
  return {
    key,
    message: `${SHARED[key]!.label} (${key}) has no effect with ${objective.title} on ${task.title}: it was left out.`,
  };
}
