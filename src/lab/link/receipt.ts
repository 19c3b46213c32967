import type { RunConfig } from "../experiment/config.ts";
import { evaluatedBefore, totalSteps } from "../experiment/phases.ts";
import { isEvaluation, type MetricColumns, type MetricName } from "../metrics.ts";
import { POLICIES, POLICY_NAMES } from "../policies.ts";

/** One metric at a few steps. */
interface Curve {
  readonly metric: MetricName;
  readonly steps: readonly number[];
  /** NaN where the metric had no value. */
  readonly values: readonly number[];
  /** A value was rounded by at most this much. */
  readonly rounding: number;
}

/** A short digest of a finished run: enough to see its curves again, and to tell whether another run is the same. */
export interface Receipt {
  /** Implementation and backend, e.g. `simd/wasm`. */
  readonly backend: string;
  /** First 8 hex digits of the final weights' hash; empty where the sender did not know it. */
  readonly hash: string;
  /** The step at which the run ended. */
  readonly steps: number;
  /** How far another backend's curve may lie off, as a share of {@link sizeOf} the metric. */
  readonly tolerance: number;
  readonly curves: readonly Curve[];
}

/** What a run can be known by, in order of importance. Part of the link format: only ever add at the end. */
export const RECEIPT_METRICS = [
  "reward",
  "eval/accuracy",
  "entropy",
  "loss",
  "kl/start",
  "rewards/margins",
  "eval/ood/accuracy",
  "eval/nll",
  "nll",
  "pairs/valid_frac",
] as const satisfies readonly MetricName[];

/** Implementation and backend by their number in receipts. */
const BACKENDS: readonly string[] = [
  "other",
  ...POLICY_NAMES.flatMap((policy) =>
    Object.entries(POLICIES[policy].backends).map(([backend, number]) => ({ number, name: `${policy}/${backend}` })),
  )
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number)
    .map(({ name }) => name),
];

const FORMAT = 1;
const POINTS = 16;
const CURVES = 5;
/** The byte of a point without a value; the others are 0 to 254. */
const NONE = 255;
const LEVELS = 254;
/**
 * Backends add up in different orders, so that a borderline token falls the other way now and then, and from there on the
 * runs are two samples of one experiment. Until then they agree to 1e-7 (wasm and cpu, measured); a twentieth of a metric's size holds a few such tokens
 * in accuracies and rewards over 128 problems; larger drifts are differences.
 */
const TOLERANCE = 0.05;

/** Steps at which a receipt of this config looks at a metric: at most {@link POINTS}, the first and the last among them. */
export function stepsFor(metric: MetricName, config: RunConfig, last: number): number[] {
  const measured: number[] = [];
  if (isEvaluation(metric)) {
    measured.push(...evaluatedBefore(config, last), last);
  } else for (let step = 1; step <= last; step++) measured.push(step);
  if (measured.length <= POINTS) return measured;
  return Array.from({ length: POINTS }, (_, i) => measured[Math.round((i * (measured.length - 1)) / (POINTS - 1))]!);
}

/** The digest of a run that has made `last` steps of `config`. */
export function receiptOf(
  run: MetricColumns,
  config: RunConfig,
  last: number,
  made: { readonly backend: string; readonly parameterHash: string | undefined },
): Receipt {
  const curves = RECEIPT_METRICS.flatMap((metric) => {
    const steps = stepsFor(metric, config, last);
    const values = valuesAt(run, metric, steps);
    return values.some(Number.isFinite) ? [{ metric, steps, values, rounding: 0 }] : [];
  }).slice(0, CURVES);
  return {
    backend: made.backend,
    hash: (made.parameterHash ?? "").slice(0, 8),
    steps: last,
    tolerance: TOLERANCE,
    curves,
  };
}

/** A metric at exactly these steps, NaN where it had no value there. */
export function valuesAt(run: MetricColumns, metric: MetricName, steps: readonly number[]): number[] {
  const column = run.column(metric);
  if (!column) return steps.map(() => Number.NaN);
  let at = 0;
  return steps.map((step) => {
    while (at < column.length && column.steps[at]! < step) at++;
    return at < column.length && column.steps[at] === step ? column.values[at]! : Number.NaN;
  });
}

/**
 * As base64url. Bytes: format; backend; 1 where a hash follows, with its 4 bytes; steps (2); tolerance in percent; for each curve the
 * metric's number, minimum and maximum as float32, and a byte per point: 0 to 254 between the two, 255 for none.
 */
export function encodeReceipt({ backend, hash, steps, tolerance, curves }: Receipt): string {
  const bytes: number[] = [FORMAT, Math.max(0, BACKENDS.indexOf(backend))];
  bytes.push(hash.length === 8 ? 1 : 0);
  if (hash.length === 8) for (let i = 0; i < 8; i += 2) bytes.push(Number.parseInt(hash.slice(i, i + 2), 16));
  bytes.push(steps >> 8, steps & 255, Math.round(tolerance * 100));
  for (const { metric, values } of curves) {
    const [low, high] = ends(values);
    bytes.push((RECEIPT_METRICS as readonly string[]).indexOf(metric), ...float32(low), ...float32(high));
    for (const value of values) bytes.push(level(value, low, high));
  }
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** In characters: every metric at every point, and then some; a longer text is no receipt and costs nobody anything. */
const LONGEST = 600;

/** @returns undefined for text that is no receipt of a run of this config. */
export function decodeReceipt(text: string, config: RunConfig): Receipt | undefined {
  const bytes = text.length > LONGEST ? undefined : fromBase64(text);
  if (!bytes || bytes.length < 6 || bytes[0] !== FORMAT) return undefined;
  const view = new DataView(bytes.buffer);
  let at = bytes[2] === 1 ? 7 : 3;
  if (bytes.length < at + 3) return undefined;
  const hash = bytes[2] === 1 ? [...bytes.subarray(3, 7)].map((b) => b.toString(16).padStart(2, "0")).join("") : "";
  const steps = view.getUint16(at);
  // One that allows more than we write was changed on its way, and one of more steps is of another experiment.
  if (bytes[2]! > 1 || bytes[at + 2]! > 100 * TOLERANCE) return undefined;
  const tolerance = bytes[at + 2]! / 100;
  if (steps < 1 || steps > totalSteps(config)) return undefined;
  at += 3;
  const curves: Curve[] = [];
  while (at < bytes.length) {
    const metric = RECEIPT_METRICS[bytes[at]!];
    if (metric === undefined || at + 9 > bytes.length || curves.some((one) => one.metric === metric)) return undefined;
    const low = view.getFloat32(at + 1);
    const high = view.getFloat32(at + 5);
    const points = stepsFor(metric, config, steps);
    at += 9;
    if (at + points.length > bytes.length || !Number.isFinite(low) || !(high >= low)) return undefined;
    const values = points.map((_, i) => {
      const byte = bytes[at + i]!;
      return byte === NONE ? Number.NaN : low + ((high - low) * byte) / LEVELS;
    });
    // Half a level, and what rounding the ends to float32 may move.
    const rounding = (high - low) / LEVELS / 2 + 1e-6 * Math.max(Math.abs(low), Math.abs(high));
    curves.push({ metric, steps: points, values, rounding });
    at += points.length;
  }
  return { backend: BACKENDS[bytes[1]!] ?? "other", hash, steps, tolerance, curves };
}

/** What a metric's differences are compared with: its range over the sender's run, and at least what is usual for its kind. */
export function sizeOf({ metric, values }: Curve): number {
  const [low, high] = ends(values);
  const share = /accuracy|reward$|valid_frac/.test(metric);
  return share ? 1 : Math.max(high - low, 0.25 * Math.max(Math.abs(low), Math.abs(high)), 0.05);
}

function ends(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? [0, 0] : [Math.fround(Math.min(...finite)), Math.fround(Math.max(...finite))];
}

function level(value: number, low: number, high: number): number {
  if (!Number.isFinite(value)) return NONE;
  if (high === low) return 0;
  return Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * LEVELS);
}

function float32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [0, 1, 2, 3].map((i) => view.getUint8(i));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
