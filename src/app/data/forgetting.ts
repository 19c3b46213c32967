import type { StoreApi } from "zustand/vanilla";
import { UNDO_MS } from "../undoTime.ts";
import type { KeptData } from "./dataArchive.ts";

/** The sets that are listed, and the one that is gone in a moment. */
export interface ListedData {
  readonly sets: readonly KeptData[];
  readonly undo?: KeptData | undefined;
}

/** Taking sets out of the list, and bringing the last one back. */
export interface Forgetting {
  /** Takes a set from the list; for {@link UNDO_MS} it can be brought back, its rows are here so long. */
  forget(hash: string): void;
  undo(): void;
}

/** @param remove takes a set away for good */
export function createForgetting(
  store: Pick<StoreApi<ListedData>, "getState" | "setState">,
  remove: (hash: string) => Promise<void>,
): Forgetting {
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The set that waits, which waits no more. */
  function take(): KeptData | undefined {
    clearTimeout(timer);
    const { undo } = store.getState();
    if (undo) store.setState({ undo: undefined });
    return undo;
  }

  /** The time for regret is over. */
  function settle(): void {
    const gone = take();
    if (gone) void remove(gone.hash);
  }

  return {
    forget(hash) {
      const data = store.getState().sets.find((one) => one.hash === hash);
      if (!data) return;
      settle();
      store.setState(({ sets }) => ({ sets: sets.filter((one) => one !== data), undo: data }));
      timer = setTimeout(settle, UNDO_MS);
    },
    undo() {
      const back = take();
      if (back) store.setState(({ sets }) => ({ sets: [back, ...sets] }));
    },
  };
}
