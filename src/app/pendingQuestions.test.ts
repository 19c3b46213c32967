import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LabEvent } from "../lab/worker/protocol.ts";
import { readLink } from "./draftStore.ts";
import { createLabClient } from "./labClient.ts";
import { ANSWER_LIMIT_MS, type UnansweredError } from "./pendingQuestions.ts";
import { WorkerStandIn } from "./testWorker.ts";

const { config } = readLink("");
const open = (runId: string) => ({ type: "open", runId, config, policy: "auto", backend: "auto" }) as const;

function started() {
  const workers: WorkerStandIn[] = [];
  const heard: LabEvent[] = [];
  const spawn = () => {
    workers.push(new WorkerStandIn());
    return workers.at(-1)!;
  };
  const client = createLabClient(spawn, { event: (event) => heard.push(event), crashed: () => {} });
  client.send(open("a"));
  return { client, worker: workers[0]!, workers, heard };
}

const reasonOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "answered",
    (error: UnansweredError) => error.reason,
  );

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("two questions of one kind each get their own answer, in whatever order the replies come", async () => {
  const { client, worker, heard } = started();
  const first = client.ask({ type: "hash", runId: "a" });
  const second = client.ask({ type: "hash", runId: "a" });
  const [one, two] = worker.commands.flatMap((command) => (command.type === "ask" ? [command.id] : []));
  worker.emit({ type: "reply", id: two!, answer: { step: 2, hash: "b" } });
  worker.emit({ type: "reply", id: one!, answer: { step: 1, hash: "a" } });
  expect([await first, await second]).toEqual([
    { step: 1, hash: "a" },
    { step: 2, hash: "b" },
  ]);
  expect(heard).toEqual([]);
});

test("a question is rejected when the worker refuses, dies, or is given another run; those of the new run stay", async () => {
  const { client, worker, workers } = started();
  const refused = client.ask({ type: "rewardModel", runId: "a" });
  worker.refuse("rewardModel", "There is none.");
  await expect(refused).rejects.toMatchObject({ reason: "refused", message: "There is none." });
  const before = reasonOf(client.ask({ type: "hash", runId: "a" }));
  const converting = client.ask({ type: "convert", bytes: new ArrayBuffer(8) });
  client.send(open("b"));
  expect(await before).toBe("replaced");
  worker.answer("convert", { bytes: new ArrayBuffer(4), parameters: 1, hash: "00ff" });
  expect(await converting).toMatchObject({ parameters: 1 });
  const ofNew = reasonOf(client.ask({ type: "hash", runId: "b" }));
  worker.crash("out of memory");
  expect(await ofNew).toBe("crashed");
  expect(await reasonOf(client.ask({ type: "hash", runId: "b" }))).toBe("crashed");
  // A file can be read without a run: that starts a worker.
  void client.ask({ type: "convert", bytes: new ArrayBuffer(8) }).catch(() => {});
  expect(workers).toHaveLength(2);
  expect(workers[1]!.transfers.at(-1)).toHaveLength(1);
  client.dispose();
});

test("a worker that hangs is not waited for without end, and its late reply is dropped", async () => {
  const { client, worker } = started();
  const slow = reasonOf(client.ask({ type: "hash", runId: "a" }));
  const quick = reasonOf(client.ask({ type: "hash", runId: "a" }, 1000));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await quick).toBe("late");
  await vi.advanceTimersByTimeAsync(ANSWER_LIMIT_MS);
  expect(await slow).toBe("late");
  worker.answer("hash", { step: 1, hash: "a" });
  client.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test("a message that is no event of this build is dropped and counted, and the page lives", () => {
  const { client, worker, heard } = started();
  const strange: unknown[] = [
    { type: "telemetry", runId: "a" },
    { type: "state", runId: "a" },
    { type: "state", runId: "a", state: { phase: "flying", step: 1 } },
    { type: "constructor", runId: "a" },
    { type: "metrics", runId: "a", rows: "none" },
    { type: "state", state: { phase: "ready", step: 0 } },
    null,
    "hello",
  ];
  for (const message of strange) worker.emit(message as LabEvent);
  expect(heard).toEqual([]);
  expect(client.dropped).toBe(strange.length);
  worker.emit({ type: "state", runId: "unknown", state: { phase: "ready", step: 0 } });
  expect(heard).toHaveLength(1);
});
