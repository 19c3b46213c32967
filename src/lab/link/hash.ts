import {
  changedTwice,
  differences,
  type FlatConfig,
  type Intervention,
  inOrder,
  phaseAt,
  type Reading,
  type RunConfig,
  readConfig,
  schemaOf,
  withoutContradictions,
} from "../experiment/config.ts";
import { isPhaseKey, withoutPhaseKeys } from "../experiment/phaseKeys.ts";
import { nearestPreset, presetById, presetFor } from "../lessons/presets.ts";
import { ConfigError, type FieldValue, type Issue, quote, unknownKey } from "../schema.ts";
import { isLectureKey } from "./lecture.ts";
import { migrated } from "./migrations.ts";
import { repaired } from "./repair.ts";
import { SETTING_KEYS, VIEW_KEYS } from "./view.ts";
import { CHECK_KEY, sealed, wholenessOf } from "./wholeness.ts";

/** The link format this build writes. Reading accepts every version up to it. */
export const LINK_VERSION = 2;

/**
 * The experiment as a URL hash: version, preset, seed, and what differs from the preset; where there are several phases, their
 * number and what each changes; at its end its check. `#v=2&preset=chord-mu-countdown&seed=1&lr=0.0003&at=40:muPeak:0.2&ok=…`,
 * `#v=2&preset=sft-parity&seed=1&steps=60&phases=2&phase2.algorithm=grpo&phase2.steps=80&ok=…`
 */
export function toHash(config: RunConfig, presetId?: string): string {
  return sealed(toBody(config, presetId));
}

/** A link without its check, for more to be put behind it. */
export function toBody(config: RunConfig, presetId?: string): string {
  const known = written.get(config);
  if (known && known.presetId === presetId) return known.hash;
  const hash = hashOf(config, presetId);
  written.set(config, { presetId, hash });
  return hash;
}

/** Every link of a page is written again when the step cursor moves, with the same experiment in it. */
const written = new WeakMap<RunConfig, { readonly presetId: string | undefined; readonly hash: string }>();

function hashOf(config: RunConfig, presetId: string | undefined): string {
  const preset = presetId === undefined ? presetFor(config) : presetById(presetId);
  const base: FlatConfig = preset?.settings ?? {};
  const query = new URLSearchParams({ v: String(LINK_VERSION) });
  if (preset) query.set("preset", preset.id);
  else query.set("task", config.task);
  if (config.task !== base.task) query.set("task", config.task);
  if (config.algorithm !== base.algorithm) query.set("algorithm", config.algorithm);
  query.set("seed", String(config.start.seed));
  for (const [key, value] of Object.entries(differences(config, base))) query.set(key, text(value));
  for (const { step, key, value } of config.interventions) query.append("at", `${step}:${key}:${text(value)}`);
  return `#${query.toString().replaceAll("%3A", ":")}`;
}

/** A problem of a link, and what the page opens instead. Where nothing is opened, `stands` is not said. */
export interface LinkIssue extends Issue {
  /** Completes "…: ", e.g. "60 was taken". */
  readonly stands?: string;
}

/** A link's query as this build would have written it, what was repaired on the way, and what could not be read. */
interface LinkQuery {
  readonly query: URLSearchParams;
  readonly repairs: readonly string[];
  readonly issues: readonly LinkIssue[];
  /** False for a text that only names a page, a way to look or nothing: the experiment is then the one at hand. */
  readonly experiment: boolean;
}

interface LinkReading extends Reading {
  readonly presetId: string | undefined;
  readonly issues: readonly LinkIssue[];
}

/** The experiment that a query names. Never throws. */
export function experimentIn(query: URLSearchParams): LinkReading {
  const issues: LinkIssue[] = [];
  const named = query.get("preset");
  const preset = named === null ? undefined : presetById(named);
  if (named !== null && !preset) issues.push({ ...noPreset(named), stands: "the defaults were taken" });

  const { known, unknown } = sorted(settingsOf(query));
  const reading = readConfig(known, baseOf(query));
  issues.push(...reading.issues.map(withInstead), ...unknownKeys(unknown));
  const read = query.getAll("at").flatMap((item) => intervention(item, reading.config, issues));
  issues.push(
    ...changedTwice(read).map(({ last, ...issue }) => ({
      ...issue,
      stands: `the last one, ${quote(last)}, was taken`,
    })),
  );
  const { interventions, issues: contradictions } = withoutContradictions(reading.config, inOrder(read));
  issues.push(...contradictions.map((issue) => ({ ...issue, stands: "this change was left out" })));
  return { config: { ...reading.config, interventions }, issues, presetId: preset?.id };
}

/** The issue for a preset that there is not, in links and in files. */
export function noPreset(name: unknown): Issue {
  const near = typeof name === "string" ? nearestPreset(name) : undefined;
  return {
    key: "preset",
    message: `There is no preset called ${quote(name)}${near === undefined ? "" : ` (did you mean ${near}?)`}.`,
  };
}

/** The settings that some experiment can have, and the names that none has. */
function sorted(settings: Readonly<Record<string, string>>) {
  const names = Object.keys(settings);
  const isKnown = (key: string) => KNOWN.has(key) || isPhaseKey(key);
  return {
    known: Object.fromEntries(Object.entries(settings).filter(([key]) => isKnown(key))),
    unknown: names.filter((key) => !isKnown(key)),
  };
}

const KNOWN: ReadonlySet<string> = new Set(["task", "algorithm", ...SETTING_KEYS]);

/** One sentence for all names that no setting has. */
function unknownKeys(names: readonly string[]): LinkIssue[] {
  const [first] = names;
  if (first === undefined) return [];
  if (names.length === 1) {
    const { message } = first.length <= 40 ? unknownKey(first, [...KNOWN]) : { message: "" };
    const found = message.includes("did you mean");
    return [{ key: first, message: found ? message : `Unknown setting ${quote(first)}: no setting has this name.` }];
  }
  const shown = names.slice(0, 5).map(quote).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return [{ key: first, message: `Unknown settings ${shown}${more}: no settings have these names.` }];
}

/** What a link's settings count from: its preset's. A link that says how many phases there are has all of them in its own words. */
export function baseOf(query: URLSearchParams): FlatConfig {
  const settings = presetById(query.get("preset") ?? "")?.settings ?? {};
  return query.has("phases") ? withoutPhaseKeys(settings) : settings;
}

function withInstead({ key, message, instead }: Issue): LinkIssue {
  if (instead === undefined) return { key, message };
  return { key, message, stands: instead === "" ? "it was left out" : `${inWords(instead)} was taken` };
}

/** An issue that also says what the link opens with. */
export function withStands({ key, message, stands }: LinkIssue): Issue {
  return { key, message: stands === undefined ? message : `${message.replace(/\.$/, "")}: ${stands}.` };
}

/** In characters. Reading a link must not keep a page busy, and none that a build of the lab wrote is nearly as long. */
export const READ_LIMIT = 8192;

/** Reads the text of a link up to its entries; never throws. */
export function queryOf(text: string): LinkQuery {
  if (text.length > READ_LIMIT) {
    const message = `A link must have at most ${READ_LIMIT} characters, got ${text.length}.`;
    const issue = { key: "link", message, stands: "nothing of it was opened" };
    return { query: new URLSearchParams(), repairs: [], issues: [issue], experiment: false };
  }
  const { entries, closed, repairs, issues: doubled } = repaired(text);
  const issues: LinkIssue[] = [...doubled];
  const given = entries.find(([key]) => key === "v")?.[1];
  const version = given === undefined ? 1 : /^[1-9]\d{0,3}$/.test(given) ? Number(given) : Number.NaN;
  const readable = version <= LINK_VERSION;
  if (!readable) {
    const message = `A link's version must be a whole number up to ${LINK_VERSION}, got ${quote(given)}.`;
    issues.push({ key: "v", message });
  }
  const whole = readable && version >= 2 ? wholenessOf(entries, closed) : { entries };
  if (whole.problem !== undefined) issues.unshift({ key: CHECK_KEY, message: whole.problem });
  const body = whole.entries.filter(([key]) => key !== CHECK_KEY);
  const unsealed = version === 1 && body.length < whole.entries.length;
  const query = new URLSearchParams(body.map(([key, value]) => [key, value]));
  const experiment = body.some(([key]) => !isBeside(key));
  const looks = onlyLooks(entries.map(([key]) => key)) || body.some(([key]) => isLectureKey(key));
  if (!experiment && !looks)
    issues.push({ key: "link", message: "The link names no experiment: neither a preset nor a task or a setting." });
  return {
    query: readable ? migrated(query, version, LINK_VERSION) : query,
    repairs: unsealed ? [...repairs, "the check (ok) was left out, which version 1 does not have"] : repairs,
    issues,
    experiment,
  };
}

/** Keys of an address that only says how to look. */
const LOOKS: ReadonlySet<string> = new Set([...VIEW_KEYS, "receipt"]);
/** Keys of an address that names no experiment. */
const BESIDE: ReadonlySet<string> = new Set([...LOOKS, "v", "data", CHECK_KEY]);

/** True for an address that names a page, or says how to look; with a version a page must be named, as else a link may have been cut. */
function onlyLooks(keys: readonly string[]): boolean {
  return keys.every((key) => LOOKS.has(key) || (key === "v" && keys.includes("page")));
}

const isBeside = (key: string) => BESIDE.has(key) || isLectureKey(key);

/** Keys of a link that are no settings. */
const isOther = (key: string) => key === "preset" || key === "at" || isBeside(key);

/** The settings that a link's query names, unread. */
export function settingsOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].filter(([key]) => !isOther(key)));
}

function intervention(item: string, config: RunConfig, issues: LinkIssue[]): Intervention[] {
  const [step, key = "", ...rest] = item.split(":");
  const counts = /^[1-9]\d{0,5}$/.test(step ?? "");
  const schema = schemaOf(phaseAt(config, counts ? Number(step) : 1).config);
  const field = Object.hasOwn(schema, key) ? schema[key] : undefined;
  if (!field?.live || !counts) {
    const during = config.phases ? "during the phase of its step" : "during a run";
    issues.push({
      key: "at",
      message: `An intervention must read step:setting:value with a setting that may change ${during}, got ${quote(item)}.`,
    });
    return [];
  }
  try {
    return [{ step: Number(step), key, value: field.read(rest.join(":"), key) }];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return [];
  }
}

function text(value: FieldValue): string {
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

function inWords(value: FieldValue): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
