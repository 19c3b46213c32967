import { existsSync } from "node:fs";
import {
  carried,
  type FlatConfig,
  flatten,
  inOrder,
  parseConfig,
  type RunConfig,
  readIntervention,
  schemaOf,
} from "../lab/experiment/config.ts";
import { isPhaseKey, splitPhaseKey } from "../lab/experiment/phaseKeys.ts";
import { nearestPreset, PRESETS, presetById } from "../lab/experiment/presets.ts";
import { baseOf, fromHash, queryOf, settingsOf } from "../lab/link/hash.ts";
import { ConfigError, quote } from "../lab/schema.ts";
import { InputError, type ParsedArgs } from "./command.ts";
import { parseJson, readTextFile } from "./input.ts";

/** Options that change an experiment, shared by the commands that run one. */
export const EXPERIMENT_OPTIONS = {
  set: { type: "list", value: "key=value", help: "changes one setting; may be given several times" },
  seed: { type: "text", value: "n", help: "the seed" },
  steps: { type: "text", value: "n", help: "how many updates" },
} as const;

/**
 * The experiment that `<preset | config.json | link>` names, changed by `--set`, `--seed` and `--steps`.
 * @throws {InputError} when there is no such thing; {ConfigError} naming each wrong setting
 */
export async function experimentOf(target: string, args: ParsedArgs): Promise<RunConfig> {
  const changes = changesOf(args);
  const preset = presetById(target);
  if (preset) return parseConfig(changes, preset.settings);
  if (target.includes("#") || /^https?:/.test(target)) return ofLink(target, changes);
  if (target.endsWith(".json") || existsSync(target)) return ofFile(target, changes);
  throw new InputError(
    `an experiment must be a preset (did you mean ${nearestPreset(target)}? there are ${PRESETS.map((p) => p.id).join(", ")}), a config.json or a link, got "${target}".`,
  );
}

function changesOf(args: ParsedArgs): Record<string, string> {
  const changes: Record<string, string> = {};
  for (const item of args.list("set")) {
    const at = item.indexOf("=");
    if (at < 1) throw new InputError(`--set must read key=value, got "${item}".`);
    changes[item.slice(0, at)] = item.slice(at + 1);
  }
  const seed = args.text("seed");
  const steps = args.text("steps");
  return { ...changes, ...(seed !== undefined && { seed }), ...(steps !== undefined && { steps }) };
}

function ofLink(link: string, changes: Record<string, string>): RunConfig {
  const hash = link.slice(link.indexOf("#"));
  const { config, issues } = fromHash(hash);
  if (issues.length > 0) throw new ConfigError(issues);
  if (Object.keys(changes).length === 0) return config;
  if (isOther(changes, config)) return chosen(settingsOf(queryOf(hash)), changes, config);
  // What an old link left unsaid means what it meant then, whatever is changed here.
  const query = queryOf(hash);
  return changedBy(config.interventions, parseConfig(merged(settingsOf(query), changes), baseOf(query)));
}

/** A flat config, or a run file whose `config` is one. */
async function ofFile(path: string, changes: Record<string, string>): Promise<RunConfig> {
  const json = parseJson(await readTextFile(path), path);
  const record = isRecord(json) && isRecord(json.config) ? json.config : json;
  if (!isRecord(record)) throw new InputError(`${path} must hold a JSON object of settings, got ${quote(json)}.`);
  const { interventions, preset, ...settings } = record;
  const base: FlatConfig = typeof preset === "string" ? (presetById(preset)?.settings ?? {}) : {};
  const other = isOther(changes, { algorithm: String(settings.algorithm ?? base.algorithm) });
  const config = parseConfig(other ? settings : merged(settings, changes), base);
  if (interventions === undefined) return other ? chosen(settings, changes, config) : config;
  if (!Array.isArray(interventions)) {
    throw new InputError(`the interventions of ${path} must be a list, got ${quote(interventions)}.`);
  }
  const whole = changedBy(interventions, config);
  return other ? chosen(settings, changes, whole) : whole;
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
  return { ...config, interventions: inOrder(interventions.map((one) => readIntervention(one, config))) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
