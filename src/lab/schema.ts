import { nearestName } from "./nearestName.ts";

/** One knob of a run: its type, its bounds, its words. Validation, control, link, help and type are read from it. */
export interface Field<T extends FieldValue = FieldValue> {
  readonly kind: "int" | "real" | "flag" | "choice" | "curve" | "text";
  readonly initial: T;
  /** What the control is called, e.g. "Learning rate". */
  readonly label: string;
  /** One plain sentence: tooltip and row of the Method page. */
  readonly help: string;
  /** How a formula writes it, in TeX, e.g. "\\beta". */
  readonly symbol?: string;
  readonly unit?: string;
  /** Paper or code that the default comes from. */
  readonly source?: string;
  readonly range?: Range;
  readonly options?: readonly Option[];
  /** Characters of a text. */
  readonly most?: number;
  /** True where a change during a run is safe: it takes effect at the next step. */
  readonly live?: boolean;
  /** The setting that this one must not lie above. */
  readonly notAbove?: Ceiling;
  /** Takes a typed value or its text in a link. @throws {ConfigError} in words a user can act on. */
  read(raw: unknown, name?: string): T;
}

/** Another setting of the same schema as a bound; `when` both are read at all. */
interface Ceiling {
  readonly key: string;
  readonly when?: (values: AnyValues) => boolean;
}

export type FieldValue = number | boolean | string;

export interface Range {
  readonly min: number;
  readonly max: number;
  /** A control over several orders of magnitude. */
  readonly log?: boolean;
  /** The natural increment of a control; never a constraint. */
  readonly step?: number;
  /** 0 turns the setting off, and what lies above 0 and up to this would contradict it. */
  readonly offUpTo?: number;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly help?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a schema holds fields of several types, and Field is invariant in its type
export type Schema = Readonly<Record<string, Field<any>>>;

/** The typed values that a schema describes. */
export type Values<S extends Schema> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

export type AnyValues = Readonly<Record<string, FieldValue>>;

/** What is wrong with one value that somebody gave. */
export interface Issue {
  /** The key as the user wrote it. */
  readonly key: string;
  /** One sentence: what must hold, and what came instead. */
  readonly message: string;
  /** The value that stands in, where the reading went on. */
  readonly instead?: FieldValue;
}

/** Bad input: nothing was changed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map((issue) => issue.message).join(" "));
    this.issues = issues;
  }
}

type Words = Pick<Field, "label" | "help"> & Partial<Pick<Field, "symbol" | "unit" | "source" | "live" | "notAbove">>;

/** A real number in `[range.min, range.max]`. */
export function real(initial: number, range: Range, words: Words): Field<number> {
  return number("real", initial, range, words);
}

/** A whole number in `[range.min, range.max]`. */
export function int(initial: number, range: Range, words: Words): Field<number> {
  return number("int", initial, range, words);
}

/** On or off. In a link: 1 or 0. */
export function flag(initial: boolean, words: Words): Field<boolean> {
  const field: Field<boolean> = {
    kind: "flag",
    initial,
    ...words,
    read(raw, name = "value") {
      if (raw === true || raw === 1 || raw === "1" || raw === "true" || raw === "on") return true;
      if (raw === false || raw === 0 || raw === "0" || raw === "false" || raw === "off") return false;
      throw new ConfigError([refused(field, name, raw)]);
    },
  };
  return field;
}

/** One of a few named options. */
export function choice<const V extends string>(
  initial: V,
  options: readonly (Omit<Option, "value"> & { readonly value: V })[],
  words: Words,
): Field<V> {
  const values = options.map((option) => option.value);
  const field: Field<V> = {
    kind: "choice",
    initial,
    options,
    ...words,
    read(raw, name = "value") {
      const value = values.find((candidate) => candidate === raw);
      if (value !== undefined) return value;
      throw new ConfigError([refused(field, name, raw)]);
    },
  };
  return field;
}

/** Text of at most `most` characters, with line ends as `\n`. */
export function text(initial: string, most: number, words: Words): Field<string> {
  const field: Field<string> = {
    kind: "text",
    initial,
    most,
    ...words,
    read(raw, name = "value") {
      const value = typeof raw === "string" ? raw.replace(/\r\n?/g, "\n") : undefined;
      if (value !== undefined && value.length <= most) return value;
      const got = value === undefined ? raw : `${value.length} characters`;
      throw new ConfigError([refused(field, name, got)]);
    },
  };
  return field;
}

function number(kind: "int" | "real", initial: number, range: Range, words: Words): Field<number> {
  const field: Field<number> = {
    kind,
    initial,
    range,
    ...words,
    read(raw, name = "value") {
      const value = typeof raw === "string" ? decimalIn(raw) : raw;
      const fits =
        typeof value === "number" &&
        Number.isFinite(value) &&
        !Object.is(value, -0) &&
        (kind === "real" || Number.isInteger(value)) &&
        value >= range.min &&
        value <= range.max &&
        !(value > 0 && value <= (range.offUpTo ?? 0));
      if (fits) return value;
      throw new ConfigError([refused(field, name, raw)]);
    },
  };
  return field;
}

/** The number that a decimal text stands for, else NaN: no hexadecimal, no infinity, nothing too small to be held. */
export function decimalIn(text: string): number {
  const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.exec(text);
  const value = decimal ? Number(text) : Number.NaN;
  return value === 0 && /[1-9]/.test(decimal![1]!) ? Number.NaN : value;
}

function refused(field: Field, key: string, raw: unknown, must = expected(field)): Issue {
  return { key, message: `${field.label} (${key}) must be ${must}, got ${quote(raw)}.` };
}

function expected({ kind, range, options, most }: Field): string {
  if (kind === "text") return `text of at most ${most} characters`;
  if (kind === "flag") return "on or off";
  if (options) return `one of ${options.map(({ value }) => value).join(", ")}`;
  if (range?.offUpTo !== undefined) return `0 (off) or a number above ${range.offUpTo} and at most ${range.max}`;
  return `${kind === "int" ? "a whole number" : "a number"} in [${range?.min}, ${range?.max}]`;
}

/** How a message shows what came: `"fast"`, `NaN`, `[1,2]`. */
export function quote(raw: unknown): string {
  if (Object.is(raw, -0)) return "-0";
  if (typeof raw === "number" || raw === undefined) return String(raw);
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The schema's defaults. */
export function initials<S extends Schema>(schema: S): Values<S> {
  const known = defaults.get(schema);
  if (known) return { ...known } as Values<S>;
  const found = Object.fromEntries(Object.entries(schema).map(([key, field]) => [key, field.initial]));
  defaults.set(schema, found);
  return { ...found } as Values<S>;
}

/** Links are read by the thousand, each with the defaults of a dozen schemas. */
const defaults = new WeakMap<Schema, AnyValues>();

/**
 * Reads every key of `raw` that `schema` has, and collects all issues instead of stopping at the first. For a missing key
 * `base` has the value, or the default stands; for a bad one too, with an issue. Keys outside the schema are the caller's to
 * judge.
 */
export function readAll<S extends Schema>(
  schema: S,
  raw: Readonly<Record<string, unknown>>,
  base: Readonly<Record<string, unknown>> = {},
): { readonly values: Values<S>; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const values: Record<string, FieldValue> = {};
  for (const [key, field] of Object.entries(schema)) {
    const bad: Issue[] = [];
    let value: FieldValue = field.initial;
    for (const source of [raw, base]) {
      if (!Object.hasOwn(source, key)) continue;
      try {
        value = field.read(source[key], key);
        break;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        bad.push(...error.issues);
      }
    }
    values[key] = value;
    issues.push(...bad.map((issue) => ({ ...issue, instead: value })));
  }
  for (const { low, high } of disordered(schema, values)) {
    issues.push(outOfOrder(schema, values, low, high, raw));
    const under = { [low]: base[low] ?? schema[low]!.initial, [high]: base[high] ?? schema[high]!.initial };
    const usual = { [low]: schema[low]!.initial, [high]: schema[high]!.initial };
    Object.assign(values, disordered(schema, { ...values, ...under }).length > 0 ? usual : under);
  }
  return { values: values as Values<S>, issues };
}

interface Pair {
  readonly low: string;
  readonly high: string;
}

/** Pairs of settings of which one lies above its ceiling. */
export function disordered(schema: Schema, values: AnyValues): Pair[] {
  return ceilingsOf(schema).filter(({ low, high, when }) => {
    const [a, b] = [values[low], values[high]];
    return typeof a === "number" && typeof b === "number" && a > b && when?.(values) !== false;
  });
}

/** The settings of a schema that have a ceiling: links are read by the thousand, and few settings have one. */
function ceilingsOf(schema: Schema): readonly (Pair & Pick<Ceiling, "when">)[] {
  const known = ceilings.get(schema);
  if (known) return known;
  const found = Object.entries(schema).flatMap(([low, { notAbove }]) =>
    notAbove ? [{ low, high: notAbove.key, ...(notAbove.when && { when: notAbove.when }) }] : [],
  );
  ceilings.set(schema, found);
  return found;
}

const ceilings = new WeakMap<Schema, readonly (Pair & Pick<Ceiling, "when">)[]>();

/** Said of the one that was given, of the lower one where both were. */
export function outOfOrder(
  schema: Schema,
  values: AnyValues,
  low: string,
  high: string,
  given: Readonly<Record<string, unknown>>,
): Issue {
  const name = (key: string) => `${schema[key]!.label} (${key})`;
  if (Object.hasOwn(given, high) && !Object.hasOwn(given, low)) {
    return { key: high, message: `${name(high)} must be at least ${name(low)}, ${values[low]}, got ${values[high]}.` };
  }
  return { key: low, message: `${name(low)} must be at most ${name(high)}, ${values[high]}, got ${values[low]}.` };
}

/**
 * Like {@link readAll}, for JSON that must be right: there a number is a number, and no text that reads like one as in a link.
 * @throws {ConfigError} with every issue, unknown keys included.
 */
export function readStrict<S extends Schema>(schema: S, raw: Readonly<Record<string, unknown>>): Values<S> {
  const { values, issues } = readAll(schema, raw);
  const unknown = Object.keys(raw).filter((key) => !Object.hasOwn(schema, key));
  const texts = textsIn(schema, raw).filter(({ key }) => !issues.some((issue) => issue.key === key));
  const all = [...issues, ...unknownKeys(unknown, Object.keys(schema)), ...texts];
  if (all.length > 0) throw new ConfigError(all);
  return values;
}

/** An issue for each text that stands, in JSON, where a number or a truth value is asked for: only a link has nothing else. */
export function textsIn(schema: Schema, raw: Readonly<Record<string, unknown>>): Issue[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const field = Object.hasOwn(schema, key) ? schema[key]! : undefined;
    if (!field || typeof value !== "string" || typeof field.initial === "string") return [];
    return [refused(field, key, value, field.kind === "flag" ? "true or false" : undefined)];
  });
}

/** So many unknown keys are compared with the known ones: a file of a stranger may have as many as it likes. */
const COMPARED = 20;

/** The issues for keys that nothing reads, with the nearest known ones; without any, the first says them all. */
export function unknownKeys(keys: readonly string[], known: readonly string[]): Issue[] {
  return keys.map((key, i) => {
    const near = i < COMPARED ? nearestName(key, known) : undefined;
    if (i === 0 || near !== undefined) return unknownKey(key, known);
    return { key, message: `Unknown setting ${quote(key)}.` };
  });
}

/** The issue for a key that nothing reads, with the nearest known one. */
export function unknownKey(key: string, known: readonly string[]): Issue {
  const near = nearestName(key, known);
  const hint = near ? `did you mean ${near}?` : `the keys are ${known.join(", ")}.`;
  return { key, message: `Unknown setting ${quote(key)}: ${hint}` };
}
