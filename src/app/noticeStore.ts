import { createStore, type StoreApi } from "zustand/vanilla";

interface Notice {
  readonly id: number;
  /** Where it comes from: a link's notices go when another link opens, a run's when the next one starts, those of the kept runs and of data with the next of their kind. */
  readonly about: "link" | "run" | "runs" | "data";
  /** One sentence that a user can act on. */
  readonly text: string;
}

export interface NoticeStore extends StoreApi<readonly Notice[]> {
  /** Replaces the notices about one thing. */
  say(about: Notice["about"], texts: readonly string[]): void;
  dismiss(id: number): void;
}

export function createNoticeStore(): NoticeStore {
  const store = createStore<readonly Notice[]>(() => []);
  let next = 1;
  return {
    ...store,
    say(about, texts) {
      const others = store.getState().filter((notice) => notice.about !== about);
      if (others.length === store.getState().length && texts.length === 0) return;
      store.setState([...others, ...texts.map((text) => ({ id: next++, about, text }))], true);
    },
    dismiss(id) {
      store.setState(
        store.getState().filter((notice) => notice.id !== id),
        true,
      );
    },
  };
}
