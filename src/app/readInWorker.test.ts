import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readInWorker } from "./readInWorker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Word = { readonly share: number } | { readonly sum: number };

/** A reader that says what the test has it say. */
class Reader extends EventTarget {
  readonly asked: unknown[] = [];
  terminated = false;

  postMessage(request: unknown): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: Word): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function reading() {
  const reader = new Reader();
  const answered = vi.fn<(answer: unknown) => void>();
  const one = readInWorker<Word, { sum: number }>(reader as unknown as Worker, "sum", "The file", (word) =>
    "sum" in word ? word : undefined,
  );
  void one.done.then(answered);
  return { reader, answered, cancel: one.cancel };
}

test("a reader is asked, and ended with its answer", async () => {
  const { reader, answered } = reading();
  expect(reader.asked).toEqual(["sum"]);
  reader.say({ share: 0.5 });
  expect(reader.terminated).toBe(false);
  reader.say({ sum: 3 });
  await vi.advanceTimersByTimeAsync(0);
  expect(answered).toHaveBeenCalledExactlyOnceWith({ sum: 3 });
  expect([reader.terminated, vi.getTimerCount()]).toEqual([true, 0]);
});

test("a reading that is cancelled ends its worker, and says nothing more", async () => {
  const { reader, answered, cancel } = reading();
  cancel();
  reader.say({ sum: 3 });
  expect([reader.terminated, vi.getTimerCount()]).toEqual([true, 0]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(answered).not.toHaveBeenCalled();
});

test("a reader that is silent for a minute is ended, in a sentence; one that goes on is not", async () => {
  const { reader, answered } = reading();
  for (const share of [0.1, 0.2, 0.3]) {
    await vi.advanceTimersByTimeAsync(59_000);
    reader.say({ share });
  }
  await vi.advanceTimersByTimeAsync(59_999);
  expect([reader.terminated, answered.mock.calls]).toEqual([false, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect(reader.terminated).toBe(true);
  expect(answered).toHaveBeenCalledExactlyOnceWith({
    sentence: "The file must be read piece by piece, each in at most 60 seconds: its reader took longer and was ended.",
  });
});

test("a reader that stops says so", async () => {
  const { reader, answered } = reading();
  reader.dispatchEvent(new Event("error"));
  await vi.advanceTimersByTimeAsync(0);
  expect(answered).toHaveBeenCalledExactlyOnceWith({ sentence: "The file could not be read: its reader stopped." });
  expect(reader.terminated).toBe(true);
});
