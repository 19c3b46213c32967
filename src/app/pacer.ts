/** Tells its subscribers that there is something new, one after another instead of all at once. */
export interface Pacer {
  /** @returns how to leave. */
  subscribe(render: () => void): () => void;
  /** Something changed: everyone will be told, in turn. */
  notify(): void;
}

export interface Pace {
  /** A subscriber is told at most once in this time. */
  readonly everyMs: number;
  /** Between two subscribers, so that input and painting come in between. */
  readonly gapMs: number;
}

/**
 * Drawing seven charts in one go would hold the page for longer than a frame allows. So each gets its own task, and each
 * its own rhythm: four times a second unless told otherwise.
 */
export function createPacer({ everyMs, gapMs }: Pace = { everyMs: 330, gapMs: 16 }): Pacer {
  const waiting = new Map<() => void, { dirty: boolean; last: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function turn(): void {
    timer = undefined;
    const now = performance.now();
    let due: (() => void) | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const [render, state] of waiting) {
      if (!state.dirty) continue;
      const at = state.last + everyMs;
      if (at <= now && !due) {
        due = render;
        state.dirty = false;
        state.last = now;
      } else soonest = Math.min(soonest, at);
    }
    if (due) {
      // To the end of the queue: the others come first next time.
      const state = waiting.get(due)!;
      waiting.delete(due);
      waiting.set(due, state);
    }
    if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(turn, Math.max(gapMs, soonest - now));
    due?.();
  }

  return {
    subscribe(render) {
      waiting.set(render, { dirty: false, last: Number.NEGATIVE_INFINITY });
      return () => waiting.delete(render);
    },
    notify() {
      for (const state of waiting.values()) state.dirty = true;
      if (timer === undefined) timer = setTimeout(turn, 0);
    },
  };
}
