import { configAt, flatten, type RunConfig } from "../experiment/config.ts";
import type { FieldValue } from "../schema.ts";

/** The value of a setting in force; undefined where this task and algorithm have no such setting. */
export type Setting = (key: string) => FieldValue | undefined;

/** One thing to try. `fits` says whether it would change anything under these settings; left out: always. */
interface Remedy {
  readonly words: string;
  fits?(setting: Setting): boolean;
}

/** `Try a, b, or c.`: what is not in force already at this step, and what the algorithm has a setting for. */
export function advise(config: RunConfig, step: number, remedies: readonly Remedy[], more?: string): string {
  const flat = flatten(configAt(config, step));
  const fitting = remedies.filter(({ fits }) => fits?.((key) => flat[key]) ?? true).map(({ words }) => words);
  const list = fitting.length > 2 ? `${fitting.slice(0, -1).join(", ")}, or ${fitting.at(-1)}` : fitting.join(" or ");
  return [list && `Try ${list}.`, more].filter(Boolean).join(" ");
}

/** `words(isOn)` for a coefficient that the algorithm has: a first value above 0, or a larger one. */
export function coefficient(key: string, name: string): readonly Remedy[] {
  return [
    { words: `${article(name)} ${name} above 0`, fits: (setting) => setting(key) === 0 },
    { words: `a larger ${name}`, fits: (setting) => Number(setting(key) ?? 0) > 0 },
  ];
}

const article = (name: string) => (/^[aeiou]/i.test(name) ? "an" : "a");
