import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createDraftStore, readLink } from "../draftStore.ts";
import { recordedOf } from "./readRecorded.ts";
import { createRecordingStore, RECORDED, recordedFor } from "./recordingStore.ts";

const fileOf = (preset: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../public/studies/${preset}.json`, import.meta.url), "utf8"));
const draftOf = (hash: string) => createDraftStore(readLink(hash)).getState();

test("every shipped recording is of its preset as it is today, and small", () => {
  for (const preset of RECORDED) {
    const { recording, of, run, sentence } = recordedOf(fileOf(preset));
    expect(
      recordedFor(
        { recorded: { recording, of, run, sentence, config: run.config }, settled: true },
        draftOf(`#preset=${preset}`),
      ),
    ).toBeDefined();
    expect(run.series.step).toBe(run.config.optimizer.steps);
    expect(run.series.column("eval/accuracy")).toBeDefined();
    expect(run.tokens!.rows.length).toBeGreaterThan(3);
    expect(sentence).toMatch(/^In \d+ steps, .+\.$/);
    expect(JSON.stringify(recording).length).toBeLessThan(250_000);
    expect(recording.command).toContain(`record ${preset}`);
  }
});

test("a recording stands in for its own experiment only", () => {
  const recorded = recordedOf(fileOf(RECORDED[0]!));
  const shown = { recorded, settled: true };
  expect(recordedFor(shown, draftOf(""))).toBe(recorded);
  expect(recordedFor(shown, draftOf("#preset=never-tried.chord-mu&lr=0.0002"))).toBeUndefined();
  expect(recordedFor(shown, draftOf("#preset=never-tried.chord-mu&at=3:lr:0.001"))).toBeUndefined();
});

test("tokens of another recorded step can be looked at", () => {
  const store = createRecordingStore();
  store.setState({ recorded: recordedOf(fileOf(RECORDED[0]!)) });
  store.lookAt(1);
  expect(store.getState().recorded!.run.tokens!.step).toBe(1);
  store.lookAt(50);
  expect(store.getState().recorded!.run.tokens!.step).toBe(45);
});

test("a page without its recording is settled all the same", async () => {
  const missing = createRecordingStore(async () => {
    throw new Error("404");
  });
  await missing.load(RECORDED[0]!);
  expect(missing.getState()).toEqual({ recorded: undefined, settled: true });
  const other = createRecordingStore(async () => ({ format: 7 }));
  await other.load(RECORDED[0]!);
  expect(other.getState().recorded).toBeUndefined();
  await other.load("grpo-parity");
  expect(other.getState().settled).toBe(true);
});
