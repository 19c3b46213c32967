import { createStore, type StoreApi } from "zustand/vanilla";
import {
  type FlatConfig,
  flatten,
  type Intervention,
  type RunConfig,
  readConfig,
  schemaOf,
  withSettings,
} from "../lab/config.ts";
import { configOf, DEFAULT_PRESET, presetById, presetFor } from "../lab/presets.ts";
import type { Issue } from "../lab/schema.ts";
import { fromHash, toHash } from "../lab/url.ts";
import type { BackendChoice, PolicyChoice } from "../lab/worker/protocol.ts";

/** What decides how fast a run goes and not what comes out: never part of a link. */
export interface Compute {
  readonly policy: PolicyChoice;
  readonly backend: BackendChoice;
}

/** The experiment as the knobs show it; a run that was started keeps its own copy. */
export interface Draft {
  readonly config: RunConfig;
  /** The preset that the link counts its differences from. */
  readonly presetId: string | undefined;
  readonly compute: Compute;
}

export type DraftStore = StoreApi<Draft>;

/** What a link opens, and everything that was wrong with it. */
export function readLink(hash: string): Pick<Draft, "config" | "presetId"> & { readonly issues: readonly Issue[] } {
  if (hash.replace(/^#/, "") === "") return { ...presetDraft(DEFAULT_PRESET), issues: [] };
  const { config, presetId, issues } = fromHash(hash);
  return { config, presetId: presetId ?? presetFor(config)?.id, issues };
}

export function createDraftStore(opened: Pick<Draft, "config" | "presetId">): DraftStore {
  return createStore<Draft>(() => ({
    config: opened.config,
    presetId: opened.presetId,
    compute: { policy: "auto", backend: "auto" },
  }));
}

/** The experiment of a preset, untouched. */
export function presetDraft(id: string): Pick<Draft, "config" | "presetId"> {
  const preset = presetById(id);
  if (!preset) throw new Error(`a preset must be one of the lab's, got ${id}`);
  return { config: configOf(preset), presetId: id };
}

/** A draft with some settings changed. Another task or algorithm counts from the preset nearest to it. */
export function changed(draft: Draft, changes: FlatConfig): Draft {
  const config = withSettings(draft.config, changes);
  const moved = config.task !== draft.config.task || config.algorithm !== draft.config.algorithm;
  const schema = moved ? schemaOf(config) : undefined;
  const interventions = schema
    ? config.interventions.filter(({ key }) => schema[key]?.live === true)
    : config.interventions;
  return {
    ...draft,
    config: { ...config, interventions },
    presetId: moved ? presetFor(config)?.id : draft.presetId,
  };
}

/** A config with an intervention added; a second one of the same setting at the same step replaces the first. */
export function withIntervention(config: RunConfig, made: Intervention): RunConfig {
  const others = config.interventions.filter(({ step, key }) => step !== made.step || key !== made.key);
  return { ...config, interventions: [...others, made].sort((a, b) => a.step - b.step) };
}

/** The values that a reset goes back to: the preset's, and the fields' own where it names none. */
export function defaultsOf({ config, presetId }: Pick<Draft, "config" | "presetId">): FlatConfig {
  const known = new Set(Object.keys(schemaOf(config)));
  const settings = (presetId === undefined ? undefined : presetById(presetId))?.settings ?? {};
  const applicable = Object.fromEntries(Object.entries(settings).filter(([key]) => known.has(key)));
  return flatten(readConfig({ task: config.task, algorithm: config.algorithm }, applicable).config);
}

/** Equal for two configs exactly when they are the same experiment. */
export function experimentKey(config: RunConfig): string {
  return JSON.stringify([flatten(config), config.interventions]);
}

export function linkOf({ config, presetId }: Pick<Draft, "config" | "presetId">): string {
  return toHash(config, presetId);
}
