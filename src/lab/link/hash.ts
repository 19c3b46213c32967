import {
  differences,
  type FlatConfig,
  type Intervention,
  inOrder,
  phaseAt,
  type Reading,
  type RunConfig,
  readConfig,
  schemaOf,
} from "../experiment/config.ts";
import { withoutPhaseKeys } from "../experiment/phaseKeys.ts";
import { presetById, presetFor } from "../experiment/presets.ts";
import { ConfigError, type FieldValue, type Issue, quote } from "../schema.ts";
import { migrated } from "./migrations.ts";
import { VIEW_KEYS } from "./view.ts";

/** The link format this build writes. Reading accepts every version up to it. */
export const LINK_VERSION = 1;

/**
 * The experiment as a URL hash: version, preset, seed, and what differs from the preset; where there are several phases, their
 * number and what each changes. `#v=1&preset=chord-mu-countdown&seed=1&lr=0.0003&at=40:muPeak:0.2`,
 * `#v=1&preset=sft-parity&seed=1&steps=60&phases=2&phase2.algorithm=grpo&phase2.steps=80`
 */
export function toHash(config: RunConfig, presetId?: string): string {
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

/** What a link says. Never throws: a bad link opens with what its preset or the defaults say, each problem named. */
export function fromHash(hash: string): Reading & { readonly presetId: string | undefined } {
  const issues: Issue[] = [];
  const query = queryOf(hash, issues);
  const named = query.get("preset");
  const preset = named === null ? undefined : presetById(named);
  if (named !== null && !preset)
    issues.push({ key: "preset", message: `There is no preset called ${quote(named)}: the defaults were taken.` });

  const reading = readConfig(settingsOf(query), baseOf(query));
  issues.push(...reading.issues.map(withInstead));
  const interventions = inOrder(query.getAll("at").flatMap((item) => intervention(item, reading.config, issues)));
  return {
    config: { ...reading.config, interventions },
    issues,
    presetId: preset?.id,
  };
}

/** What a link's settings count from: its preset's. A link that says how many phases there are has all of them in its own words. */
export function baseOf(query: URLSearchParams): FlatConfig {
  const settings = presetById(query.get("preset") ?? "")?.settings ?? {};
  return query.has("phases") ? withoutPhaseKeys(settings) : settings;
}

/** An issue that also says what the link opens with. */
function withInstead({ key, message, instead }: Issue): Issue {
  if (instead === undefined) return { key, message };
  const stands = instead === "" ? "it was left out" : `${inWords(instead)} was taken`;
  return { key, message: `${message.replace(/\.$/, "")}: ${stands}.` };
}

/** A link's query as this build would have written it; what cannot be read is named in `issues`. */
export function queryOf(hash: string, issues: Issue[] = []): URLSearchParams {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const version = Number(query.get("v") ?? LINK_VERSION);
  if (Number.isInteger(version) && version >= 1 && version <= LINK_VERSION) {
    return migrated(query, version, LINK_VERSION);
  }
  const message = `A link's version must be a whole number up to ${LINK_VERSION}, got ${quote(query.get("v"))}.`;
  issues.push({ key: "v", message });
  return query;
}

/** Keys of a link that are no settings. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["v", "preset", "at", "receipt", ...VIEW_KEYS]);

/** The settings that a link's query names, unread. */
export function settingsOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].filter(([key]) => !OTHER_KEYS.has(key)));
}

function intervention(item: string, config: RunConfig, issues: Issue[]): Intervention[] {
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
