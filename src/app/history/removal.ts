import type { NoticeStore } from "../noticeStore.ts";
import { UNDO_MS } from "../undoTime.ts";
import { entryOf } from "./historyStore.ts";
import type { Library } from "./library.ts";
import type { Overlays } from "./overlays.ts";
import type { Tabs } from "./tabs.ts";

/** Taking entries out of the list, and bringing the last one back. */
export interface Removal {
  /** Takes an entry away; for {@link UNDO_MS} it can be brought back. */
  remove(entryId: string): void;
  undo(): void;
  dispose(): void;
}

export function createRemoval(library: Library, overlays: Overlays, tabs: Tabs, notices: NoticeStore): Removal {
  const { store } = library;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The time for regret is over. */
  function forget(): void {
    clearTimeout(timer);
    const { undo } = store.getState();
    if (!undo) return;
    store.setState({ undo: undefined });
    library.forget(undo.runs.map(({ id }) => id));
  }

  return {
    remove(entryId) {
      const entry = entryOf(store.getState(), entryId);
      if (!entry) return;
      if (entry.runs.some(({ id }) => tabs.isElsewhere(id))) {
        notices.say("runs", [`“${entry.name}” is at work in another tab: stop it there before it is deleted.`]);
        return;
      }
      forget();
      const runs = library.hide(entry.runs.map(({ id }) => id));
      const what = entry.seeds ? `“${entry.name}” with ${runs.length} runs` : `“${entry.name}”`;
      store.setState(({ solo }) => ({
        undo: { runs, text: `${what} deleted.` },
        solo: solo === entryId ? undefined : solo,
      }));
      timer = setTimeout(forget, UNDO_MS);
    },
    undo() {
      clearTimeout(timer);
      const { undo } = store.getState();
      if (!undo) return;
      store.setState({ undo: undefined });
      library.restore(undo.runs);
      void overlays.load();
    },
    dispose: () => clearTimeout(timer),
  };
}
