import { useSyncExternalStore } from "react";

/**
 * The step that the readouts of every chart speak of. It moves with every key and every pixel, so it is no property of a chart:
 * only what shows it watches it, and the lines are not drawn again.
 */
export interface StepCursor {
  /** The step that is pointed at, else the pinned one; none: the newest. */
  at(): number | undefined;
  /** The step at which a click or a key keeps the cursor. */
  pinned(): number | undefined;
  /** @returns how to leave. */
  subscribe(tell: () => void): () => void;
}

const NOWHERE: StepCursor = { at: () => undefined, pinned: () => undefined, subscribe: () => () => {} };

export function useStepCursor(cursor: StepCursor = NOWHERE): number | undefined {
  return useSyncExternalStore(cursor.subscribe, cursor.at);
}

export function usePinnedStep(cursor: StepCursor = NOWHERE): number | undefined {
  return useSyncExternalStore(cursor.subscribe, cursor.pinned);
}
