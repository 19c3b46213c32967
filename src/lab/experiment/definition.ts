import type { Objective } from "../objectives/objective.ts";
import { type AnyValues, type Field, type FieldValue, initials, type Schema } from "../schema.ts";

type Defined = Pick<Objective, "id" | "defines">;

/** The settings that an algorithm's definition gives another value than the field's own initial one. */
export function definedValues({ defines = {} }: Defined): AnyValues {
  const given = Object.entries(defines).filter(([, { value }]) => value !== undefined);
  return Object.fromEntries(given.map(([key, { value }]) => [key, value!]));
}

/** The same where nothing but the algorithm's name is known. */
export function unnamedValues(objective: Defined): AnyValues {
  const given = Object.entries(objective.defines ?? {}).filter(([, { unnamed }]) => unnamed !== undefined);
  return { ...definedValues(objective), ...Object.fromEntries(given.map(([key, { unnamed }]) => [key, unnamed!])) };
}

/** An algorithm with every setting that it has on a task. */
export interface Known extends Defined {
  readonly schema: Schema;
}

/**
 * What is left of `settings`, made for the algorithm `from`, when `to` is chosen in its place: the settings that both mean
 * alike (learning rate, steps, batch sizes, clip). Those that define `to` are left out, and it sets its own, unless they
 * already leave it what it is.
 */
export function inherited(settings: AnyValues, from: Known, to: Known): AnyValues {
  const left = definedValues(from);
  const alike = Object.entries(settings).filter(
    ([key, value]) => meansAlike(from.schema[key], to.schema[key]) && left[key] !== value,
  );
  const kept = Object.fromEntries(alike);
  if (!to.defines) return kept;
  const departing = departingKeys(to, { ...initials(to.schema), ...definedValues(to), ...kept });
  return Object.fromEntries(alike.filter(([key]) => !departing.has(key)));
}

/**
 * The settings that must be what the algorithm's definition says for its name to hold. One may matter only once another has been
 * set: a constant µ has no valley, a falling one has.
 */
export function departingKeys(to: Known, settings: AnyValues): ReadonlySet<string> {
  const found = new Set<string>();
  let now = settings;
  for (;;) {
    const more = departures(to, to.schema, now).filter(({ key, stays }) => !stays && !found.has(key));
    if (more.length === 0) return found;
    for (const { key } of more) found.add(key);
    now = { ...now, ...Object.fromEntries(more.map(({ key }) => [key, definedValue(to, to.schema, key)])) };
  }
}

/** Whether a change of this setting by hand still makes sense when `to` is chosen. */
export function staysAlike(key: string, from: Known, to: Known): boolean {
  const { stays = false } = to.defines?.[key] ?? { stays: true };
  return stays && meansAlike(from.schema[key], to.schema[key]);
}

/** A setting that is not what the algorithm's definition says. */
interface Departure {
  readonly key: string;
  /** As it stands beside the algorithm's name, e.g. "weights off". */
  readonly words: string;
  /** It is kept where the algorithm is chosen anew. */
  readonly stays: boolean;
}

/** The settings in which an algorithm is not what its name says, in the order of its definition. */
export function departures({ defines = {} }: Defined, schema: Schema, settings: AnyValues): readonly Departure[] {
  return Object.entries(defines).flatMap(([key, { value, within, stays = false, otherwise }]) => {
    if (!Object.hasOwn(settings, key)) return [];
    const holds = within ? within(settings) : settings[key] === (value ?? schema[key]?.initial);
    return holds ? [] : [{ key, words: otherwise(settings), stays }];
  });
}

/** The value that a definition gives a setting. */
export function definedValue({ defines }: Defined, schema: Schema, key: string): FieldValue {
  return defines?.[key]?.value ?? schema[key]!.initial;
}

/** Two declarations of one key that a person would take for the same knob. */
function meansAlike(a: Field | undefined, b: Field | undefined): boolean {
  if (!a || !b) return false;
  if (a === b) return true;
  const values = ({ options = [] }: Field) => options.map(({ value }) => value).join();
  return (
    a.kind === b.kind && a.initial === b.initial && a.label === b.label && a.help === b.help && values(a) === values(b)
  );
}
