/** Milliseconds for which what was deleted can be brought back. */
export const UNDO_MS = 10_000;

/** What is gone from the page and not yet for good; one thing at a time. */
interface Undo<T> {
  /** Offers to bring something back for {@link UNDO_MS}. */
  offer(what: T): void;
  /** The time for regret is over: what waits is gone for good. */
  settle(): void;
  /** What waits, which waits no more. */
  take(): T | undefined;
  dispose(): void;
}

/** @param waiting where a page shows what waits @param forGood takes it away */
export function createUndo<T>(
  waiting: { get(): T | undefined; set(what: T | undefined): void },
  forGood: (what: T) => void,
): Undo<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function take(): T | undefined {
    clearTimeout(timer);
    const what = waiting.get();
    if (what !== undefined) waiting.set(undefined);
    return what;
  }

  function settle(): void {
    const gone = take();
    if (gone !== undefined) forGood(gone);
  }

  return {
    offer(what) {
      settle();
      waiting.set(what);
      timer = setTimeout(settle, UNDO_MS);
    },
    settle,
    take,
    dispose: () => clearTimeout(timer),
  };
}
