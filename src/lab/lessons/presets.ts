import { flatten, parseConfig, type RunConfig } from "../experiment/config.ts";
import { nearestName } from "../nearestName.ts";
import type { FieldValue } from "../schema.ts";
import { EARLIER_PRESETS } from "./earlierPresets.ts";
import { LESSON_HEADS } from "./heads/index.ts";
import type { Preset } from "./preset.ts";

/** The id of the preset that an arm of a lesson is: `never-tried.chord-mu`. */
const presetId = (lesson: { readonly id: string }, arm: string) => `${lesson.id}.${arm}`;

/** Every arm of every lesson, in the order of the lessons. */
export const PRESETS: readonly Preset[] = LESSON_HEADS.flatMap((lesson) =>
  lesson.arms.map(({ id, label, settings }) => ({
    id: presetId(lesson, id),
    title: `${lesson.title}: ${label}`,
    lesson: lesson.question,
    settings,
    of: { lesson: lesson.id, arm: label },
  })),
);

const KNOWN: readonly Preset[] = [...PRESETS, ...EARLIER_PRESETS];

/** What the workbench opens with: what the first lesson trains. */
export const DEFAULT_PRESET = presetId(LESSON_HEADS[0]!, LESSON_HEADS[0]!.own);

/** The algorithms that a race begins with until others are ticked. */
export const FIRST_RACE: readonly string[] = ["sft", "chord-mu", "chord-phi", "grpo"];

/** The preset of this id, earlier ones included; undefined where there is none. */
export function presetById(id: string): Preset | undefined {
  return KNOWN.find((preset) => preset.id === id);
}

export function configOf(preset: Preset): RunConfig {
  return parseConfig(preset.settings);
}

const settled = new WeakMap<Preset, readonly (readonly [string, FieldValue])[]>();

/** Every setting of a preset: each link that is written asks for those of several. */
function settingsOf(preset: Preset): readonly (readonly [string, FieldValue])[] {
  const known = settled.get(preset) ?? Object.entries(flatten(configOf(preset)));
  settled.set(preset, known);
  return known;
}

/** The preset of the same task and algorithm that needs the fewest words to become this config; of two, that of a lesson. */
export function presetFor(config: RunConfig): Preset | undefined {
  const flat = flatten(config);
  const differing = (preset: Preset) => settingsOf(preset).filter(([key, value]) => flat[key] !== value).length;
  return KNOWN.filter(({ settings }) => settings.task === config.task && settings.algorithm === config.algorithm)
    .map((preset) => ({ preset, words: differing(preset) }))
    .sort((a, b) => a.words - b.words)[0]?.preset;
}

/** The preset id that a mistyped one was probably meant to be. */
export function nearestPreset(id: string): string | undefined {
  return nearestName(
    id,
    KNOWN.map((preset) => preset.id),
  );
}
