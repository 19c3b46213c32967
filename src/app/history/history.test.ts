// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { demandOf, excessOf } from "../../lab/experiment/demand.ts";
import { checksum } from "../../lab/train/checksum.ts";
import type { Command, LabEvent } from "../../lab/worker/protocol.ts";
import type { ConvertQuestion } from "../../lab/worker/questions.ts";
import { openLab, stateOf, type TestLab } from "../testLab.ts";
import { UNDO_MS } from "../undo.ts";
import { type Archive, memoryArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";

const SHORT = "#v=1&preset=chord-mu-countdown&seed=1&steps=10";
let bench: TestLab;
let archive: Archive;
let runs: RunHistory;

async function page(hash = SHORT): Promise<void> {
  bench = openLab(hash);
  runs = createHistory(bench.lab, { archive: Promise.resolve(archive), estimate: async () => undefined });
  await runs.ready;
}

const metrics = (runId: string, step: number, values: Record<string, number>): LabEvent => ({
  type: "metrics",
  runId,
  rows: [{ step, values }],
});
const checkpoint = (runId: string, step: number, hash = `hash-${step}`): LabEvent => ({
  type: "checkpoint",
  runId,
  step,
  bytes: new Uint8Array([step]).buffer,
  hash,
  sum: checksum(new Uint8Array([step])),
});

/** The worker trains a run from where it is to `step`, and answers what it is asked. */
async function train(
  runId: string,
  step: number,
  phase: "training" | "paused" | "finished" = "finished",
): Promise<void> {
  bench.worker.emit(
    stateOf("ready", 0, runId),
    metrics(runId, 0, { "eval/accuracy": 0.1 }),
    stateOf("training", 0, runId),
  );
  for (let at = 1; at <= step; at++) bench.worker.emit(metrics(runId, at, { loss: 1 / at }));
  bench.worker.emit(metrics(runId, step, { "eval/accuracy": step / 100 }), stateOf("training", step, runId));
  if (phase !== "training") bench.worker.emit(stateOf(phase, step, runId));
  if (bench.worker.commands.some((command) => command.type === "checkpoint" && command.runId === runId)) {
    bench.worker.emit(checkpoint(runId, step));
  }
  await vi.advanceTimersByTimeAsync(200);
  await runs.settled();
}

const take = (name: string, bytes: ArrayBuffer) => runs.importFiles([{ name, arrayBuffer: async () => bytes }]);

const opened = () =>
  bench.worker.commands.filter((command) => command.type === "open") as Extract<Command, { type: "open" }>[];
const records = () => runs.store.getState().records;
const texts = () => bench.lab.notices.getState().map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  archive = memoryArchive();
});
afterEach(() => {
  runs.dispose();
  bench.lab.dispose();
  vi.useRealTimers();
});

test("a run that only waits is not kept; with its first update it is, and with its end its weights", async () => {
  await page();
  bench.lab.prepare();
  bench.worker.emit(stateOf("ready", 0), metrics("run-1", 0, { "eval/accuracy": 0.1 }));
  expect(records()).toEqual([]);
  bench.lab.train();
  await train("run-1", 10);
  expect(records()).toHaveLength(1);
  expect(records()[0]).toMatchObject({
    name: "CHORD-µ",
    phase: "finished",
    step: 10,
    tone: 1,
    final: { loss: 0.1, "eval/accuracy": 0.1 },
    checkpoint: { step: 10, bytes: 1, hash: "hash-10" },
  });
  const { id } = records()[0]!;
  expect([...(await archive.table(id)).rows().steps]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Uint8Array((await archive.weights(id))!)).toEqual(new Uint8Array([10]));
  expect(runs.store.getState().shown).toEqual([id]);
});

test("after a reload the runs and what was in view are there", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const { id } = records()[0]!;
  runs.rename(id, "  Mine ");
  runs.pin(id, true);
  await runs.settled();
  runs.dispose();
  await page();
  expect(records()).toMatchObject([{ id, name: "Mine", pinned: true, step: 10 }]);
  expect(runs.store.getState().shown).toEqual([id]);
  expect(runs.seriesOf(id)!.valueAt("loss")).toBeCloseTo(0.1);
});

test("a run that was cut off goes on from its checkpoint as the same run", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 6, "paused");
  runs.dispose();
  bench.lab.dispose();
  await page();
  const { id } = records()[0]!;
  expect(records()[0]!.phase).toBe("paused");
  runs.resume(id);
  await vi.advanceTimersByTimeAsync(10);
  expect(new Uint8Array(opened()[0]!.checkpoint!)).toEqual(new Uint8Array([6]));
  bench.worker.emit(stateOf("ready", 6));
  expect(bench.worker.commands.at(-1)).toEqual({ type: "train", runId: "run-1" });
  bench.worker.emit(stateOf("training", 6), metrics("run-1", 7, { loss: 0.5 }), stateOf("finished", 10));
  await vi.advanceTimersByTimeAsync(200);
  expect(records()).toMatchObject([{ id, phase: "finished", step: 10 }]);
  expect(runs.seriesOf(id)!.length).toBe(8);
});

test("the run that gives way to another is stopped, and its weights are kept first", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "training");
  bench.lab.change({ algorithm: "sft" });
  bench.lab.train();
  expect(texts().at(-1)).toContain("Press again to stop it there");
  bench.lab.train();
  const order = bench.worker.commands.map(({ type }) => type);
  expect(order.slice(-2)).toEqual(["checkpoint", "open"]);
  bench.worker.emit(metrics("run-1", 5, { loss: 9 }), checkpoint("run-1", 5));
  await train("run-2", 3, "paused");
  const [second, first] = records();
  expect(first).toMatchObject({ name: "CHORD-µ", phase: "stopped", checkpoint: { step: 5 }, final: { loss: 9 } });
  expect(second).toMatchObject({ name: "SFT", phase: "paused", tone: 2 });
});

test("five seeds are trained in turn under one entry, and the draft comes back", async () => {
  await page();
  const { config } = bench.lab.draft.getState();
  runs.trainSeeds(3);
  for (const [turn, seed] of [1, 2, 3].entries()) {
    const command = opened()[turn]!;
    expect(command.config.start.seed).toBe(seed);
    expect(runs.store.getState().plan).toEqual({ what: "CHORD-µ, 3 seeds", done: turn, of: 3 });
    await train(command.runId, 10);
  }
  const { entries, plan } = runs.store.getState();
  expect(plan).toBeUndefined();
  expect(opened()).toHaveLength(3);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ name: "CHORD-µ, 3 seeds", seeds: true });
  expect(entries[0]!.runs.map((run) => run.config.start.seed)).toEqual([1, 2, 3]);
  expect(new Set(entries[0]!.runs.map(({ tone }) => tone)).size).toBe(1);
  expect(bench.lab.draft.getState().config).toEqual(config);
});

test("a race trains each algorithm from the same start, seed and data, each in its own colour", async () => {
  await page();
  runs.race(["sft", "grpo"]);
  await train("run-1", 10);
  await train("run-2", 10);
  expect(opened().map(({ config }) => [config.algorithm, config.start.seed, config.task])).toEqual([
    ["sft", 1, "countdown"],
    ["grpo", 1, "countdown"],
  ]);
  expect(records().map(({ name, tone }) => [name, tone])).toEqual([
    ["GRPO", 2],
    ["SFT", 1],
  ]);
});

test("a plan whose rows or model are gone opens nothing and says what is missing", async () => {
  await page("#v=1&task=sort.00112233445566aa&algorithm=sft&steps=10");
  runs.trainSeeds(3);
  await vi.advanceTimersByTimeAsync(100);
  expect(texts().join()).toContain("cannot go on: its model is not in this browser");
  expect(bench.worker?.commands ?? []).toEqual([]);
  expect(runs.store.getState().plan).toBeUndefined();
});

test("a plan waits for a model that is on its way", async () => {
  await page("#v=1&task=sort.00112233445566aa&algorithm=sft&steps=10");
  let arrive: () => void = () => undefined;
  const sent = { hash: "00112233445566aa", name: "mine", files: [] };
  bench.lab.models.load = () =>
    new Promise((resolve) => {
      arrive = () => {
        bench.lab.models.sent = () => sent;
        resolve(true);
      };
    });
  runs.trainSeeds(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(bench.worker).toBeUndefined();
  arrive();
  await vi.advanceTimersByTimeAsync(100);
  expect(opened().map(({ models }) => models)).toEqual([[sent]]);
  expect(runs.store.getState().plan).toMatchObject({ done: 0, of: 2 });
});

test("stopping one run of a plan leaves out the rest, and says so", async () => {
  await page();
  runs.trainSeeds(4);
  await train("run-1", 4, "training");
  bench.worker.emit(stateOf("stopped", 4));
  await vi.advanceTimersByTimeAsync(100);
  expect(opened()).toHaveLength(1);
  expect(texts().join()).toContain("3 of 4 planned runs were left out");
});

test("deleting can be undone for ten seconds and not after", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const { id } = records()[0]!;
  runs.remove(id);
  expect(records()).toEqual([]);
  expect(runs.store.getState().undo!.text).toBe("“CHORD-µ” deleted.");
  await vi.advanceTimersByTimeAsync(UNDO_MS - 100);
  runs.undo();
  await runs.settled();
  expect(records()).toHaveLength(1);
  expect((await archive.table(id)).rows().steps).toHaveLength(11);
  runs.remove(id);
  await vi.advanceTimersByTimeAsync(UNDO_MS + 100);
  await runs.settled();
  expect(runs.store.getState().undo).toBeUndefined();
  expect(await archive.records()).toEqual([]);
  expect(await archive.weights(id)).toBeUndefined();
});

test("a page that is closed before the time of regret is over finishes the deletion at the next visit", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  runs.remove(records()[0]!.id);
  await runs.settled();
  runs.dispose();
  await page();
  expect(records()).toEqual([]);
  expect(await archive.records()).toEqual([]);
});

test("a worker that dies is replaced once by itself; the run goes on from its last checkpoint", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "paused");
  bench.lab.train();
  const made = { policy: "wgsl", backend: "webgpu", device: "a GPU", reason: "", parameters: 1 } as const;
  bench.worker.emit({ type: "backend", runId: "run-1", ...made });
  bench.worker.emit(stateOf("training", 4), metrics("run-1", 5, { loss: 0.2 }), stateOf("training", 5));
  const first = bench.worker;
  first.crash("out of memory");
  await vi.advanceTimersByTimeAsync(10);
  expect(bench.worker).not.toBe(first);
  expect(new Uint8Array(opened()[0]!.checkpoint!)).toEqual(new Uint8Array([4]));
  // What trained until now need not pass a test again.
  expect(opened()[0]!.tested).toBe("a GPU");
  expect(bench.lab.run.getState().run!.series.step).toBe(4);
  expect(texts().join()).toMatch(
    /lost its device at step 5 and goes on from its checkpoint of step 4: .*out of memory/,
  );
  expect(records()).toHaveLength(1);

  bench.worker.emit(stateOf("ready", 4, "run-2"), stateOf("training", 5, "run-2"));
  const lost = { phase: "failed", step: 5, message: "the GPU was lost", lost: true } as const;
  bench.worker.emit({ type: "state", runId: "run-2", state: lost });
  await vi.advanceTimersByTimeAsync(10);
  expect(runs.store.getState().recovery!.text).toMatch(/again: the GPU was lost.* on the processor/);
  runs.answerRecovery(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(opened()[0]).toMatchObject({ runId: "run-3", policy: "auto", backend: "wasm" });
  expect(opened()[0]).not.toHaveProperty("tested");
  expect(bench.lab.draft.getState().compute).toEqual({ policy: "auto", backend: "wasm" });
  expect(records()).toHaveLength(1);
});

test("a run that stops because memory was refused twice keeps its last checkpoint, and nothing else is tried", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "paused");
  bench.lab.train();
  const { worker } = bench;
  const message = "Activations of 640 tokens must find 2.4 MiB of memory, got none at the second attempt";
  worker.emit(stateOf("training", 4), metrics("run-1", 5, { loss: 0.2 }), stateOf("training", 5));
  worker.emit({ type: "state", runId: "run-1", state: { phase: "failed", step: 5, message } });
  await vi.advanceTimersByTimeAsync(10);
  await runs.settled();
  expect(bench.worker).toBe(worker);
  expect(runs.store.getState().recovery).toBeUndefined();
  expect(bench.lab.run.getState().run!.state).toMatchObject({ phase: "failed", message });
  const [record] = records();
  expect(record!.checkpoint).toMatchObject({ step: 4, hash: "hash-4" });
  expect(new Uint8Array((await archive.weights(record!.id))!)).toEqual(new Uint8Array([4]));
});

test("a run on the processor that loses its worker twice goes on with the very kernels that it had", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "paused");
  bench.lab.train();
  const made = { policy: "simd-fused", backend: "wasm", device: "", reason: "", parameters: 1 } as const;
  bench.worker.emit({ type: "backend", runId: "run-1", ...made }, stateOf("training", 5));
  bench.worker.crash("out of memory");
  await vi.advanceTimersByTimeAsync(10);
  bench.worker.emit({ type: "backend", runId: "run-2", ...made });
  bench.worker.emit(stateOf("ready", 4, "run-2"), stateOf("training", 5, "run-2"));
  bench.worker.crash("out of memory");
  await vi.advanceTimersByTimeAsync(10);
  runs.answerRecovery(true);
  await vi.advanceTimersByTimeAsync(10);
  const which = { policy: "auto", backend: "wasm", replays: "simd-fused/wasm" };
  expect(opened()[0]).toMatchObject({ runId: "run-3", ...which });
});

test("a device that cannot be had again within ten seconds is not tried twice: the processor is offered", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "paused");
  bench.lab.train();
  const lost = { phase: "failed", step: 5, message: "the GPU was lost", lost: true } as const;
  bench.worker.emit(stateOf("training", 5), { type: "state", runId: "run-1", state: lost });
  await vi.advanceTimersByTimeAsync(10);
  const gone = { ...lost, step: 0, message: "no GPU adapter came back within 10 seconds" } as const;
  bench.worker.emit({ type: "state", runId: "run-2", state: gone });
  await vi.advanceTimersByTimeAsync(10);
  expect(opened()).toHaveLength(1);
  expect(runs.store.getState().recovery!.text).toContain("no GPU adapter came back within 10 seconds");
  runs.answerRecovery(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(opened()[0]).toMatchObject({ runId: "run-3", policy: "auto", backend: "wasm" });
  expect(new Uint8Array(opened()[0]!.checkpoint!)).toEqual(new Uint8Array([4]));
});

test("in a plan the processor takes over by itself, and three losses more are no storm of workers", async () => {
  await page();
  runs.trainSeeds(2);
  await train("run-1", 4, "training");
  let workers = 0;
  for (let loss = 1; loss <= 6; loss++) {
    const before = bench.worker;
    bench.worker.emit(stateOf("ready", 0, `run-${loss}`), stateOf("training", 4, `run-${loss}`));
    const lost = { phase: "failed", step: 4, message: "the GPU was lost", lost: true } as const;
    bench.worker.emit({ type: "state", runId: `run-${loss}`, state: lost });
    await vi.advanceTimersByTimeAsync(10);
    if (bench.worker !== before) workers++;
    if (loss === 2) expect(opened()[0]).toMatchObject({ policy: "auto", backend: "wasm" });
  }
  expect(workers).toBe(3);
  expect(runs.store.getState().recovery).toBeDefined();
  expect(opened().at(-1)!.config.start.seed).toBe(1);
  // A run that is given up is one that failed: the plan takes the next.
  runs.answerRecovery(false);
  await vi.advanceTimersByTimeAsync(10);
  expect(opened().at(-1)!.config.start.seed).toBe(2);
});

test("a worker that dies in a plan is replaced, and the plan goes on with the same run, then with the next", async () => {
  await page();
  runs.trainSeeds(2);
  await train("run-1", 4, "training");
  bench.worker.crash("out of memory");
  await vi.advanceTimersByTimeAsync(10);
  expect(opened().map(({ config }) => config.start.seed)).toEqual([1]);
  expect(runs.store.getState().plan).toMatchObject({ done: 0, of: 2 });
  await train("run-2", 10);
  expect(opened().map(({ config }) => config.start.seed)).toEqual([1, 2]);
});

test("the processor takes over for a lost run only after a question where another run trains", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "paused");
  const { id } = records()[0]!;
  bench.lab.change({ seed: 2 });
  bench.lab.train();
  await train("run-2", 2, "training");
  runs.store.setState({ recovery: { id, text: "" } });
  runs.answerRecovery(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(texts().join()).toContain("Press again to stop it there");
  expect(opened()).toHaveLength(2);
  runs.answerRecovery(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(opened()).toHaveLength(1);
  expect(opened()[0]).toMatchObject({ policy: "auto", backend: "wasm" });
});

test("a run starts from another's weights and remembers whose", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const { id } = records()[0]!;
  await runs.startFrom(id);
  bench.lab.train();
  expect(new Uint8Array(opened()[1]!.weights!)).toEqual(new Uint8Array([10]));
  await train("run-2", 2, "paused");
  expect(records()[0]!.parent).toEqual({ id, name: "CHORD-µ", step: 10 });
  await runs.startFrom(undefined);
  bench.lab.train();
  expect(opened()[2]!.weights).toBeUndefined();
});

test("a run's file goes out and comes back as a run of its own", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const { id } = records()[0]!;
  runs.rename(id, "µ / 0.5");
  const file = (await runs.exportRun(id))!;
  expect(file.name).toBe("µ-0.5.json");
  const bytes = new TextEncoder().encode(String(file.content)).buffer as ArrayBuffer;
  expect(await take(file.name, bytes)).toEqual(["µ / 0.5 2"]);
  await runs.settled();
  const copy = records().find((record) => record.id !== id)!;
  const { config, final, step, seconds } = records().find((record) => record.id === id)!;
  expect(copy).toMatchObject({ config, final, step, seconds, phase: "finished" });
  expect((await archive.table(copy.id)).rows()).toEqual((await archive.table(id)).rows());
});

/** A page that was lost at step 6 of a run, whose newest checkpoint was taken on the way to `step`. */
async function cutOffAt(step: number): Promise<string> {
  await page();
  bench.lab.train();
  await train("run-1", step, "training");
  bench.worker.emit(checkpoint("run-1", step, ""), metrics("run-1", 6, { loss: 0.2 }), stateOf("training", 6));
  await vi.advanceTimersByTimeAsync(6000);
  bench.worker.emit(metrics("run-1", 6, { loss: 0.2 }), stateOf("training", 6));
  await runs.settled();
  runs.dispose();
  bench.lab.dispose();
  await page();
  return records()[0]!.id;
}

test("a run that was cut off at a checkpoint without a hash is given one when it comes to rest, before its next step too", async () => {
  await cutOffAt(6);
  runs.answerGoOn(true);
  await vi.advanceTimersByTimeAsync(10);
  bench.worker.emit(stateOf("ready", 6), stateOf("training", 6), stateOf("paused", 6));
  expect(bench.worker.commands.at(-1)).toEqual({ type: "checkpoint", runId: "run-1" });
});

test("the file of a run that was cut off has the hash of its weights, or none where they are not those of its last step", async () => {
  const exported = async (of: string) => {
    const exporting = runs.exportRun(of);
    await vi.advanceTimersByTimeAsync(10);
    if (bench.worker?.questions.length)
      bench.worker.answer("convert", { bytes: new ArrayBuffer(1), parameters: 1, hash: "00ff" });
    return JSON.parse(String((await exporting)!.content));
  };
  expect(await exported(await cutOffAt(6))).toMatchObject({ steps: 6, parameterHash: "00ff" });
  runs.dispose();
  bench.lab.dispose();
  archive = memoryArchive();
  const file = await exported(await cutOffAt(4));
  expect(file.steps).toBe(6);
  expect(file).not.toHaveProperty("parameterHash");
});

test("tokens from a file that names no experiment come in as tokens alone, and the name of a file as one line of text", async () => {
  await page();
  const line = { step: 1, response_tokens: ["a"], logprobs: [-1], entropies: [1], weights: [1] };
  const bytes = new TextEncoder().encode(JSON.stringify(line)).buffer as ArrayBuffer;
  await take("\u202egnp.\u200bexe\n of mine.jsonl", bytes);
  await runs.settled();
  expect(records()[0]).toMatchObject({ name: "gnp.exe of mine", phase: "tokens", step: 1 });
});

test("weights go out through the worker, and come in only when it can read them", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const exporting = runs.exportWeights(records()[0]!.id);
  await vi.advanceTimersByTimeAsync(10);
  const asked = bench.worker.questions.at(-1) as ConvertQuestion;
  expect(new Uint8Array(asked.bytes)).toEqual(new Uint8Array([10]));
  const bytes = new Uint8Array([7, 7]).buffer;
  bench.worker.answer("convert", { bytes, parameters: 2, hash: "00ff" });
  expect(await exporting).toMatchObject({ name: "CHORD-µ.safetensors", content: bytes });

  const importing = take("mine.safetensors", bytes);
  await vi.advanceTimersByTimeAsync(10);
  bench.worker.answer("convert", { bytes, parameters: 2, hash: "00ff" });
  await vi.advanceTimersByTimeAsync(10);
  expect(await importing).toEqual(["mine"]);
  expect(records()[0]).toMatchObject({ phase: "weights", checkpoint: { bytes: 2, hash: "00ff" } });
});

test("a bad file is a sentence, and nothing is lost", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const text = (words: string) => new TextEncoder().encode(words).buffer as ArrayBuffer;
  expect(await take("half.json", text('{"config": '))).toEqual([]);
  expect(texts().at(-1)).toMatch(/^half\.json: A run's file must be JSON/);
  const reading = take("photo.png", text("PNG"));
  await vi.advanceTimersByTimeAsync(10);
  bench.worker.refuse("convert", "No header.");
  expect(await reading).toEqual([]);
  expect(texts()).toEqual(["photo.png could not be read as a run or as weights: No header."]);
  for (const name of ["empty.safetensors", "empty.json", "empty"]) {
    expect(await take(name, new ArrayBuffer(0))).toEqual([]);
    expect(texts()).toEqual([`A file must hold a run or weights, got ${name}, which is empty.`]);
  }
  expect(records()).toHaveLength(1);
});

test("what was wrong with a file goes with the next good one; of several files each bad one is said", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 10);
  const { name, content } = (await runs.exportRun(records()[0]!.id))!;
  const good = { name, arrayBuffer: async () => new TextEncoder().encode(String(content)).buffer as ArrayBuffer };
  const bad = { name: "bad.json", arrayBuffer: async () => new TextEncoder().encode("{").buffer as ArrayBuffer };
  const gone = { name: "gone.json", arrayBuffer: () => Promise.reject(new DOMException("It was moved.")) };
  expect(await runs.importFiles([bad, good, gone])).toEqual(["CHORD-µ 2"]);
  expect(texts()).toEqual([
    expect.stringMatching(/^bad\.json: A run's file must be JSON/),
    "gone.json could not be read: It was moved.",
  ]);
  expect(await runs.importFiles([good])).toEqual(["CHORD-µ 3"]);
  expect(texts()).toEqual([]);
});

test("seeds and a race ask before they stop a run under way", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 4, "training");
  runs.trainSeeds(3);
  expect(opened()).toHaveLength(1);
  expect(texts().join()).toMatch(/is training, at step 4 of 10: nothing was started/);
  runs.race(["sft", "grpo"]);
  expect(opened()).toHaveLength(1);
  runs.race(["sft", "grpo"]);
  expect(opened().map(({ config }) => config.algorithm)).toEqual(["chord-mu", "sft"]);
  expect(texts()).toEqual([]);
});

test("runs that together take many hours are asked about before the first of them starts", async () => {
  await page();
  // Two and a half hours each: none is asked about alone.
  bench.lab.change({ steps: 9000, prompts: 32, groupSize: 8 });
  const demand = demandOf(bench.lab.draft.getState().config);
  expect(excessOf(bench.lab.draft.getState().config)).toBeUndefined();
  expect(2 * demand.seconds).toBeGreaterThan(5 * 3600);
  runs.trainSeeds(5);
  expect(bench.worker).toBeUndefined();
  expect(texts().join()).toMatch(/^These 5 runs take \d+\.\d hours .*: nothing was started, press again/);
  runs.trainSeeds(3);
  expect(bench.worker).toBeUndefined();
  runs.trainSeeds(3);
  expect(opened()).toHaveLength(1);
});

test("at most eight lie over one another; a ninth that trains takes the place of the first that is not pinned", async () => {
  await page();
  for (let n = 1; n <= 9; n++) {
    bench.lab.change({ seed: n });
    bench.lab.train();
    await train(`run-${n}`, 2, "paused");
    if (n === 1) runs.pin(records()[0]!.id, true);
  }
  const { shown, entries } = runs.store.getState();
  expect(shown).toHaveLength(8);
  const inView = entries.filter(({ id }) => shown.includes(id));
  expect(inView.map(({ runs: [run] }) => run!.config.start.seed).sort()).toEqual([1, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(inView.map(({ tone }) => tone)).size).toBe(8);

  // Whoever asks for a ninth is told, and nothing is taken away; room that was made is used.
  const out = entries.find(({ id }) => !shown.includes(id))!;
  runs.show(out.id, true);
  expect(runs.store.getState().shown).toEqual(shown);
  expect(texts().at(-1)).toBe(
    "At most 8 runs can be told apart over the charts, and so many are there: hide one to show “CHORD-µ 2”.",
  );
  runs.show(shown[0]!, false);
  expect(texts()).toEqual([]);
  runs.show(out.id, true);
  expect(runs.store.getState().shown).toEqual([...shown.slice(1), out.id]);
});

test("a run that began before anything kept runs is kept all the same, with what it did until then", async () => {
  await page();
  runs.dispose();
  bench.lab.train();
  await train("run-1", 10);
  expect(records()).toEqual([]);
  runs = createHistory(bench.lab, { archive: Promise.resolve(archive) });
  await runs.ready;
  expect(records()).toMatchObject([{ name: "CHORD-µ", step: 10, phase: "finished" }]);
});

test("when little room is left the oldest checkpoint goes, and the page says which", async () => {
  await page();
  runs.dispose();
  let usage = 10;
  runs = createHistory(bench.lab, {
    archive: Promise.resolve(archive),
    estimate: async () => ({ usage, quota: 100 }),
  });
  await runs.ready;
  bench.lab.train();
  await train("run-1", 10);
  usage = 95;
  bench.lab.change({ seed: 2 });
  bench.lab.train();
  await train("run-2", 10);
  expect(records().map(({ checkpoint, checkpointDropped }) => [checkpoint?.step, checkpointDropped])).toEqual([
    [10, false],
    [undefined, true],
  ]);
  expect(texts().at(-1)).toMatch(/The checkpoint of “CHORD-µ” had to go/);
});
