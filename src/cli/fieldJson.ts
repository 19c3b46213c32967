import type { Field, FieldValue, Schema } from "../lab/schema.ts";

/** A field as JSON: what it is called, what it takes and what it starts at. */
interface FieldJson {
  readonly kind: Field["kind"];
  readonly default: FieldValue;
  readonly min?: number;
  readonly max?: number;
  /** What a command takes beyond the range of the slider. */
  readonly accepts?: string;
  readonly options?: readonly string[];
  readonly label: string;
  readonly help: string;
  readonly symbol?: string;
  readonly unit?: string;
  readonly source?: string;
}

/** Every field of a schema, by its key; `accepts` says what a command takes of it beyond its range. */
export function schemaJson(
  schema: Schema,
  accepts: (key: string, field: Field) => string | undefined = () => undefined,
): Readonly<Record<string, FieldJson>> {
  return Object.fromEntries(Object.entries(schema).map(([key, field]) => [key, fieldJson(field, accepts(key, field))]));
}

function fieldJson(
  { kind, initial, range, options, label, help, symbol, unit, source }: Field,
  accepts: string | undefined,
): FieldJson {
  return {
    kind,
    default: initial,
    ...(range && { min: range.min, max: range.max }),
    ...(accepts !== undefined && { accepts }),
    ...(options && { options: options.map(({ value }) => value) }),
    label,
    help,
    ...(symbol !== undefined && { symbol }),
    ...(unit !== undefined && { unit }),
    ...(source !== undefined && { source }),
  };
}

/** One line of a list for people. */
export function fieldLine(key: string, field: FieldJson): string {
  const range = `[${field.min}, ${field.max}]${field.accepts === undefined ? "" : `, accepts ${field.accepts}`}`;
  const numbers = field.min === undefined ? "on | off" : range;
  if (field.kind === "curve" || field.kind === "text") return `    ${key} = "${field.default}": ${field.help}`;
  return `    ${key} = ${field.default} in ${field.options?.join(" | ") ?? numbers}: ${field.help}`;
}
