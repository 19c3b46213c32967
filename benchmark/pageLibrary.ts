import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { FlatConfig } from "../src/lab/experiment/config.ts";
import { parseConfig } from "../src/lab/experiment/config.ts";
import { randomWeights } from "../src/lab/policy/init.ts";
import { freshState } from "../src/lab/policy/policy.ts";
import { SIZES } from "../src/lab/policy/shape.ts";
import { readRecording } from "../src/lab/record/recording.ts";
import { MAX_OVERLAY, type RunRecord, type RunTone } from "../src/lab/record/runRecord.ts";
import { type StoredRecord, toStored } from "../src/lab/record/storedRecord.ts";
import { checkpointBytes } from "../src/lab/train/checkpoint.ts";

/** Runs that somebody made over months, as the browser's database has them. */
export interface Library {
  readonly records: readonly StoredRecord[];
  readonly metrics: readonly string[];
  /** The runs that lie over the charts: the newest ones, and the long ones. */
  readonly shown: readonly string[];
  /** Base64; of the run that can be resumed. */
  readonly checkpoint: string;
}

const RUNS = 100;
/** As many as a run may make. */
export const LONG = 10_000;
/** Far into a long run, and far enough from its end to be watched. */
export const LATE = 8000;
export const RESUMED = "to be resumed";

/** A hundred runs, eight of them long and over the charts, and one that waits at step {@link LATE} to go on. */
export function libraryOf(settings: FlatConfig, root: string): Library {
  const long = parseConfig({ ...settings, steps: LONG });
  const start = freshState(SIZES.nano, randomWeights(SIZES.nano, 1));
  const bytes = checkpointBytes({
    policy: { ...start, snapshots: { start: start.weights, reference: start.weights } },
    progress: { config: long, step: LATE, tokens: 100 * LATE, batches: undefined },
  });
  const records = Array.from({ length: RUNS }, (_, n): RunRecord => {
    const waits = n === MAX_OVERLAY;
    const config = n <= MAX_OVERLAY ? long : parseConfig({ ...settings, steps: 100 + n, seed: n });
    const step = waits ? LATE : config.optimizer.steps;
    return {
      id: `kept-${n}`,
      name: waits ? RESUMED : `CHORD-µ ${n + 1}`,
      created: 1.7e12 - n * 3.6e6,
      config,
      policy: "tfjs",
      backend: "wasm",
      phase: waits ? "paused" : "finished",
      step,
      final: { "eval/accuracy": (n % 97) / 97, "eval/entropy": 1 / (n + 1) },
      seconds: step / 40,
      pinned: false,
      tone: ((n % MAX_OVERLAY) + 1) as RunTone,
      ...(waits && { checkpoint: { step, bytes: bytes.byteLength, hash: "0".repeat(16) } }),
    };
  });
  return {
    records: records.map(toStored),
    metrics: metricNames(root),
    shown: records.slice(0, MAX_OVERLAY).map(({ id }) => id),
    checkpoint: Buffer.from(bytes).toString("base64"),
  };
}

/** What a real run measures. */
function metricNames(root: string): readonly string[] {
  const file = readFileSync(join(root, "public", "studies", "chord-mu-countdown.json"), "utf8");
  return readRecording(JSON.parse(file)).table.metrics;
}

/** Puts the library into the database of a page that has made it, and in view from its next load on. */
export async function keepLibrary(page: Page, library: Library): Promise<void> {
  await page.evaluate(async ({ records, metrics, shown, checkpoint }) => {
    const finished = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await finished(indexedDB.open("policy-lab"));
    const writing = database.transaction(["records", "columns", "weights"], "readwrite");
    for (const [n, record] of records.entries()) {
      const steps = Float64Array.from({ length: record.step }, (_, i) => i + 1);
      const wave = (metric: number) => (step: number) =>
        0.5 +
        0.3 * Math.sin(step / (400 + 40 * metric)) +
        0.1 * Math.sin(step * (2 + n)) +
        (step % 997 === 0 ? 0.1 : 0);
      const column = (name: string, metric: number) =>
        name === "num_tokens"
          ? steps.map((step) => 100 * step)
          : name.startsWith("eval/")
            ? steps.map((step) => (step % 50 === 0 ? wave(metric)(step) : Number.NaN))
            : steps.map(wave(metric));
      const columns = Object.fromEntries(metrics.map((name, metric) => [name, column(name, metric)]));
      writing.objectStore("records").put(record);
      writing.objectStore("columns").put({ steps, metrics: columns }, record.id);
      if (record.checkpoint) {
        const bytes = Uint8Array.from(atob(checkpoint), (letter) => letter.charCodeAt(0));
        writing.objectStore("weights").put(bytes.buffer, record.id);
      }
    }
    await new Promise((resolve, reject) => {
      writing.oncomplete = resolve;
      writing.onabort = () => reject(writing.error);
    });
    database.close();
    sessionStorage.setItem("policy-lab.runs-in-view", JSON.stringify({ shown }));
  }, library);
}
