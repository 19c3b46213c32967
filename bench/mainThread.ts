import type { Browser, Page } from "@playwright/test";

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
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly frames?: readonly { readonly url: string; readonly processId: number }[] };
  };
}

/** Watches the page's main thread while `work` goes on. */
export async function watchMainThread(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<MainThreadFigures> {
  await browser.startTracing(page, { categories: ["-*", "disabled-by-default-devtools.timeline"] });
  await work();
  const trace: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(String(await browser.stopTracing()));
  return figuresOf(trace.traceEvents, new URL(page.url()).origin);
}

/** @throws {Error} where the trace has no main thread of a page from `origin`. */
export function figuresOf(events: readonly TraceEvent[], origin: string): MainThreadFigures {
  const frames = events.find(({ name }) => name === "TracingStartedInBrowser")?.args?.data?.frames ?? [];
  const process = frames.find(({ url }) => url.startsWith(origin))?.processId;
  const thread = events.find(
    ({ name, pid, args }) => name === "thread_name" && pid === process && args?.name === "CrRendererMain",
  );
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && pid === process && tid === thread?.tid,
  );
  if (tasks.length === 0) throw new Error(`the trace must hold tasks of the main thread of ${origin}, got none`);
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
