import * as v from "valibot";
import { quote } from "../schema.ts";

/** A file or a stored record that cannot be read. The message is one sentence of at most 2 kB: path, what must hold, what came. */
export class FileError extends Error {
  override readonly name = "FileError";
  constructor(message: string) {
    super(message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message);
  }
}

/** Characters of a refusal; in UTF-8 at most 2 kB for text in Latin letters. */
const LONGEST = 1000;

/** Keys of a path whose own keys are names and not fields. */
const MAPS = new Set(["series", "final", "initial", "views", "config", "values"]);

/**
 * The value as the schema describes it.
 * @param of whose file it is, e.g. "A run's".
 * @throws {FileError} for the first thing that does not hold.
 */
export function readAs<S extends v.GenericSchema>(schema: S, value: unknown, of = "A run's"): v.InferOutput<S> {
  const { issues, output, success } = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (success) return output;
  throw new FileError(sentence(issues[0], of));
}

function sentence(issue: v.BaseIssue<unknown>, of: string): string {
  const keys = (issue.path ?? []).map(({ key }) => key);
  const inTokens = keys[0] === "tokens" || keys[0] === "watched";
  const whose = inTokens ? `In ${of.replace(/^A\b/, "a")} tokens,` : of;
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `${whose} ${pathText(keys.slice(0, -1))} must have no key ${brief(keys.at(-1))}.`;
  }
  const message =
    issue.type === "strict_object" && keys.length > 0 && issue.expected !== "Object" ? "must be there" : issue.message;
  const got = message.includes(", got ") ? "" : `, got ${brief(issue.input)}`;
  return `${whose} ${pathText(keys)}${message.startsWith(":") ? "" : " "}${message}${got}.`;
}

/** `tokens[0].rows[1].logp`, `final "loss"`; the file itself where there is no path. */
function pathText(keys: readonly unknown[]): string {
  if (keys.length === 0) return "file";
  return keys
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      if (MAPS.has(String(keys[i - 1]))) return ` ${brief(key)}`;
      return i === 0 ? String(key) : `.${String(key)}`;
    })
    .join("");
}

/** A value in a few characters, whatever its size. */
export function brief(value: unknown): string {
  try {
    if (typeof value === "string") return quote(value.slice(0, 80));
    if (Array.isArray(value)) return quote(value.slice(0, 20));
    return quote(value);
  } catch {
    // Nested too deep to be written.
    return "something that cannot be shown";
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON object with exactly these fields, optional ones left out or not. */
export const fields = <E extends v.ObjectEntries>(entries: E) =>
  v.pipe(v.custom<object>(isObject, "must be a JSON object"), v.strictObject(entries, "must be a JSON object"));

/** A JSON object with at most so many keys, each of at most 80 characters. */
export const map = (most: number) =>
  v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isObject, "must be a JSON object"),
    v.check(
      (value) => Object.keys(value).length <= most,
      ({ input }) => `must have at most ${most} keys, got ${Object.keys(input).length}`,
    ),
    v.check(
      (value) => Object.keys(value).every((key) => key.length <= 80),
      ({ input }) =>
        `must have keys of at most 80 characters, got ${brief(Object.keys(input).find((key) => key.length > 80))}`,
    ),
  );

/** A list of at most so many. */
export const list = <S extends v.GenericSchema>(item: S, most: number) =>
  v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, "must be a list"),
    v.check(
      (value) => value.length <= most,
      ({ input }) => `must have at most ${most} entries, got ${input.length}`,
    ),
    v.array(item),
  );

export const text = (most: number) =>
  v.pipe(
    v.string("must be text"),
    v.maxLength(most, ({ input }) => `must have at most ${most} characters, got ${input.length}`),
  );

/** A finite number within bounds. */
export const real = (min: number, max: number) =>
  v.pipe(
    v.number("must be a number"),
    v.check((value) => value >= min && value <= max, `must be a number from ${min} to ${max}`),
  );

export const whole = (min: number, max: number) =>
  v.pipe(
    v.number(`must be a whole number from ${min} to ${max}`),
    v.check(
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    ),
  );

/** Updates of any run, and rows of its table. */
export const MOST_STEPS = 1_000_000;
export const step = whole(0, MOST_STEPS);

/** Larger than any metric: tokens of the longest run, losses far past the point at which a run is stopped. */
const LARGEST = 1e15;
const isValue = (value: unknown) => typeof value === "number" && Math.abs(value) <= LARGEST;

/** Finite numbers, `count` of them where it is given. Long lists are looked through at once: a schema for each number would take seconds. */
export const numbers = (most: number) =>
  v.pipe(
    v.custom<readonly number[]>((value) => Array.isArray(value) && value.every(isValue), "must be a list of numbers"),
    v.maxLength(most, ({ input }) => `must have at most ${most} numbers, got ${input.length}`),
  );

/** Metrics in a table; more than there are. */
const MOST_METRICS = 300;

/** A list of at most so many, in ascending order of their steps. */
export const ascending = <S extends v.GenericSchema<unknown, { readonly step: number }>>(item: S, most: number) =>
  v.pipe(
    list(item, most),
    v.check(
      (all) => disorder(all) === undefined,
      ({ input }) => `must be of ascending steps, got ${disorder(input)?.step}`,
    ),
  );

function disorder(all: readonly { readonly step: number }[]) {
  return all.find(({ step }, i) => i > 0 && step <= all[i - 1]!.step);
}

/** Values of metrics by name. */
export const metricValues = v.pipe(
  map(MOST_METRICS),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const wrong = Object.entries(dataset.value).find(([, value]) => !isValue(value));
    if (wrong) addIssue({ message: "must be a number", input: wrong[1], path: [at(dataset.value, wrong[0])] });
  }),
  v.transform((value) => value as Readonly<Record<string, number>>),
);

/** A column of steps, and one of numbers or nulls for each metric, all of one length. */
export const series = v.pipe(
  map(MOST_METRICS),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const steps = value.step;
    if (!Array.isArray(steps) || !ascends(steps)) {
      addIssue({ message: "must have a column step of ascending whole numbers", input: steps });
      return;
    }
    for (const [metric, column] of Object.entries(value)) {
      const fits = Array.isArray(column) && column.every((one) => one === null || isValue(one));
      if (fits && column.length === steps.length) continue;
      const message = `must hold ${steps.length} numbers or nulls${fits ? `, got ${column.length}` : ""}`;
      addIssue({ message, input: column, path: [at(value, metric)] });
      return;
    }
  }),
  v.transform((value) => value as Readonly<Record<string, readonly (number | null)[]>>),
);

function ascends(steps: readonly unknown[]): boolean {
  let before = -1;
  return steps.every((step) => {
    const fits = Number.isInteger(step) && (step as number) > before && (step as number) <= MOST_STEPS;
    before = step as number;
    return fits;
  });
}

/** An item of an issue's path. */
const at = (input: Readonly<Record<string, unknown>>, key: string): v.ObjectPathItem => ({
  type: "object",
  origin: "value",
  input: input as Record<string, unknown>,
  key,
  value: input[key],
});
