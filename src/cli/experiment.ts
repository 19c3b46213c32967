import { existsSync } from "node:fs";
import {
  carried,
  checkTypes,
  type FlatConfig,
  flatten,
  parseConfig,
  type RunConfig,
  schemaOf,
  withInterventions,
  withJsonInterventions,
  withSettings,
} from "../lab/experiment/config.ts";
import { excessOf } from "../lab/experiment/demand.ts";
import { isPhaseKey, splitPhaseKey } from "../lab/experiment/phaseKeys.ts";
import { nearestPreset, PRESETS, presetById } from "../lab/lessons/presets.ts";
import { baseOf, noPreset, queryOf, settingsOf } from "../lab/link/hash.ts";
import { parseLink } from "../lab/link/link.ts";
import { ConfigError, quote, unknownKey } from "../lab/schema.ts";
import { type Model, readBy } from "../lab/tasks/models.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { DATA_OPTIONS, dataOf, knowCarried } from "./dataFile.ts";
import { parseJson, readTextFile } from "./input.ts";
import { MODEL_OPTIONS, modelOf } from "./modelOption.ts";
import { checkFunctions, checkParts, REWARD_OPTIONS, rewardChanges } from "./rewardOptions.ts";

/** Options that change an experiment, shared by the commands that make no updates. */
export const SETTING_OPTIONS = {
  set: { type: "list", value: "key=value", help: "changes one setting; may be given several times" },
  seed: { type: "text", value: "n", help: "the seed" },
  ...DATA_OPTIONS,
  ...MODEL_OPTIONS,
  ...REWARD_OPTIONS,
} as const;

/** Options that change an experiment, shared by the commands that train one. */
export const EXPERIMENT_OPTIONS = {
  ...SETTING_OPTIONS,
  steps: { type: "text", value: "n", help: "how many updates" },
  yes: { type: "flag", help: "trains what takes more than five hours on two processor cores or 3 GiB of memory" },
} as const;

/**
 * The experiment that `<preset | config.json | link>` names, changed by `--set`, `--seed` and `--steps`. What a link says
 * beside its experiment (repairs, a damaged receipt) goes to `io.err`. @throws {InputError} when there is no such thing; {ConfigError} naming each wrong setting
 */
export async function experimentOf(target: string, args: ParsedArgs, io?: Pick<Io, "err">): Promise<RunConfig> {
  const model = await modelOf(args, io);
  const changes = { ...(await rewardChanges(args, io, model)), ...changesOf(args) };
  const config = await changedExperiment(target, changes, args, io, model);
  checkParts(config);
  checkFunctions(config, changes, args, io);
  return config;
}

async function changedExperiment(
  target: string,
  changes: Record<string, string>,
  args: ParsedArgs,
  io?: Pick<Io, "err">,
  model?: Model,
): Promise<RunConfig> {
  if (!existsSync(target) && isLink(target)) await knowCarried(target);
  const data = await dataOf(args, io, model);
  if (model) return withModel(await experimentWith(target, {}, io), model, data, changes);
  if (data === undefined) return experimentWith(target, changes, io);
  const config = await experimentWith(target, {}, io);
  // A link or a run's file that names these very data says the rest itself.
  if (config.task === data) return withKnownSettings(config, changes);
  return withKnownSettings(config, { ...startOnData(changes, io), task: data });
}

/** The experiment on its own task or on data, read by a model and started from it. */
function withModel(
  config: RunConfig,
  { hash }: Model,
  data: string | undefined,
  changes: Record<string, string>,
): RunConfig {
  const task = readBy(changes.task ?? data ?? config.task, hash);
  // A link or a run's file that names this very model says the rest itself.
  const start = config.task === task ? {} : { start: "native" };
  return withKnownSettings(config, { ...start, ...changes, task });
}

/** @throws {ConfigError} for a setting that the experiment does not know */
function withKnownSettings(config: RunConfig, changes: Record<string, string>): RunConfig {
  const of = { task: changes.task ?? config.task, algorithm: changes.algorithm ?? config.algorithm };
  const known = ["task", "algorithm", ...Object.keys(schemaOf(of))];
  const unknown = Object.keys(changes).filter((key) => !known.includes(key) && !isPhaseKey(key));
  if (unknown.length > 0) throw new ConfigError(unknown.map((key) => unknownKey(key, known)));
  return withSettings(config, changes);
}

/** Where a run on data starts: from random weights unless a checkpoint is named, for none of the shipped ones knows them. */
function startOnData(changes: Record<string, string>, io?: Pick<Io, "err">): Record<string, string> {
  if (changes.start !== undefined) return changes;
  if (changes.checkpoint !== undefined) return { ...changes, start: "native" };
  io?.err(
    "The run starts from random weights: --set checkpoint=sort, or another task's, starts from a trained policy.",
  );
  return { ...changes, start: "random" };
}

async function experimentWith(
  target: string,
  changes: Record<string, string>,
  io?: Pick<Io, "err">,
): Promise<RunConfig> {
  const preset = presetById(target);
  if (preset) return parseConfig(changes, preset.settings);
  if (existsSync(target)) return ofFile(target, changes);
  if (isLink(target)) return ofLink(target, changes, io);
  if (target.endsWith(".json")) return ofFile(target, changes);
  const near = nearestPreset(target);
  throw new InputError(
    `an experiment must be a preset (${near === undefined ? "" : `did you mean ${near}? `}there are ${PRESETS.map((p) => p.id).join(", ")}), a config.json or a link, got ${quote(target)}.`,
  );
}

/** What `--set`, `--seed` and `--steps` say. @throws {InputError} where a setting was given two values */
function changesOf(args: ParsedArgs): Record<string, string> {
  const changes = new Map<string, string>();
  const change = (key: string, value: string) => {
    const before = changes.get(key) ?? value;
    if (before !== value) throw new InputError(`${key} must be set once, got ${quote(before)} and ${quote(value)}.`);
    changes.set(key, value);
  };
  for (const item of args.list("set")) {
    const at = item.indexOf("=");
    if (at < 1) throw new InputError(`--set must read key=value, got ${quote(item)}.`);
    change(item.slice(0, at), item.slice(at + 1));
  }
  for (const key of ["seed", "steps"]) {
    const value = args.has(key) ? args.text(key) : undefined;
    if (value !== undefined) change(key, value);
  }
  return Object.fromEntries(changes);
}

/** @throws {InputError} for a run that is too long or too large to be started without `--yes`, with a smaller one */
export function confirmCost(config: RunConfig, args: ParsedArgs): void {
  const excess = excessOf(config);
  if (!excess || args.flag("yes")) return;
  const smaller = Object.entries(excess.smaller ?? {}).map(([key, value]) => `--set ${key}=${value}`);
  const offer = smaller.length > 0 ? `, and ${smaller.join(" ")} makes it smaller` : "";
  throw new InputError(`a run must be confirmed with --yes where it takes ${excess.words}${offer}.`);
}

/** Whether a text is meant as a link, in whatever way it was passed on. */
export function isLink(target: string): boolean {
  return /#|%23|^[\s<(["']*https?(:|%3A)|(^|[?&;])(v|preset|task)(=|%3D)/i.test(target);
}

function ofLink(link: string, changes: Record<string, string>, io?: Pick<Io, "err">): RunConfig {
  const { config, said } = parseLink(link);
  for (const sentence of said) io?.err(sentence);
  const { query } = queryOf(link);
  if (Object.keys(changes).length === 0) return config;
  if (isOther(changes, config)) return chosen(settingsOf(query), changes, config);
  // What an old link left unsaid means what it meant then, whatever is changed here.
  return changedBy(config.interventions, parseConfig(merged(settingsOf(query), changes), baseOf(query)));
}

/** A flat config, or a run file whose `config` is one. */
async function ofFile(path: string, changes: Record<string, string>): Promise<RunConfig> {
  const json = parseJson(await readTextFile(path), path);
  if (!isRecord(json)) throw new InputError(`${path} must hold a JSON object of settings, got ${quote(json)}.`);
  const { interventions, preset, ...settings } = isRecord(json.config) ? settingsOfRun(json, json.config, path) : json;
  const named = typeof preset === "string" ? presetById(preset) : undefined;
  if (preset !== undefined && !named) throw new ConfigError([noPreset(preset)]);
  const base: FlatConfig = named?.settings ?? {};
  const other = isOther(changes, { algorithm: String(settings.algorithm ?? base.algorithm) });
  const config = parseConfig(other ? settings : merged(settings, changes), base);
  const said = Object.entries(settings).filter(([key]) => other || !Object.hasOwn(changes, key));
  checkTypes(Object.fromEntries(said), config);
  const whole = withJsonInterventions(config, interventions);
  return other ? chosen(settings, changes, whole) : whole;
}

/** The settings of a run's file. @throws {InputError} where it has settings beside them, which nobody would read */
function settingsOfRun(
  file: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  const { seed, steps: _, ...rest } = file;
  const known = Object.keys(schemaOf(parseConfig({})));
  const beside = Object.keys(rest).find((key) => [...known, "task", "algorithm", "preset"].includes(key));
  if (beside !== undefined)
    throw new InputError(`${path} must have its settings in config alone, got ${quote(beside)} beside it.`);
  if (seed !== undefined && seed !== (config.seed ?? seed))
    throw new InputError(`the seed of ${path} must be that of its config, ${quote(config.seed)}, got ${quote(seed)}.`);
  return config;
}

/** Settings with changes over them; where the changes ask for fewer phases, without the settings of the others. */
function merged(settings: Readonly<Record<string, unknown>>, changes: Record<string, string>): Record<string, unknown> {
  const count = changes.phases === undefined ? Number.POSITIVE_INFINITY : Number(changes.phases);
  const kept = Object.entries(settings).filter(([key]) => !((splitPhaseKey(key)?.number ?? 0) > count));
  return { ...Object.fromEntries(kept), ...changes };
}

/** Whether another algorithm is asked for than an experiment's own. */
function isOther({ algorithm }: Record<string, string>, experiment: { readonly algorithm: string }): boolean {
  return algorithm !== undefined && algorithm !== experiment.algorithm;
}

/**
 * An experiment with another algorithm, which keeps what both mean alike. `settings` are those that the experiment names: one
 * that the algorithm does not know is an error. @throws {ConfigError}
 */
function chosen(
  settings: Readonly<Record<string, unknown>>,
  changes: Record<string, string>,
  experiment: RunConfig,
): RunConfig {
  const target = parseConfig(changes, flatten(experiment));
  const known = schemaOf(target);
  const unknown = Object.entries(settings).filter(
    ([key]) => !Object.hasOwn(known, key) && !(key in changes) && !isPhaseKey(key),
  );
  const rest = Object.fromEntries(unknown.filter(([key]) => key !== "task" && key !== "algorithm"));
  const config = parseConfig({ ...rest, ...changes }, flatten(experiment));
  changedBy(experiment.interventions, config);
  return { ...config, interventions: carried(experiment, config) };
}

/** A config with its changes by hand, each read again: another algorithm may not know a setting. @throws {ConfigError} */
function changedBy(interventions: readonly unknown[], config: RunConfig): RunConfig {
  return withInterventions(config, interventions);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
