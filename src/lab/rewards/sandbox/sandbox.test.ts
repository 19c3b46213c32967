import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OwnInput, RateRequest, SandboxMessage } from "./protocol.ts";
import { provideSandbox, rateInSandbox, type SandboxPort } from "./sandbox.ts";
import { sandboxAt } from "./workerSandbox.ts";

const input: OwnInput = { prompt: "1+1=", completion: "2", answer: "2", row: null, ended: true };

/** A sandbox that does what it is told, and how often one was started and ended. */
function scripted(answer: (request: RateRequest, say: (message: SandboxMessage) => void) => void) {
  const counted = { started: 0, ended: 0 };
  provideSandbox((): SandboxPort => {
    counted.started++;
    let hear: (message: SandboxMessage) => void = () => {};
    return {
      post: (request) => answer(request, hear),
      listen: (message) => {
        hear = message;
      },
      end: () => {
        counted.ended++;
      },
    };
  });
  return counted;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("one that hangs within a call is ended, its input is named, and the next request has a new one", async () => {
  const counted = scripted(({ id, source }, say) => {
    say({ id, type: "begins", at: 1 });
    if (source !== "hangs") say({ id, type: "rated", values: [7, 8] });
  });
  const hung = rateInSandbox("hangs", [input, { ...input, completion: "22" }]);
  const refused = expect(hung).rejects.toThrow(
    'took more than a second in one operation and was ended, called with the completion "22" to "1+1=".',
  );
  await vi.advanceTimersByTimeAsync(1001);
  await refused;
  expect(counted).toEqual({ started: 1, ended: 1 });
  expect(await rateInSandbox("answers", [input, input])).toEqual([7, 8]);
  expect(counted).toEqual({ started: 2, ended: 1 });
});

test("one that works on is left alone, however long all calls take together", async () => {
  scripted(({ id }, say) => {
    for (let at = 0; at < 5; at++) setTimeout(() => say({ id, type: "begins", at }), 800 * at);
    setTimeout(() => say({ id, type: "rated", values: [1] }), 4000);
  });
  const rated = rateInSandbox("slow", [input]);
  await vi.advanceTimersByTimeAsync(4001);
  expect(await rated).toEqual([1]);
});

test("another sandbox in its place refuses what is under way at once and truly; the same one again leaves it alone", async () => {
  const old = scripted(() => {});
  const pending = rateInSandbox("waits", [input]);
  const refused = expect(pending).rejects.toThrow("could not be run: another sandbox took the place of its own");
  await vi.advanceTimersByTimeAsync(0);
  scripted(({ id }, say) => say({ id, type: "rated", values: [3] }));
  await refused;
  expect(old).toEqual({ started: 1, ended: 1 });
  expect(await rateInSandbox("answers", [input])).toEqual([3]);
  expect(sandboxAt("/a.js")).toBe(sandboxAt("/a.js"));
  expect(sandboxAt("/a.js")).not.toBe(sandboxAt("/b.js"));
});
