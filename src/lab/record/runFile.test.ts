import { describe, expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { MetricTable } from "./metricTable.ts";
import { packed, unpacked } from "./packedTokens.ts";
import { readRunFile, writeRunFile } from "./runFile.ts";
import type { RunRecord } from "./runRecord.ts";
import { fromStored, storedTokens, toStored } from "./storedRecord.ts";
import { tokenRecord } from "./testTokens.ts";

const columns = MetricTable.from({
  steps: Float64Array.of(0, 1, 2, 3),
  metrics: {
    loss: Float64Array.of(Number.NaN, 3, 2, 1.5),
    "eval/accuracy": Float64Array.of(0.25, Number.NaN, 0.5, Number.NaN),
  },
});
const created = "2026-05-01T00:00:00.000Z";
const record: RunRecord = {
  id: "a",
  name: "µ peak at 0.9",
  created: Date.parse(created),
  config: {
    ...parseConfig({ task: "countdown", algorithm: "chord-mu", steps: 3, muPeak: 0.9 }),
    interventions: [{ step: 2, key: "lr", value: 0.001 }],
  },
  policy: "tfjs",
  backend: "wasm",
  phase: "finished",
  step: 3,
  final: columns.newest(),
  seconds: 4.5,
  checkpoint: { step: 3, bytes: 100, hash: "00ff" },
  pinned: false,
  tone: 2,
};

describe("a run's file", () => {
  test("comes back as it went: config, interventions, name, time and every number", () => {
    const text = JSON.stringify(writeRunFile(record, columns, created));
    const read = readRunFile(text, 0);
    const { name, config, policy, backend, step, final, seconds } = record;
    expect(read).toMatchObject({ name, config, policy, backend, step, final, seconds, finished: true });
    expect(read.created).toBe(record.created);
    expect(read.table.rows()).toEqual(columns.rows());
  });

  test("keeps its phases, and is finished after the last step of them, in the file and in the archive", () => {
    const config = parseConfig({
      algorithm: "sft",
      steps: 2,
      phases: 2,
      "phase2.algorithm": "grpo",
      "phase2.steps": 4,
    });
    const phased = { ...record, config: { ...config, interventions: [{ step: 3, key: "klCoef", value: 0.1 }] } };
    const read = readRunFile(JSON.stringify(writeRunFile(phased, columns, created)), 0);
    expect(read).toMatchObject({ config: phased.config, finished: false });
    expect(fromStored(toStored(phased), "a").config).toEqual(phased.config);
  });

  test("of a run under way is of the step that its curves have come to", () => {
    const file = writeRunFile({ ...record, phase: "training", step: 7 }, columns, created);
    expect([file.steps, file.series.step!.at(-1), file.parameterHash]).toEqual([3, 3, "00ff"]);
  });

  test("of a run under way says nothing of a later step than its own, whichever of record and curves is ahead", () => {
    const { steps, metrics } = columns.rows();
    const timed = MetricTable.from({ steps, metrics: { ...metrics, seconds: Float64Array.of(0, 1, 2, 3) } });
    const ahead = { ...record, step: 4, final: { loss: 1, "eval/accuracy": 0.9 }, seconds: 40 };
    const behind = { ...record, step: 2, final: { loss: 2, "eval/accuracy": 0.5 }, seconds: 2 };
    const fileOf = (one: RunRecord) => writeRunFile(one, timed, created, tokenRecord(1, 2, 3, 4));
    const [early, late] = [fileOf(ahead), fileOf(behind)];
    expect(early).toMatchObject({ steps: 3, final: { loss: 1.5, "eval/accuracy": 0.5 }, seconds: 3 });
    expect(late).toMatchObject({ steps: 2, final: behind.final, seconds: 2 });
    expect([early, late].map(({ series }) => series.step!.at(-1))).toEqual([3, 2]);
    expect([early, late].map(({ tokens }) => tokens!.at(-1)!.step)).toEqual([3, 2]);
    expect(readRunFile(JSON.stringify(early), 0)).toMatchObject({ step: 3, final: { loss: 1.5 } });
  });

  test("of a run whose curves cannot be read keeps how far it came, and the hash of its parameters", () => {
    const file = writeRunFile({ ...record, damage: "Its curves must be columns." }, new MetricTable(), created);
    expect(file).toMatchObject({ steps: 3, final: record.final, seconds: 4.5, parameterHash: "00ff" });
  });

  test("has the shape of the command line's: columns of one entry per update, and the evaluation before the first in initial", () => {
    const file = writeRunFile(record, columns, created);
    expect(file.series.step).toEqual([1, 2, 3]);
    expect(file.series["eval/accuracy"]).toEqual([null, 0.5, null]);
    expect(file.initial).toEqual({ loss: 3, "eval/accuracy": 0.25 });
    expect(file.parameterHash).toBe("00ff");
    expect(file.config).toMatchObject({ algorithm: "chord-mu", muPeak: 0.9 });
  });

  test("of the command line, without name and time, gets both", () => {
    const { name: _, created: __, ...file } = writeRunFile(record, columns, created);
    expect(readRunFile(JSON.stringify(file), 42)).toMatchObject({ name: "CHORD-µ", created: 42 });
  });

  test("of weights that no setting names says in its name which they were", () => {
    const startedFrom = { file: "mine.safetensors", parameterHash: "00ff" };
    const { name: _, ...file } = writeRunFile(record, columns, created);
    const { name } = readRunFile(JSON.stringify(file), 0);
    expect(readRunFile(JSON.stringify({ ...file, startedFrom }), 0).name).toBe(`${name} from mine.safetensors`);
  });

  test("carries the tokens of its steps and the strip of its demonstrations; a file without any still opens", () => {
    const tokens = tokenRecord(1, 2, 3);
    const read = readRunFile(JSON.stringify(writeRunFile(record, columns, created, tokens)), 0);
    expect(read.tokenRecord).toEqual(tokens);
    // Of demonstrations in several styles each says who wrote it.
    const written = {
      ...tokens,
      steps: tokens.steps.map((one) => ({
        ...one,
        rows: one.rows.map((row) => ({ ...row, writer: "flawed", parts: { right: 0.5 } })),
      })),
    };
    // The archive takes what a file takes.
    expect(storedTokens(packed(written))).toEqual(unpacked(packed(written)));
    expect(storedTokens(packed(written)).steps[0]!.rows[0]).toMatchObject({ writer: "flawed", parts: { right: 0.5 } });
    expect(readRunFile(JSON.stringify(writeRunFile(record, columns, created, written)), 0).tokenRecord).toEqual(
      written,
    );
    const bare = JSON.stringify(writeRunFile(record, columns, created));
    expect(Object.keys(JSON.parse(bare))).not.toContain("tokens");
    expect(readRunFile(bare, 0).tokenRecord).toBeUndefined();
  });

  test("keeps five digits of a token's numbers, enough for its account", () => {
    const [step] = tokenRecord(1).steps;
    const row = { ...step!.rows[0]!, weight: [1 / 3, -2 / 3e6, 0] };
    const text = JSON.stringify(writeRunFile(record, columns, created, { steps: [{ step: 1, rows: [row] }] }));
    expect(readRunFile(text, 0).tokenRecord!.steps[0]!.rows[0]!.weight).toEqual([0.33333, -6.6667e-7, 0]);
  });

  const file = writeRunFile(record, columns, created, tokenRecord(1, 2));
  const rows = file.tokens![0]!.rows;
  const bad: [string, unknown, RegExp][] = [
    ["an empty file", "", /must be JSON, got an empty file/],
    ["a picture", "\u0089PNG", /must be JSON/],
    ["a list", [], /must be a JSON object/],
    ["no config", { ...file, config: undefined }, /config must be a JSON object, got undefined/],
    ["a wrong setting", { ...file, config: { ...file.config, lr: "fast" } }, /Learning rate \(lr\) must be a number/],
    ["an unknown algorithm", { ...file, config: { ...file.config, algorithm: "magic" } }, /Algorithm must be one of/],
    ["steps that fall", { ...file, series: { step: [2, 1] } }, /column step of ascending whole numbers/],
    ["a short column", { ...file, series: { step: [1, 2], loss: [1] } }, /"loss" must hold 2 numbers or nulls, got 1/],
    ["words for numbers", { ...file, final: { loss: "low" } }, /final "loss" must be a number, got "low"/],
    ["tokens that are no list", { ...file, tokens: {} }, /In a run's tokens, tokens must be a list, got/],
    [
      "tokens out of order",
      {
        ...file,
        tokens: [
          { step: 2, rows },
          { step: 1, rows },
        ],
      },
      /ascending steps, got 1/,
    ],
    [
      "a row without numbers",
      { ...file, tokens: [{ step: 1, rows: [{ ...rows[0], logp: [0] }] }] },
      /must be 3 numbers/,
    ],
    [
      "a row of nothing",
      { ...file, tokens: [{ step: 1, rows: [{ ...rows[0], tokens: [] }] }] },
      /at least one token, got 0/,
    ],
    [
      "a view of text",
      { ...file, tokens: [{ step: 1, rows: [{ ...rows[0], views: { phi: "x" } }] }] },
      /must be 3 numbers/,
    ],
    [
      "a column without scores",
      { ...file, watched: { ...file.watched, columns: [{ step: 0, scores: [] }] } },
      /a column must have scores of 1 rows, got 0/,
    ],
    ["a change of a fixed setting", withChange("groupSize"), /may change during a run/],
    ["a change to nonsense", withChange("lr", "fast"), /Learning rate/],
  ];
  for (const [what, content, message] of bad) {
    test(`with ${what} is refused in a sentence`, () => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      expect(() => readRunFile(text, 0)).toThrow(message);
    });
  }

  function withChange(key: string, value: unknown = 4) {
    return { ...file, config: { ...file.config, interventions: [{ step: 1, key, value }] } };
  }
});

test("a record survives being stored, and a setting that came since takes its default", () => {
  expect(fromStored(toStored(record), "a")).toEqual(record);
  const { lr: _, ...config } = toStored(record).config;
  expect(fromStored({ ...toStored(record), config: { ...config, wings: 2 } }, "a").config.optimizer.lr).toBe(1e-4);
});

test("what came after a checkpoint is dropped before a run goes on from it", () => {
  expect([...columns.upTo(2).rows().steps]).toEqual([0, 1, 2]);
  expect([...columns.upTo(2).rows().metrics.loss!]).toEqual([Number.NaN, 3, 2]);
  expect(columns.upTo(9).rows()).toEqual(columns.rows());
});
