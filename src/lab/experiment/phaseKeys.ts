import { choice, type FieldValue, int } from "../schema.ts";

/** What a later phase has beside the settings of its algorithm. */
export const PHASE = {
  optimizer: choice(
    "fresh",
    [
      {
        value: "fresh",
        label: "fresh",
        help: "Adam's moments are zero when the phase begins, as in a run of its own.",
      },
      { value: "kept", label: "kept", help: "Adam's moments and its count of updates go on from the phase before." },
    ],
    { label: "Optimizer", help: "Whether Adam's moments start from zero when the phase begins or go on." },
  ),
};

/** The number of phases of a run: `phases` in links, files and `--set`, absent where there is one. */
export const PHASES = int(1, { min: 1, max: 6 }, { label: "Phases", help: "How many phases the run has." });

/** The flat key of a setting of a later phase, e.g. `phase2.lr`. */
export const phaseKey = (number: number, key: string): string => `phase${number}.${key}`;

/** True for `phases` and for the settings of later phases. */
export const isPhaseKey = (key: string): boolean => key === "phases" || splitPhaseKey(key) !== undefined;

/** `phase2.lr` as `{ number: 2, key: "lr" }`; undefined for any other key. */
export function splitPhaseKey(text: string): { readonly number: number; readonly key: string } | undefined {
  if (!text.startsWith("phase")) return undefined;
  const [, number, key] = /^phase([1-9]\d{0,3})\.(.+)$/s.exec(text) ?? [];
  return number !== undefined && key !== undefined ? { number: Number(number), key } : undefined;
}

/** The settings that a flat record names for each phase, by the phase's number and without the prefix. */
export function phasesNamed<V>(flat: Readonly<Record<string, V>>): ReadonlyMap<number, Readonly<Record<string, V>>> {
  const found = new Map<number, [string, V][]>();
  for (const [text, value] of Object.entries(flat)) {
    const named = splitPhaseKey(text);
    if (!named) continue;
    const entries = found.get(named.number) ?? [];
    entries.push([named.key, value]);
    found.set(named.number, entries);
  }
  return new Map([...found].map(([number, entries]) => [number, Object.fromEntries(entries)]));
}

/** Later phases as flat keys, their number first; nothing where there are none. */
export function flatPhases(
  phases: readonly Readonly<Record<string, FieldValue>>[] | undefined,
): Readonly<Record<string, FieldValue>> {
  if (!phases || phases.length === 0) return {};
  const entries = phases.flatMap((changes, index) =>
    Object.entries(changes).map(([key, value]) => [phaseKey(index + 2, key), value] as const),
  );
  return { phases: phases.length + 1, ...Object.fromEntries(entries) };
}

/** A flat record without the keys of later phases. */
export function withoutPhaseKeys<V>(flat: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(flat).filter(([key]) => !isPhaseKey(key)));
}
