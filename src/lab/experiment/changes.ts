import { PREFERENCE, weightKey } from "../rewards/rules/weights.ts";
import { ConfigError, type FieldValue, type Issue, quote, textsIn } from "../schema.ts";
import { hashInTaskId } from "../tasks/dataTask.ts";
import { definedValue, departingKeys, staysAlike } from "./definition.ts";
import { applicable, flatten, knownAs, pick } from "./firstPhase.ts";
import { phaseAt, unread } from "./phase.ts";
import { flatPhases, isPhaseKey } from "./phaseKeys.ts";
import { readConfig } from "./readConfig.ts";
import type { FlatConfig, Intervention, RunConfig } from "./runConfig.ts";
import { schemaOf } from "./sections.ts";

/** The settings of `config` that differ from `base` (a preset's settings; {} for the defaults). */
export function differences(config: RunConfig, base: FlatConfig): FlatConfig {
  const start = flatten(readConfig({ task: config.task, algorithm: config.algorithm }, base).config);
  // Phases are told as a whole: a setting that one of them does not change has no word of its own.
  const usual = Object.keys(base).some(isPhaseKey) ? readConfig({}, base).config.phases : undefined;
  const known = JSON.stringify(config.phases) === JSON.stringify(usual);
  const own = Object.entries(flatten(config)).filter(([key, value]) => !isPhaseKey(key) && start[key] !== value);
  return Object.fromEntries([...own, ...(known ? [] : Object.entries({ phases: 1, ...flatPhases(config.phases) }))]);
}

/**
 * A config with some settings changed; settings that the new task or algorithm does not know are left behind. An algorithm that
 * is chosen, be it the config's own, is what its name says unless `changes` say otherwise. @throws {ConfigError} for a change that cannot be.
 */
export function withSettings(config: RunConfig, changes: FlatConfig): RunConfig {
  const target = { task: config.task, algorithm: config.algorithm, ...pick(changes, ["task", "algorithm"]) };
  const again = changes.algorithm === config.algorithm ? redefined(config) : {};
  const phases = pick(changes, Object.keys(changes).filter(isPhaseKey));
  const changed = {
    ...applicable({ ...again, ...ownPairs(config, target), ...changes }, target),
    ...phases,
    ...target,
  };
  const { config: next, issues } = readConfig(changed, flatten(config));
  // A value that the new task cannot have is left behind as an unknown setting is; one that was asked for is refused.
  const wrong = issues.filter(({ key }) => Object.hasOwn(changes, key));
  if (wrong.length > 0) throw new ConfigError(wrong);
  return { ...next, interventions: carried(config, next) };
}

/** Pairs that a reward model learns from without a name are the data's own: on a task of the lab they are that set's, by its name. */
function ownPairs({ task, rewards }: RunConfig, target: { readonly task: string }): FlatConfig {
  const hash = hashInTaskId(task);
  const own = Number(rewards[weightKey(PREFERENCE)]) > 0 && rewards.preferenceData === "";
  return hash !== undefined && own && hashInTaskId(target.task) === undefined ? { preferenceData: hash } : {};
}

/** The changes by hand of a config that still mean what they meant in another one, each in the phase of its step. */
export function carried(from: RunConfig, to: RunConfig): readonly Intervention[] {
  const kept = from.interventions.filter(({ step, key }) => {
    const [old, now] = [phaseAt(from, step).config, phaseAt(to, step).config];
    if (old.task === now.task && old.algorithm === now.algorithm) return true;
    const [before, after] = [knownAs(old), knownAs(now)];
    const same = old.algorithm === now.algorithm;
    return after.schema[key]?.live === true && (same || staysAlike(key, before, after));
  });
  return kept.length === from.interventions.length ? from.interventions : kept;
}

/** The settings in which a config departs from its algorithm's definition, as the definition has them. */
function redefined(config: RunConfig): FlatConfig {
  const known = knownAs(config);
  const departing = departingKeys(known, flatten(config));
  return Object.fromEntries([...departing].map((key) => [key, definedValue(known, known.schema, key)]));
}

/** Changes in order of step; of two of one setting at one step, the one that was said last. */
export function inOrder(changes: readonly Intervention[]): Intervention[] {
  const last = new Map(changes.map((change) => [`${change.step} ${change.key}`, change]));
  return [...last.values()].sort((a, b) => a.step - b.step);
}

/** An issue for each setting that several changes give several values at one step, with the value said last. */
export function changedTwice(changes: readonly Intervention[]): (Issue & { readonly last: FieldValue })[] {
  return inOrder(changes).flatMap(({ step, key, value: last }) => {
    const agree = changes.every((one) => one.step !== step || one.key !== key || one.value === last);
    return agree ? [] : [{ key, last, message: `Step ${step} must change ${key} to one value, got several.` }];
  });
}

/** The latest step that a change can be made before. */
const LAST_STEP = 999_999;

/** One change as a file or a link has it, of a setting that is live in the phase of its step. @throws {ConfigError} in one sentence. */
export function readIntervention(raw: unknown, config: RunConfig): Intervention {
  const { step, key, value, ...rest } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const fits = Number.isInteger(step) && (step as number) >= 1 && (step as number) <= LAST_STEP;
  const schema = schemaOf(phaseAt(config, fits ? (step as number) : 1).config);
  const field = typeof key === "string" && Object.hasOwn(schema, key) ? schema[key] : undefined;
  const [text] = textsIn(schema, { [String(key)]: value });
  if (field?.live && fits && text) throw new ConfigError([text]);
  if (field?.live && fits && Object.keys(rest).length === 0)
    return { step: step as number, key: key as string, value: field.read(value, key as string) };
  const during = config.phases ? "during the phase of its step" : "during a run";
  const message = `An intervention must name a step from 1 and a setting that may change ${during}, got ${quote(raw)}.`;
  throw new ConfigError([{ key: "interventions", message }]);
}

/** Changes by hand that a file may have. */
const MOST = 1000;

/** Changes by hand as a file has them, in order of step. @throws {ConfigError} for one that cannot be, or contradicts what is then in force */
export function withInterventions(config: RunConfig, raw: readonly unknown[]): RunConfig {
  if (raw.length > MOST) {
    const message = `A run's interventions must be a list of at most ${MOST}, got ${raw.length}.`;
    throw new ConfigError([{ key: "interventions", message }]);
  }
  const read = raw.map((one) => readIntervention(one, config));
  const { interventions, issues } = withoutContradictions(config, inOrder(read));
  const wrong = [...changedTwice(read), ...issues];
  if (wrong.length > 0) throw new ConfigError(wrong);
  return { ...config, interventions };
}

/**
 * Of changes in order of step those that agree with the settings then in force, e.g. a lower bound below its upper one, and an
 * issue for each of the others. The changes of one step are made together.
 */
export function withoutContradictions(
  config: RunConfig,
  changes: readonly Intervention[],
): { readonly interventions: readonly Intervention[]; readonly issues: readonly Issue[] } {
  let kept: readonly Intervention[] = [];
  const issues: Issue[] = [];
  for (const step of new Set(changes.map((change) => change.step))) {
    let made = changes.filter((change) => change.step === step);
    for (let wrong = contradiction({ ...config, interventions: [...kept, ...made] }, step); wrong.length > 0; ) {
      issues.push(...wrong.map(({ key, message }) => ({ key, message: `Step ${step}: ${message}` })));
      const left = made.filter(({ key }) => wrong.every((issue) => issue.key !== key));
      made = left.length < made.length ? left : [];
      wrong = made.length > 0 ? contradiction({ ...config, interventions: [...kept, ...made] }, step) : [];
    }
    kept = [...kept, ...made];
  }
  return { interventions: kept, issues };
}

function contradiction(config: RunConfig, step: number): readonly Issue[] {
  try {
    configAt(config, step);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

/** The config in force at a step: that of the step's phase, with the interventions of this phase up to the step applied. */
export function configAt(config: RunConfig, step: number): RunConfig {
  const phase = phaseAt(config, step);
  const due = config.interventions.filter((change) => change.step <= step && change.step >= phase.first);
  if (due.length === 0) return phase.config;
  const changed = withSettings(phase.config, Object.fromEntries(due.map((change) => [change.key, change.value])));
  return config.phases ? unread(phase.config, changed) : changed;
}
