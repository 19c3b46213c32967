import type { StoreApi } from "zustand/vanilla";
import { createUndo } from "../undo.ts";
import type { KeptData } from "./dataArchive.ts";

/** The sets that are listed, and the one that is gone in a moment. */
export interface ListedData {
  readonly sets: readonly KeptData[];
  readonly undo?: KeptData | undefined;
}

/** Taking sets out of the list, and bringing the last one back. */
export interface Forgetting {
  /** Takes a set from the list; for ten seconds it can be brought back, its rows are here so long. */
  forget(hash: string): void;
  undo(): void;
}

/** @param remove takes a set away for good */
export function createForgetting(
  store: Pick<StoreApi<ListedData>, "getState" | "setState">,
  remove: (hash: string) => Promise<void>,
): Forgetting {
  const waiting = createUndo<KeptData>(
    { get: () => store.getState().undo, set: (undo) => store.setState({ undo }) },
    ({ hash }) => void remove(hash),
  );
  return {
    forget(hash) {
      const data = store.getState().sets.find((one) => one.hash === hash);
      if (!data) return;
      store.setState(({ sets }) => ({ sets: sets.filter((one) => one !== data) }));
      waiting.offer(data);
    },
    undo() {
      const back = waiting.take();
      if (back) store.setState(({ sets }) => ({ sets: [back, ...sets] }));
    },
  };
}
