import { createUndo } from "./undo.ts";

/** What is listed under its hashes, and the one that is gone in a moment. */
interface Listed<T> {
  /** Shows a list, newest first, made of the one that is shown. */
  list(next: (all: readonly T[]) => readonly T[]): void;
  all(): readonly T[];
  /** Where the page shows what can be brought back. */
  readonly waiting: { get(): T | undefined; set(what: T | undefined): void };
}

/** Taking things out of a list, and bringing the last one back. */
export interface Forgetting {
  /** Takes one from the list; for ten seconds it can be brought back, its contents are here so long. */
  forget(hash: string): void;
  undo(): void;
}

/** @param remove takes one away for good */
export function createForgetting<T extends { readonly hash: string }>(
  { all, list, waiting }: Listed<T>,
  remove: (hash: string) => Promise<void>,
): Forgetting {
  const regret = createUndo<T>(waiting, ({ hash }) => void remove(hash));
  return {
    forget(hash) {
      const gone = all().find((one) => one.hash === hash);
      if (!gone) return;
      list((shown) => shown.filter((one) => one !== gone));
      regret.offer(gone);
    },
    undo() {
      const back = regret.take();
      if (back) list((shown) => [back, ...shown]);
    },
  };
}
