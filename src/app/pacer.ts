/** Tells its subscribers that there is something new, one after another instead of all at once. */
export interface Pacer {
  /** @returns how to leave. */
  subscribe(render: () => void): () => void;
  /** Something changed: everyone will be told, in turn. */
  notify(): void;
  /**
   * Somebody waits for it: everyone will be told at once, but still one after another, so that input comes in between.
   * @param only who is waited for, where it is not everyone
   */
  hurry(only?: () => void): void;
}

export interface Pace {
  /** A subscriber is told at most once in this time. */
  readonly everyMs: number;
  /** Between two subscribers, so that input and painting come in between. */
  readonly gapMs: number;
  /** What a subscriber's drawing took is followed by so many times as long for everything else. */
  readonly rest: number;
}

const PACE: Pace = { everyMs: 500, gapMs: 4, rest: 6 };
/** A page that was held up by something else is not kept waiting any longer. */
const LONGEST_REST_MS = 100;
/** Between those who are waited for, so that the input itself is painted first and each of them in turn. */
const FRAME_MS = 16;

/**
 * Drawing seven charts in one go would hold the page for longer than a frame allows. So each gets its own task, and each
 * its own rhythm: twice a second where drawing is cheap, and less often on a machine or a page where it is not, so
 * that all drawing together takes a small share of the time.
 */
export function createPacer(pace: Partial<Pace> = {}): Pacer {
  const { everyMs, gapMs, rest } = { ...PACE, ...pace };
  const waiting = new Map<() => void, { dirty: boolean; last: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restUntil = 0;
  /** Those who are waited for. */
  const urgent = new Set<() => void>();

  function turn(): void {
    timer = undefined;
    const now = performance.now();
    let due: (() => void) | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const [render, state] of waiting) {
      if (!state.dirty) continue;
      const at = urgent.has(render) ? now : state.last + everyMs;
      if (at <= now && !due) {
        due = render;
        state.dirty = false;
        state.last = now;
      } else soonest = Math.min(soonest, at);
    }
    if (!due) {
      if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(turn, Math.max(gapMs, soonest - now));
      return;
    }
    // To the end of the queue: the others come first next time.
    const state = waiting.get(due)!;
    waiting.delete(due);
    waiting.set(due, state);
    const hurried = urgent.delete(due);
    due();
    clearTimeout(timer);
    // What was told is drawn in this task's own microtasks and effects, so the next task knows what it cost.
    timer = setTimeout(() => {
      const ended = performance.now();
      const after = hurried ? FRAME_MS : Math.min(LONGEST_REST_MS, Math.max(gapMs, rest * (ended - now)));
      restUntil = ended + after;
      timer = undefined;
      if (urgent.size > 0) wake(0);
      else if ([...waiting.values()].some(({ dirty }) => dirty)) wake(Number.isFinite(soonest) ? soonest : 0);
    }, 0);
  }

  function wake(at: number): void {
    timer = setTimeout(turn, Math.max(0, restUntil - performance.now(), at - performance.now()));
  }

  return {
    subscribe(render) {
      waiting.set(render, { dirty: false, last: Number.NEGATIVE_INFINITY });
      return () => {
        urgent.delete(render);
        waiting.delete(render);
      };
    },
    notify() {
      for (const state of waiting.values()) state.dirty = true;
      if (timer === undefined) wake(0);
    },
    hurry(only) {
      const hurrying = urgent.size > 0;
      for (const [render, state] of waiting) {
        if (only && render !== only) continue;
        state.dirty = true;
        urgent.add(render);
      }
      // A slider that moves faster than the frames must not put them off again and again.
      if (hurrying) return;
      clearTimeout(timer);
      restUntil = performance.now() + FRAME_MS;
      wake(0);
    },
  };
}
