/** Draws what is new. @returns false where nothing was. */
type Draw = () => boolean;

/** Tells its subscribers that there is something new, a few at a time instead of all at once. */
export interface Pacer {
  /** @returns how to leave. */
  subscribe(draw: Draw): () => void;
  /** Something changed: everyone will be told, in turn. */
  notify(): void;
  /**
   * A change that a user waits for: all listeners are told at once, but still a few at a time, so that input comes in between.
   * @param only who is waited for, where it is not everyone
   */
  hurry(only?: Draw): void;
  /** What may wait and costs much is drawn once, in a turn that it shares with nobody. @returns how to call it off. */
  once(draw: () => void): () => void;
}

interface Pace {
  /** A subscriber is told at most once in this time. */
  readonly everyMs: number;
  /** Between two turns, so that input and painting come in between. */
  readonly gapMs: number;
  /** What a turn's drawing took is followed by so many times as long for everything else. */
  readonly rest: number;
  /** A turn that took longer is followed by one in which one subscriber less may draw. */
  readonly turnMs: number;
}

const PACE: Pace = { everyMs: 500, gapMs: 4, rest: 6, turnMs: 12 };
/** So many draw in a turn at most: each turn has the page laid out and painted once, which costs more than what one of them draws. */
const MOST = 3;
/** A page that was held up by something else is not kept waiting any longer; nor is one whose turn was not shared. */
const LONGEST_REST_MS = 100;
/** Between those who are waited for, so that the input itself is painted first and each of them in turn. */
const FRAME_MS = 16;

/** What draws, as far as turns go. */
interface Waiting {
  /** There is something new for it. */
  dirty: boolean;
  /** When it was told last. */
  last: number;
  /** It shares no turn. */
  readonly alone: boolean;
}

/** Those who may be told. */
interface Queue {
  /** In their order. */
  readonly waiting: Map<Draw, Waiting>;
  /** Those who are waited for. */
  readonly urgent: Set<Draw>;
  /** How many may draw in a turn. */
  together: number;
}

/**
 * Tells those whose time has come, as many as may draw together.
 * @returns how many drew, whether one of them was waited for or shares no turn, and when the next one is due
 */
function drawDue(queue: Queue, now: number, everyMs: number) {
  const { waiting, urgent } = queue;
  let drawn = 0;
  let most = queue.together;
  let hurried = false;
  let soonest = Number.POSITIVE_INFINITY;
  for (const [draw, state] of [...waiting]) {
    if (!state.dirty || !waiting.has(draw)) continue;
    const at = urgent.has(draw) ? now : state.last + everyMs;
    if (at > now || drawn >= most || (state.alone && drawn > 0)) {
      soonest = Math.min(soonest, at);
      continue;
    }
    state.dirty = false;
    state.last = now;
    // To the end of the queue: the others come first next time.
    waiting.delete(draw);
    waiting.set(draw, state);
    if (urgent.delete(draw)) hurried = true;
    if (draw()) drawn++;
    if (state.alone) most = 0;
  }
  return { drawn, hurried, alone: most === 0, soonest };
}

/** @param alone it has something to draw already, and shares no turn. @returns how to leave */
function join({ waiting, urgent }: Queue, draw: Draw, alone = false): () => void {
  waiting.set(draw, { dirty: alone, last: Number.NEGATIVE_INFINITY, alone });
  return () => {
    urgent.delete(draw);
    waiting.delete(draw);
  };
}

/** Joins for one turn. @returns how to leave before it */
function joinOnce(queue: Queue, draw: () => void): () => void {
  const leave = join(
    queue,
    () => {
      leave();
      draw();
      return true;
    },
    true,
  );
  return leave;
}

/** Makes all, or `only` one of them, those who are waited for. @returns whether some were already */
function makeUrgent({ waiting, urgent }: Queue, only: Draw | undefined): boolean {
  const hurrying = urgent.size > 0;
  for (const [draw, state] of waiting) {
    if (only && draw !== only) continue;
    state.dirty = true;
    urgent.add(draw);
  }
  return hurrying;
}

/**
 * Drawing seven charts in one go would hold the page for longer than a frame allows. So a few of them share a task, and each has
 * its own rhythm: twice a second where drawing is cheap, and less often on a machine or a page where it is not, so
 * that all drawing together takes a small share of the time.
 */
export function createPacer(pace: Partial<Pace> = {}): Pacer {
  const { everyMs, gapMs, rest, turnMs } = { ...PACE, ...pace };
  const queue: Queue = { waiting: new Map(), urgent: new Set(), together: 1 };
  const { waiting, urgent } = queue;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restUntil = 0;

  function turn(): void {
    timer = undefined;
    const now = performance.now();
    const { drawn, hurried, alone, soonest } = drawDue(queue, now, everyMs);
    clearTimeout(timer);
    timer = undefined;
    if (drawn === 0) {
      if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(turn, Math.max(gapMs, soonest - now));
      return;
    }
    // What was told is drawn in this task's own microtasks and effects, so the next task knows what it cost.
    timer = setTimeout(() => {
      const ended = performance.now();
      const spent = ended - now;
      queue.together = spent > turnMs ? Math.max(1, queue.together - 1) : Math.min(MOST, queue.together + 1);
      const usual = Math.min(LONGEST_REST_MS, Math.max(gapMs, rest * spent));
      restUntil = ended + (hurried ? FRAME_MS : alone ? LONGEST_REST_MS : usual);
      timer = undefined;
      if (urgent.size > 0) wake(0);
      else if ([...waiting.values()].some(({ dirty }) => dirty)) wake(Number.isFinite(soonest) ? soonest : 0);
    }, 0);
  }

  function wake(at: number): void {
    timer = setTimeout(turn, Math.max(0, restUntil - performance.now(), at - performance.now()));
  }

  function hurry(only?: Draw): void {
    // A slider that moves faster than the frames must not put them off again and again.
    if (makeUrgent(queue, only)) return;
    // What is asked of them now may cost much more than what they usually draw.
    queue.together = 1;
    clearTimeout(timer);
    restUntil = performance.now() + FRAME_MS;
    wake(0);
  }

  const wakeUnlessAwake = () => void (timer ?? wake(0));

  return {
    subscribe: (draw) => join(queue, draw),
    notify() {
      for (const state of waiting.values()) state.dirty = true;
      wakeUnlessAwake();
    },
    hurry,
    once(draw) {
      const leave = joinOnce(queue, draw);
      wakeUnlessAwake();
      return leave;
    },
  };
}
