import type { Browser, Page } from "@playwright/test";
import { quantile } from "./statistics.ts";

/** What the page's main thread did, by the clock on the wall and by the thread's own, which stands still while others have the core. */
export interface MainThreadFigures {
  readonly watchedMs: number;
  /** Share of the time that it spent in tasks. */
  readonly busyPercent: number;
  readonly busyCpuPercent: number;
  readonly longestTaskMs: number;
  readonly longestTaskCpuMs: number;
}

/** An event of Chromium's trace; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  /** Of the thread's own clock. */
  readonly tdur?: number;
  readonly id?: string;
  readonly args?: {
    readonly name?: string;
    readonly data?: {
      readonly frames?: readonly { readonly url: string; readonly processId: number }[];
      readonly interactionId?: number;
      /** Milliseconds since the page began. */
      readonly timeStamp?: number;
      readonly processingEnd?: number;
    };
  };
}

/** From a key or a pointer to the next picture. */
export interface Answers {
  readonly count: number;
  readonly medianMs: number;
  readonly worstMs: number;
  /** What the main thread worked, by its own clock, until it had handed over the picture: queue, handlers, layout and paint. */
  readonly medianCpuMs: number;
  readonly worstCpuMs: number;
}

/** Watches the page's main thread while `work` goes on. */
export async function watchMainThread(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<MainThreadFigures> {
  return figuresOf(await traceOf(browser, page, work), new URL(page.url()).origin);
}

/** How the page answers the inputs that `work` makes. */
export async function watchAnswers(browser: Browser, page: Page, work: () => Promise<void>): Promise<Answers> {
  return answersOf(await traceOf(browser, page, work), new URL(page.url()).origin);
}

async function traceOf(browser: Browser, page: Page, work: () => Promise<void>): Promise<readonly TraceEvent[]> {
  await browser.startTracing(page, {
    categories: ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await work();
  const trace: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(String(await browser.stopTracing()));
  return trace.traceEvents;
}

/** The page's tasks, and all else on its main thread. @throws {Error} where the trace has no main thread of a page from `origin`. */
function mainThreadOf(events: readonly TraceEvent[], origin: string) {
  const frames = events.find(({ name }) => name === "TracingStartedInBrowser")?.args?.data?.frames ?? [];
  const process = frames.find(({ url }) => url.startsWith(origin))?.processId;
  const thread = events.find(
    ({ name, pid, args }) => name === "thread_name" && pid === process && args?.name === "CrRendererMain",
  );
  const all = events.filter(({ pid, tid }) => pid === process && tid === thread?.tid);
  const tasks = all.filter(({ name, ph }) => name === "RunTask" && ph === "X");
  if (tasks.length === 0) throw new Error(`the trace must hold tasks of the main thread of ${origin}, got none`);
  return { all, tasks };
}

export function figuresOf(events: readonly TraceEvent[], origin: string): MainThreadFigures {
  const { tasks } = mainThreadOf(events, origin);
  const starts = tasks.map(({ ts = 0 }) => ts);
  const from = starts.reduce((a, b) => Math.min(a, b));
  const to = tasks.reduce((end, { ts = 0, dur = 0 }) => Math.max(end, ts + dur), from);
  const total = (of: "dur" | "tdur") => tasks.reduce((sum, task) => sum + (task[of] ?? 0), 0);
  const longest = (of: "dur" | "tdur") => tasks.reduce((most, task) => Math.max(most, task[of] ?? 0), 0);
  return {
    watchedMs: (to - from) / 1000,
    busyPercent: (100 * total("dur")) / (to - from),
    busyCpuPercent: (100 * total("tdur")) / (to - from),
    longestTaskMs: longest("dur") / 1000,
    longestTaskCpuMs: longest("tdur") / 1000,
  };
}

/** Of every key and pointer of the trace; one that had several events was answered with the last of them. */
export function answersOf(events: readonly TraceEvent[], origin: string): Answers {
  const { all, tasks } = mainThreadOf(events, origin);
  const timings = all.filter(({ name }) => name === "EventTiming");
  const commits = all.filter(({ name, ph }) => name === "Commit" && ph === "X");
  const inputs = new Map<number, { from: number; to: number; handedOver: number }>();
  for (const { ph, id, ts = 0, args } of timings) {
    const input = args?.data?.interactionId;
    if (ph !== "b" || !input) continue;
    // Ids are used again.
    const end = timings.find((one) => one.ph === "e" && one.id === id && (one.ts ?? 0) >= ts)?.ts;
    if (end === undefined) continue;
    const known = inputs.get(input);
    const { timeStamp = 0, processingEnd = timeStamp } = args?.data ?? {};
    const handled = ts + 1000 * (processingEnd - timeStamp);
    const commit = commits.find((one) => (one.ts ?? 0) >= handled);
    // The rest of the way is the compositor's.
    const handedOver = Math.min(end, commit ? commit.ts! + (commit.dur ?? 0) : end);
    if (!known || end - ts > known.to - known.from) inputs.set(input, { from: ts, to: end, handedOver });
  }
  const spans = [...inputs.values()];
  if (spans.length === 0) throw new Error("the trace must hold answers to inputs, got none");
  const wall = spans.map(({ from, to }) => (to - from) / 1000);
  const cpu = spans.map(({ from, handedOver }) => workedBetween(tasks, from, handedOver) / 1000);
  return {
    count: spans.length,
    medianMs: quantile(wall, 0.5),
    worstMs: Math.max(...wall),
    medianCpuMs: quantile(cpu, 0.5),
    worstCpuMs: Math.max(...cpu),
  };
}

/** Of a task that began before or ended after, the share that lies within. */
function workedBetween(tasks: readonly TraceEvent[], from: number, to: number): number {
  return tasks.reduce((sum, { ts = 0, dur = 0, tdur = 0 }) => {
    const within = Math.min(ts + dur, to) - Math.max(ts, from);
    return within > 0 && dur > 0 ? sum + (tdur * within) / dur : sum;
  }, 0);
}
