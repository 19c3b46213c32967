// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checksum } from "../../lab/train/checksum.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { openLab, stateOf, type TestLab } from "../testLab.ts";
import { type Archive, memoryArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";
import { createTabs, type TabMessage } from "./tabs.ts";

/*
 * Two tabs on one library: locks and channel stand in for the browser's, the archive is one.
 */

type Held = { readonly name: string; end(stolen: boolean): void };

/** The locks of one browser, and the channel between its tabs. */
function browser() {
  const held = new Map<string, Held>();
  const ears: ((event: { readonly data: TabMessage }) => void)[] = [];
  const request = (name: string, { steal }: LockOptions, use: (lock: unknown) => unknown) =>
    new Promise((resolve, reject) => {
      const before = held.get(name);
      if (before && !steal) return resolve(use(null));
      before?.end(true);
      const mine: Held = { name, end: (stolen) => stolen && reject(new DOMException("stolen", "AbortError")) };
      held.set(name, mine);
      void Promise.resolve(use({ name })).then(() => {
        if (held.get(name) === mine) held.delete(name);
        resolve(undefined);
      });
    });
  const query = async () => ({ held: [...held.values()].map(({ name }) => ({ name })) });
  return {
    tabs() {
      let own: (event: { readonly data: TabMessage }) => void = () => {};
      return createTabs({ request, query } as never, {
        postMessage: (data) => {
          for (const ear of ears) if (ear !== own) queueMicrotask(() => ear({ data: structuredClone(data) }));
        },
        addEventListener(_, listener) {
          own = listener;
          ears.push(listener);
        },
      });
    },
  };
}

interface Tab {
  readonly bench: TestLab;
  readonly runs: RunHistory;
}

let shared: ReturnType<typeof browser>;
let archive: Archive;
const open: Tab[] = [];

async function tab(): Promise<Tab> {
  const bench = openLab("#v=1&preset=chord-mu-countdown&seed=1&steps=60");
  const persist = async () => true;
  const runs = createHistory(bench.lab, {
    archive: Promise.resolve(archive),
    estimate: async () => undefined,
    persist,
    tabs: shared.tabs(),
  });
  await runs.ready;
  const made = { bench, runs };
  open.push(made);
  return made;
}

function close({ bench, runs }: Tab): void {
  runs.dispose();
  bench.lab.dispose();
  open.splice(
    open.findIndex((one) => one.runs === runs),
    1,
  );
}

const wait = (ms = 20) => vi.advanceTimersByTimeAsync(ms);
const row = (step: number): LabEvent => ({ type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] });
function checkpoint(step: number): LabEvent {
  const bytes = new Uint8Array([step]);
  return { type: "checkpoint", runId: "run-1", step, bytes: bytes.buffer, hash: "", sum: checksum(bytes) };
}

async function train({ bench, runs }: Tab, step: number): Promise<string> {
  bench.lab.train();
  bench.worker.emit(stateOf("ready", 0), row(0), stateOf("training", 0), row(step), stateOf("training", step));
  bench.worker.emit(checkpoint(step));
  await wait();
  await runs.settled();
  return runs.store.getState().live!;
}

const names = ({ runs }: Tab) => runs.store.getState().records.map(({ name, step, phase }) => [name, step, phase]);
const texts = ({ bench }: Tab) => bench.lab.notices.getState().map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  shared = browser();
  archive = memoryArchive();
});
afterEach(() => {
  for (const one of [...open]) close(one);
  vi.useRealTimers();
});

test("a run of one tab appears in the list of the other, known as at work there and not as cut off", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  expect(names(b)).toEqual([["CHORD-µ", 20, "training"]]);
  expect(b.runs.store.getState().elsewhere).toEqual([id]);
  expect(a.runs.store.getState().elsewhere).toEqual([]);
  const c = await tab();
  expect(c.runs.store.getState().elsewhere).toEqual([id]);
  expect(c.runs.store.getState().goOn).toBeUndefined();
});

test("taking over stops the run where it was, and from then on one tab alone writes it", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  b.runs.resume(id);
  await wait();
  expect(b.bench.worker.commands[0]).toMatchObject({ type: "open" });
  expect(a.bench.worker.commands.at(-1)).toEqual({ type: "stop", runId: "run-1" });
  expect(texts(a).join()).toContain("goes on in another tab, so it was stopped here");
  b.bench.worker.emit(stateOf("ready", 20), stateOf("training", 20), row(30), stateOf("training", 30), checkpoint(30));
  await wait();
  a.bench.worker.emit(row(23), stateOf("training", 23), checkpoint(23), stateOf("stopped", 23));
  await wait();
  await Promise.all([a.runs.settled(), b.runs.settled()]);
  const [record] = await archive.records();
  expect(record).toMatchObject({ id, step: 30, phase: "training", checkpoint: { step: 30 } });
  expect([...new Uint8Array((await archive.weights(id, record!.checkpoint!.slot))!)]).toEqual([30]);
});

test("when the tab of a run is closed the other can go on with it", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  close(a);
  await wait();
  expect(b.runs.store.getState().elsewhere).toEqual([]);
  b.runs.resume(id);
  await wait();
  expect(b.bench.worker.commands[0]).toMatchObject({ type: "open" });
});

test("a run that another tab writes cannot be deleted here; its name and pin are changed by that tab", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  b.runs.remove(id);
  expect(texts(b).join()).toContain("is at work in another tab");
  b.runs.rename(id, "Mine");
  b.runs.pin(id, true);
  await wait();
  await a.runs.settled();
  expect((await archive.records())[0]).toMatchObject({ name: "Mine", pinned: true, step: 20 });
});

test("a deletion that can still be undone in one tab is not finished by another that opens meanwhile", async () => {
  const a = await tab();
  const id = await train(a, 20);
  a.bench.worker.emit(stateOf("stopped", 20));
  await wait();
  a.runs.remove(id);
  await a.runs.settled();
  const b = await tab();
  expect(names(b)).toEqual([]);
  a.runs.undo();
  await wait();
  await a.runs.settled();
  expect(names(b)).toEqual([["CHORD-µ", 20, "stopped"]]);
  expect((await archive.table(id)).length).toBeGreaterThan(0);
  a.runs.remove(id);
  await wait(11_000);
  await a.runs.settled();
  expect(names(b)).toEqual([]);
  expect(await archive.records()).toEqual([]);
});

test("a page that is loaded again is offered its run although the page before it lets go of it a moment later", async () => {
  const a = await tab();
  const id = await train(a, 20);
  const b = await tab();
  expect(b.runs.store.getState()).toMatchObject({ elsewhere: [id], goOn: undefined });
  close(a);
  await wait(1500);
  expect(b.runs.store.getState().goOn).toMatchObject({ id, action: "Go on from step 20" });
});

test("a run that another tab took over and closed with is written again by the tab that goes on with it", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  b.runs.resume(id);
  await wait();
  a.bench.worker.emit(stateOf("stopped", 20));
  b.bench.worker.emit(stateOf("ready", 20), stateOf("training", 20), row(30), stateOf("training", 30), checkpoint(30));
  await wait();
  await b.runs.settled();
  close(b);
  await wait();
  a.runs.resume(id);
  await wait();
  const runId = "run-2";
  expect(a.bench.worker.commands.at(-1)).toMatchObject({ type: "open", runId });
  expect(a.bench.lab.run.getState().run!.series.step).toBe(30);
  a.bench.worker.emit(stateOf("ready", 30, runId), stateOf("training", 30, runId), { ...row(40), runId } as LabEvent);
  a.bench.worker.emit(stateOf("training", 40, runId), { ...checkpoint(40), runId } as LabEvent);
  await wait();
  await a.runs.settled();
  expect((await archive.records())[0]).toMatchObject({ id, step: 40, checkpoint: { step: 40 } });
});

test("the tab that lost its run stores no late checkpoint of it and says nothing of one", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  b.runs.resume(id);
  await wait();
  a.bench.worker.emit(checkpoint(23));
  await wait();
  await a.runs.settled();
  expect(texts(a).join()).not.toContain("could not be");
  expect(a.runs.store.getState().records[0]!.checkpoint).toMatchObject({ step: 20 });
});

test("a tab takes a run over as the other wrote it last, also where it has not heard of that", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  const [record] = await archive.records();
  const bytes = new Uint8Array([28]);
  const stored = { step: 28, bytes: 1, hash: "", sum: checksum(bytes) };
  await archive.save({ ...record!, step: 28, checkpoint: stored }, undefined, { slot: 0, bytes: bytes.buffer });
  b.runs.resume(id);
  await wait();
  expect(b.bench.worker.commands[0]).toMatchObject({ type: "open", checkpoint: bytes.buffer });
});

test("where locks are denied a tab is taken for the only one, and loses no run", async () => {
  const denied = () => Promise.reject(new DOMException("denied", "SecurityError"));
  const tabs = createTabs({ request: denied, query: denied }, { postMessage() {}, addEventListener() {} });
  const taken = vi.fn();
  tabs.listen({ taken });
  await tabs.ready;
  expect(await tabs.hold("a")).toBe(true);
  await tabs.takeOver("a");
  expect(taken).not.toHaveBeenCalled();
});

test("a run that is finished and stored is any tab's: it can be renamed and deleted in another", async () => {
  const a = await tab();
  const b = await tab();
  const id = await train(a, 20);
  a.bench.worker.emit(row(60), stateOf("finished", 60));
  await wait();
  expect(b.runs.store.getState().elsewhere).toEqual([id]);
  a.bench.worker.emit(checkpoint(60));
  await wait();
  await a.runs.settled();
  expect(b.runs.store.getState().elsewhere).toEqual([]);
  b.runs.rename(id, "Mine");
  await wait();
  expect(names(a)).toEqual([["Mine", 60, "finished"]]);
  b.runs.remove(id);
  await wait(11_000);
  expect(names(a)).toEqual([]);
  expect(await archive.records()).toEqual([]);
});

test("a tab that takes over what it is about to hold does not steal it from itself, and lets go of it all the same", async () => {
  const [mine, theirs] = [shared.tabs(), shared.tabs()];
  const taken: string[] = [];
  mine.listen({ taken: (id) => taken.push(id) });
  const held = mine.hold("r1");
  const tookOver = mine.takeOver("r1");
  expect(await held).toBe(true);
  await tookOver;
  expect(taken).toEqual([]);
  expect(await theirs.hold("r1")).toBe(false);
  mine.release("r1");
  await wait(0);
  expect(await theirs.hold("r1")).toBe(true);
  theirs.release("r1");
  await wait(0);

  // Released before it was had.
  void mine.hold("r2");
  mine.release("r2");
  await wait(0);
  expect(await theirs.hold("r2")).toBe(true);
});
