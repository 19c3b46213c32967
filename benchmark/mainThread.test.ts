import { expect, test } from "vitest";
import { answersOf, figuresOf, type TraceEvent } from "./mainThread.ts";

const ORIGIN = "http://localhost:1";

function task(pid: number, tid: number, ts: number, dur: number, tdur: number): TraceEvent {
  return { name: "RunTask", ph: "X", pid, tid, ts, dur, tdur };
}

const EVENTS: readonly TraceEvent[] = [
  {
    name: "TracingStartedInBrowser",
    ph: "I",
    pid: 1,
    tid: 1,
    args: { data: { frames: [{ url: `${ORIGIN}/#v=1`, processId: 7 }] } },
  },
  { name: "thread_name", ph: "M", pid: 8, tid: 8, args: { name: "CrRendererMain" } },
  { name: "thread_name", ph: "M", pid: 7, tid: 9, args: { name: "DedicatedWorker" } },
  { name: "thread_name", ph: "M", pid: 7, tid: 7, args: { name: "CrRendererMain" } },
  task(7, 7, 0, 10_000, 4000),
  task(7, 7, 60_000, 40_000, 6000),
  // A worker of the same page, and another page.
  task(7, 9, 0, 90_000, 90_000),
  task(8, 8, 0, 90_000, 90_000),
];

test("only the page's own main thread counts, by both clocks", () => {
  expect(figuresOf(EVENTS, ORIGIN)).toEqual({
    watchedMs: 100,
    busyPercent: 50,
    busyCpuPercent: 10,
    longestTaskMs: 40,
    longestTaskCpuMs: 6,
  });
});

test("a trace without the page's main thread is said to be one", () => {
  expect(() => figuresOf(EVENTS, "http://localhost:2")).toThrow("main thread of http://localhost:2, got none");
});

test("an input is answered with its last event, by both clocks", () => {
  const timing = (ph: string, id: string, ts: number, interactionId?: number, handledMs = 0): TraceEvent => ({
    name: "EventTiming",
    ph,
    pid: 7,
    tid: 7,
    id,
    ts,
    args: { data: interactionId === undefined ? {} : { interactionId, timeStamp: 1, processingEnd: 1 + handledMs } },
  });
  const events = [
    ...EVENTS,
    // A key that goes down, and up; then another, under the same id.
    ...[timing("b", "a", 5000, 1, 10), timing("e", "a", 80_000), timing("b", "b", 70_000, 1), timing("e", "b", 90_000)],
    { name: "Commit", ph: "X", pid: 7, tid: 7, ts: 14_000, dur: 60_000 },
    { name: "Commit", ph: "X", pid: 7, tid: 7, ts: 60_000, dur: 10_000 },
    ...[timing("b", "a", 90_000, 2), timing("e", "a", 100_000), timing("b", "c", 0, 0), timing("e", "c", 99_000)],
  ];
  // Half of a task of 4 ms and, until the picture was handed over, a quarter of one of 6; and the last quarter of that one.
  expect(answersOf(events, ORIGIN)).toEqual({
    count: 2,
    medianMs: 42.5,
    worstMs: 75,
    medianCpuMs: 2.5,
    worstCpuMs: 3.5,
  });
});
