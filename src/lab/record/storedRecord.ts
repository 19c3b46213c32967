import * as v from "valibot";
import { type FlatConfig, flatten, type Intervention, parseConfig, readConfig } from "../experiment/config.ts";
import {
  ascending,
  FileError,
  fields,
  list,
  map,
  metricValues,
  readAs,
  real,
  step,
  text,
  whole,
} from "./fileSchema.ts";
import type { TableRows } from "./metricTable.ts";
import { type PackedTokens, unpacked } from "./packedTokens.ts";
import { PHASES, type RunRecord, type RunTone } from "./runRecord.ts";
import { ROW_WORDS } from "./tokenFile.ts";
import type { TokenRecord } from "./tokenRecord.ts";

/** A record as the library's database holds it: the config in the flat form that later builds can still read. */
export type StoredRecord = Omit<RunRecord, "config" | "damage"> & {
  readonly config: FlatConfig;
  readonly interventions: readonly Intervention[];
};

export function toStored({ config, damage: _, ...record }: RunRecord): StoredRecord {
  return { ...record, config: flatten(config), interventions: config.interventions };
}

const setting = v.union([v.number(), v.boolean(), text(100_000)], "must be a number, a text, true or false");
const id = text(200);

const CHECKPOINT = v.optional(
  fields({
    step,
    bytes: whole(0, 1e12),
    hash: text(80),
    sum: v.optional(text(80)),
    slot: v.optional(v.picklist([0, 1], "must be 0 or 1")),
  }),
);

const RECORD = fields({
  id,
  name: text(200),
  created: real(0, 8.64e15),
  config: v.pipe(map(300), v.record(v.string(), setting)),
  interventions: list(fields({ step, key: text(100), value: setting }), 1000),
  policy: text(80),
  backend: text(80),
  phase: v.picklist(PHASES, `must be one of ${PHASES.join(", ")}`),
  message: v.optional(text(10_000)),
  step,
  final: metricValues,
  seconds: real(0, 1e9),
  checkpoint: CHECKPOINT,
  older: CHECKPOINT,
  checkpointDropped: v.optional(v.boolean("must be true or false")),
  tokens: v.optional(fields({ steps: whole(0, 1e6), bytes: whole(0, 1e12) })),
  parent: v.optional(fields({ id, name: text(200), step })),
  group: v.optional(
    fields({ id, kind: v.picklist(["seeds", "race"], "must be seeds or race"), name: text(200), size: whole(1, 1000) }),
  ),
  pinned: v.boolean("must be true or false"),
  tone: whole(1, 8),
  deleted: v.optional(v.boolean("must be true or false")),
});

/**
 * A record of the database. A setting that this build does not know is left out, one it has learnt since takes its default.
 * What is no record is answered with a damaged one, so that it can be seen and removed.
 */
export function fromStored(stored: unknown, key: string): RunRecord {
  try {
    const { config, interventions, ...record } = readAs(RECORD, stored, "A stored run's");
    const read = readConfig(config).config;
    return { ...(record as typeof record & RunRecord), config: { ...read, interventions } };
  } catch (error) {
    return damagedRecord(stored, key, error instanceof Error ? error.message : String(error));
  }
}

function damagedRecord(stored: unknown, key: string, damage: string): RunRecord {
  const known = typeof stored === "object" && stored !== null ? (stored as Readonly<Record<string, unknown>>) : {};
  const { name, created, tone, deleted } = known;
  return {
    id: key,
    name: v.is(v.pipe(text(200), v.minLength(1)), name) ? name : "a damaged run",
    created: v.is(real(0, 8.64e15), created) ? created : 0,
    config: parseConfig({}),
    policy: "",
    backend: "",
    phase: "damaged",
    step: 0,
    final: {},
    seconds: 0,
    pinned: false,
    tone: (v.is(whole(1, 8), tone) ? tone : 1) as RunTone,
    ...(deleted === true && { deleted }),
    damage,
  };
}

/** The rows of a part of a stored table. @throws {FileError} where they are none, or of several lengths. */
export function storedRows(stored: unknown): TableRows {
  const { steps, metrics } = (stored ?? {}) as Partial<TableRows>;
  const whole = steps instanceof Float64Array && typeof metrics === "object" && metrics !== null;
  const ascends = whole && steps.every((at, i) => at >= 0 && at <= 1e6 && (i === 0 || at > steps[i - 1]!));
  const fit =
    ascends &&
    Object.values(metrics).every((column) => column instanceof Float64Array && column.length === steps.length);
  if (fit) return { steps, metrics };
  throw new FileError(
    "A stored run's curves must be columns of numbers of one length beside ascending steps, got others.",
  );
}

const floats = v.instance(Float32Array, "must be numbers");
const words = list(text(100), 4096);
const PACKED_ROW = v.pipe(
  fields({
    ...ROW_WORDS,
    tokens: words,
    views: list(text(80), 32),
    numbers: floats,
  }),
  v.check(
    ({ tokens, views, numbers }) => numbers.length === tokens.length * (3 + views.length),
    ({ input }) => `must have numbers for its ${input.tokens.length} tokens, got ${input.numbers.length}`,
  ),
);
const PACKED = fields({
  steps: ascending(fields({ step, rows: list(PACKED_ROW, 512) }), 1000),
  watched: v.optional(
    fields({
      rows: list(fields({ prompt: text(10_000), tokens: words }), 64),
      columns: ascending(fields({ step, scores: list(fields({ logp: floats, entropy: floats }), 64) }), 1000),
    }),
  ),
});

/** The stored tokens of a run. @throws {FileError} where they are none. */
export function storedTokens(stored: unknown): TokenRecord {
  return unpacked(readAs(PACKED, stored, "A stored run's") as PackedTokens);
}
