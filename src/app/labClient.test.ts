import { expect, test } from "vitest";
import { readLink } from "./draftStore.ts";
import { createLabClient } from "./labClient.ts";
import { WorkerStandIn } from "./testWorker.ts";

const { config } = readLink("");
const open = { type: "open", runId: "a", config, policy: "auto", backend: "auto" } as const;

function client() {
  const workers: WorkerStandIn[] = [];
  const heard: string[] = [];
  const made = createLabClient(
    () => {
      const worker = new WorkerStandIn();
      workers.push(worker);
      return worker;
    },
    { event: (event) => heard.push(event.type), crashed: (message) => heard.push(message) },
  );
  return { made, workers, heard };
}

test("a worker is started by the first open, not before, and serves every later command", () => {
  const { made, workers } = client();
  made.send({ type: "pause", runId: "a" });
  expect(workers).toHaveLength(0);
  made.send(open);
  made.send({ type: "train", runId: "a" });
  made.send(open);
  expect(workers).toHaveLength(1);
  expect(workers[0]!.commands.map(({ type }) => type)).toEqual(["open", "train", "open"]);
});

test("a worker that dies is said in one sentence and replaced by the next open; what it still says is not heard", () => {
  const { made, workers, heard } = client();
  made.send(open);
  workers[0]!.emit({ type: "state", runId: "a", state: { phase: "ready", step: 0 } });
  workers[0]!.crash("out of memory");
  workers[0]!.emit({ type: "state", runId: "a", state: { phase: "training", step: 1 } });
  made.send({ type: "train", runId: "a" });
  expect(heard).toEqual([
    "state",
    "The worker that trains stopped: out of memory. Train starts it again; your settings are still here.",
  ]);
  expect(workers[0]!.terminated).toBe(true);
  made.send(open);
  expect(workers).toHaveLength(2);
});

test("a checkpoint travels without being copied", () => {
  const { made, workers } = client();
  const checkpoint = new ArrayBuffer(8);
  made.send({ ...open, checkpoint });
  expect(workers[0]!.transfers[0]).toEqual([checkpoint]);
});

test("a worker is sent a model's files once, and again after a run failed or another worker came", () => {
  const { made, workers } = client();
  const model = { hash: "0123456789abcdef", name: "mine", files: [] };
  const brought = () =>
    workers.map(({ commands }) => commands.map((command) => command.type === "open" && command.models?.length === 1));
  made.send({ ...open, models: [model] });
  made.send({ ...open, models: [model] });
  made.send({ ...open, models: [{ ...model, hash: "fedcba9876543210" }] });
  expect(brought()).toEqual([[true, false, true]]);
  workers[0]!.emit({ type: "state", runId: "a", state: { phase: "failed", step: 0, message: "no memory" } });
  made.send({ ...open, models: [model] });
  made.send({ ...open, models: [model] });
  workers[0]!.crash("out of memory");
  made.send({ ...open, models: [model] });
  expect(brought()).toEqual([[true, false, true, true, false], [true]]);
});
