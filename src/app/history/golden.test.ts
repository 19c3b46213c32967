// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { openLab } from "../testLab.ts";
import { openArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";

/* The database as a build of November 2026 left it: a run at rest with tokens and weights, weights alone, and a run that failed. */
const golden = (name: string) => readFileSync(`src/lab/record/golden/${name}`);

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== "object" || value === null) return value;
  const { $file, $float32, $float64 } = value as Record<string, (number | null)[] | string | undefined>;
  const numbers = (list: unknown) => (list as (number | null)[]).map((one) => one ?? Number.NaN);
  if ($file) return new Uint8Array(golden(String($file))).buffer;
  if ($float32) return Float32Array.from(numbers($float32));
  if ($float64) return Float64Array.from(numbers($float64));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decoded(one)]));
}

interface Dump {
  readonly name: string;
  readonly version: number;
  readonly tables: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
}

const dump = JSON.parse(golden("database.json").toString("utf8")) as Dump;

/** Fills the browser's database with the golden one and these records. */
async function restore(...records: object[]): Promise<void> {
  indexedDB.deleteDatabase(dump.name);
  const database = await openDB(dump.name, dump.version, {
    upgrade(fresh) {
      for (const table of Object.keys(dump.tables))
        fresh.createObjectStore(table, table === "records" ? { keyPath: "id" } : undefined);
    },
  });
  for (const [table, rows] of Object.entries(dump.tables)) {
    for (const [key, value] of rows) {
      await (table === "records" ? database.put(table, decoded(value)) : database.put(table, decoded(value), key));
    }
  }
  for (const record of records) await database.put("records", record);
  database.close();
}

async function open(): Promise<RunHistory> {
  const { lab } = openLab("");
  const runs = createHistory(lab, { archive: openArchive(), estimate: async () => undefined });
  await runs.ready;
  return runs;
}

const listed = (runs: RunHistory) => runs.store.getState().records.map(({ id, phase }) => `${id} ${phase}`);

beforeEach(() => sessionStorage.clear());

test("an earlier build's database opens with its runs, curves, tokens and weights", async () => {
  await restore();
  const archive = await openArchive();
  expect((await archive.records()).filter(({ damage }) => damage)).toEqual([]);
  const table = await archive.table("golden1");
  expect([...table.rows().steps]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(table.valueAt("eval/accuracy", 0)).toBeTypeOf("number");
  expect(table.valueAt("loss")).toBeTypeOf("number");
  const tokens = await archive.tokens("golden1");
  expect(tokens!.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  expect(tokens!.watched!.columns).toHaveLength(6);
  expect((await archive.weights("golden1"))!.byteLength).toBe(golden("checkpoint.safetensors").byteLength);
  const runs = await open();
  expect(listed(runs)).toEqual(["golden1 paused", "golden2 weights", "golden3 failed"]);
  const file = JSON.parse(String((await runs.exportRun("golden1"))!.content));
  const written = JSON.parse(golden("pageRun.json").toString("utf8"));
  // Settings that came since stand beside the old ones, at values that change nothing.
  expect({ ...file, config: {} }).toEqual({ ...written, config: {} });
  expect(file.config).toMatchObject(written.config);
  runs.dispose();
});

test("a damaged record is listed as damaged beside all others, and can be removed for good", async () => {
  await restore(
    { id: "hollow" },
    { ...(decoded(dump.tables.records![0]![1]) as object), id: "odd", step: "x", tone: 99 },
  );
  const runs = await open();
  expect(listed(runs)).toEqual(
    expect.arrayContaining(["golden1 paused", "golden2 weights", "golden3 failed", "hollow damaged", "odd damaged"]),
  );
  const { records } = runs.store.getState();
  expect(records.find(({ id }) => id === "odd")).toMatchObject({
    name: "CHORD-µ on sorting",
    damage: 'A stored run\'s step must be a whole number from 0 to 1000000, got "x".',
  });
  // Looking at it, or taking a deletion back, leaves what is stored as it was.
  runs.pin("odd", true);
  runs.remove("odd");
  runs.undo();
  await runs.settled();
  const database = await openDB(dump.name, dump.version);
  expect(await database.get("records", "odd")).toMatchObject({ step: "x", tone: 99, pinned: true });
  database.close();
  runs.remove("hollow");
  // Another deletion ends the time in which the first can be taken back.
  runs.remove("odd");
  await runs.settled();
  runs.dispose();
  const again = await open();
  expect(listed(again)).not.toContain("hollow damaged");
  expect(listed(again)).toContain("golden1 paused");
  again.dispose();
});

test("a run whose curves or tokens are garbage is listed as damaged, with what is left", async () => {
  await restore();
  const database = await openDB(dump.name, dump.version);
  await database.put("columns", { steps: "none" }, "golden3");
  await database.put("tokens", { steps: [{ step: 1, rows: [{}] }] }, "golden1");
  database.close();
  const runs = await open();
  runs.show("golden3", true);
  runs.loadTokens("golden1");
  await expect.poll(() => runs.store.getState().records.filter(({ damage }) => damage)).toHaveLength(2);
  const { records } = runs.store.getState();
  expect(records.find(({ id }) => id === "golden3")).toMatchObject({
    step: 5,
    damage: expect.stringContaining("curves must be columns of numbers"),
  });
  expect(records.find(({ id }) => id === "golden1")).toMatchObject({
    phase: "paused",
    damage: expect.stringContaining("steps[0].rows[0]"),
  });
  runs.dispose();
});
