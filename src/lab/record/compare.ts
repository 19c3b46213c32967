import {
  type FlatConfig,
  flatten,
  type Intervention,
  phaseAt,
  phaseSchemaOf,
  phasesOf,
  schemaOf,
} from "../experiment/config.ts";
import { withoutPhaseKeys } from "../experiment/phaseKeys.ts";
import { objectiveById } from "../objectives/index.ts";
import type { Field, FieldValue } from "../schema.ts";
import { START } from "../settings.ts";
import { taskById } from "../tasks/index.ts";
import type { RunRecord } from "./runRecord.ts";

/** All of a run that decides its numbers. */
export type Experiment = Pick<RunRecord, "config" | "parent">;

/** One setting that two runs do not share. */
interface Difference {
  /** As in a link; `parent`, `phases` and `interventions` besides. */
  readonly key: string;
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
}

/**
 * What sets a run apart from another, in the order of the page. Between two algorithms or tasks only settings that both have
 * are compared: the others are what the name already says.
 */
export function compare(run: Experiment, base: Experiment): readonly Difference[] {
  const [mine, theirs] = [flatten(run.config), flatten(base.config)];
  const found: Difference[] = [];
  const add = (key: string, label: string, a: string, b: string) => {
    if (a !== b) found.push({ key, label, mine: a, theirs: b });
  };
  add("algorithm", "", objectiveById(run.config.algorithm).title, objectiveById(base.config.algorithm).title);
  add("task", "", taskById(run.config.task).title, taskById(base.config.task).title);
  add("parent", "starts from", startText(run), startText(base));
  const schema = schemaOf(run.config);
  for (const [key, value] of Object.entries(mine)) {
    const field = schema[key];
    if (!field || !Object.hasOwn(theirs, key) || value === theirs[key] || isIdle(key, run, base)) continue;
    add(key, inSentence(field.label), settingText(field, value), settingText(field, theirs[key]!));
  }
  add("phases", "then", phasesText(run), phasesText(base));
  add("interventions", "changed on the way", changesText(run), changesText(base));
  return found;
}

/** The differences as one line, e.g. `µ peak 0.9 instead of 0.5, 2 more`. */
export function differenceWords(run: Experiment, base: Experiment, limit = 3): string {
  const all = compare(run, base);
  if (all.length === 0) return "the same settings";
  const shown = all.slice(0, all.length === limit + 1 ? all.length : limit).map(words);
  const rest = all.length - shown.length;
  return rest > 0 ? `${shown.join(", ")}, ${rest} more` : shown.join(", ");
}

function words({ key, label, mine, theirs }: Difference): string {
  if (key === "interventions") return mine === NOTHING ? `without ${theirs}` : mine;
  if (key === "parent") return `${label} ${mine}`;
  return `${label ? `${label} ` : ""}${mine} instead of ${theirs}`;
}

/** The start's own settings say nothing where both runs start from a checkpoint; the parent does. */
function isIdle(key: string, run: Experiment, base: Experiment): boolean {
  if (key === "start") return run.parent !== undefined || base.parent !== undefined;
  return key === "size" && run.config.start.start === "native" && base.config.start.start === "native";
}

function startText({ config, parent }: Experiment): string {
  if (parent) return `${parent.name} at step ${parent.step}`;
  return config.start.start === "native" ? "the native checkpoint" : "random weights";
}

const NOTHING = "nothing";

function changesText({ config }: Experiment): string {
  if (config.interventions.length === 0) return NOTHING;
  const one = ({ step, key, value }: Intervention) => {
    const field = schemaOf(phaseAt(config, step).config)[key];
    return `${field ? inSentence(field.label) : key} ${field ? settingText(field, value) : value} from step ${step}`;
  };
  const [first, ...rest] = config.interventions;
  return rest.length > 1 ? `${one(first!)} and ${rest.length} more changes` : config.interventions.map(one).join(", ");
}

/** What comes after the first phase, e.g. `GRPO for 80 steps with learning rate 3e-4`. */
function phasesText({ config }: Experiment): string {
  const later = phasesOf(config).slice(1);
  if (later.length === 0) return NOTHING;
  return later
    .map(({ number, config: phase }) => {
      const { algorithm: _, steps: __, ...changes } = config.phases![number - 2]!;
      const schema = phaseSchemaOf(phase);
      const told = Object.entries(changes).map(
        ([key, value]) => `${inSentence(schema[key]!.label)} ${settingText(schema[key]!, value)}`,
      );
      const what = `${objectiveById(phase.algorithm).title} for ${phase.optimizer.steps} steps`;
      return told.length > 0 ? `${what} with ${told.join(", ")}` : what;
    })
    .join(", then ");
}

/** A value as it stands in a sentence. */
function settingText(field: Pick<Field, "kind" | "options">, value: FieldValue): string {
  if (field.kind === "curve") return value === "" ? "not drawn" : "drawn";
  if (field.kind === "text") return value === "" ? "none" : textOf(String(value));
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return field.options?.find((option) => option.value === value)?.label ?? value;
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
}

/** The hash of what somebody brought, whole; of a longer text the length. */
const textOf = (value: string) => (value.length <= 16 ? value : `${value.length} characters`);

/** Names of people and abbreviations keep their capital. */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) && !/^(Adam|Hinted)\b/.test(label)
    ? label[0]!.toLowerCase() + label.slice(1)
    : label;
}

/** The settings in which at least two of the runs differ, for the columns of a table; values by run in the given order. */
export function differingSettings(
  runs: readonly Experiment[],
): readonly { readonly key: string; readonly label: string; readonly values: readonly (string | undefined)[] }[] {
  const flats: readonly FlatConfig[] = runs.map(({ config }) => withoutPhaseKeys(flatten(config)));
  const fields = Object.assign({}, ...runs.map(({ config }) => schemaOf(config))) as Record<string, Field | undefined>;
  const keys = [...new Set(flats.flatMap((flat) => Object.keys(flat)))];
  const rows = keys.map((key) => ({
    key,
    label: fields[key]?.label ?? (key === "task" ? "Task" : "Algorithm"),
    values: flats.map((flat) => {
      if (!Object.hasOwn(flat, key)) return undefined;
      if (key === "task") return taskById(String(flat.task)).title;
      if (key === "algorithm") return objectiveById(String(flat.algorithm)).title;
      return settingText(fields[key]!, flat[key]!);
    }),
  }));
  const starts = { key: "parent", label: START.start.label, values: runs.map(startText) };
  const phases = { key: "phases", label: "Then", values: runs.map(phasesText) };
  const all = [...rows.filter(({ key }) => key !== "start"), phases, starts];
  return all.filter(({ values }) => new Set(values.filter((value) => value !== undefined)).size > 1);
}
