import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openPolicy } from "../policy/open.ts";
import { wasmPaths } from "../policy/tfjs/testWasmPaths.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { parameterHash } from "../train/parameterHash.ts";
import { Run } from "../train/run.ts";
import { readRecording, recordingFile } from "./recording.ts";
import { readRunFile, runResult, writeRunFile } from "./runFile.ts";
import type { RunRecord } from "./runRecord.ts";
import { whatHappened } from "./whatHappened.ts";

/* Files that builds of November 2026 wrote, and a recording of them; they must open as long as there is a laboratory. */
const read = (name: string) => readFileSync(new URL(`./golden/${name}`, import.meta.url));
const text = (name: string) => read(name).toString("utf8");

test("a run file of the command line opens with every number, and is written again as it was", () => {
  const file = JSON.parse(text("cliRun.json"));
  const run = readRunFile(text("cliRun.json"), 7);
  expect(run).toMatchObject({ name: "CHORD-µ", created: 7, policy: "tfjs", backend: "wasm", step: 8, finished: true });
  expect(run.table.column("eval/accuracy")!.values[0]).toBe(file.initial["eval/accuracy"]);
  const { parameterHash: hash, final } = file;
  const again = runResult(run.config, run.table, { ...run, final, parameterHash: hash });
  const { link: _, checkpoint: __, ...rest } = file;
  // Settings that came since stand beside the old ones, at values that change nothing.
  expect({ ...again, config: {} }).toEqual({ ...rest, config: {} });
  expect(again.config).toMatchObject(rest.config);
  expect(Object.keys(again.series)).toEqual(Object.keys(file.series));
});

test("a run file of the page opens with its tokens, its name and its interventions, and is written again as it was", () => {
  const file = JSON.parse(text("pageRun.json"));
  const run = readRunFile(text("pageRun.json"), 0);
  expect(run).toMatchObject({ name: "CHORD-µ on sorting", step: 5, finished: false, seconds: 1.25 });
  expect(run.config.interventions).toEqual([{ step: 1, key: "lr", value: 0.002 }]);
  expect(run.tokenRecord!.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  expect(run.tokenRecord!.watched!.columns).toHaveLength(6);
  const { parameterHash: hash } = file;
  const record = { ...run, id: "a", phase: "paused", pinned: false, tone: 1, checkpoint: { step: 5, bytes: 1, hash } };
  const again = writeRunFile(record as RunRecord, run.table, file.created, run.tokenRecord);
  const written = JSON.parse(JSON.stringify(again));
  expect({ ...written, config: {} }).toEqual({ ...file, config: {} });
  expect(written.config).toMatchObject(file.config);
});

test("a recording of format 1 opens, and is the same recording in today's format", () => {
  const old = JSON.parse(text("recording.json"));
  const recording = readRecording(old);
  expect(recording.table.length).toBe(old.rows.length);
  for (const { step, values } of old.rows) {
    for (const [metric, value] of Object.entries(values)) {
      const column = recording.table.column(metric as "loss")!;
      expect(column.values[column.steps.indexOf(step)], `${metric} at ${step}`).toBe(value);
    }
  }
  const { preset, command, tokens, samples, config, table, policy, backend, seconds } = recording;
  expect({ preset, command, tokens, samples }).toEqual({
    preset: old.preset,
    command: old.command,
    tokens: old.tokens,
    samples: old.samples,
  });
  const made = { policy, backend, seconds, step: table.step, parameterHash: recording.parameterHash };
  const file = recordingFile(config, table, made, { preset, command, tokens, samples });
  const again = readRecording(JSON.parse(JSON.stringify(file)));
  expect({ ...again, table: again.table.rows().steps }).toEqual({ ...recording, table: table.rows().steps });
  for (const metric of table.metrics) expect(again.table.rows().metrics[metric]).toEqual(table.rows().metrics[metric]);
  expect(whatHappened(again.table)).toBe(whatHappened(table));
});

test("a checkpoint goes on to the weights that the build which wrote it came to", async () => {
  const { policy: state, progress } = readCheckpoint(new Uint8Array(read("checkpoint.safetensors")));
  expect(parameterHash(state.weights)).toBe("8a66a80b3e2bad43");
  // The build of that time computed on tfjs.
  const { policy } = await openPolicy(state, { policy: "tfjs", backend: "wasm", wasmPaths });
  try {
    await policy.import(state);
    const run = Run.resume(policy, progress);
    for await (const _ of run.events());
    expect(parameterHash((await policy.export()).weights)).toBe("19f4ff6383015101");
  } finally {
    policy.dispose();
  }
});
