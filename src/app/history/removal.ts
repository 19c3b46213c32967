import type { NoticeStore } from "../noticeStore.ts";
import { createUndo } from "../undo.ts";
import { entryOf, type Undo } from "./historyStore.ts";
import type { Library } from "./library.ts";
import type { Overlays } from "./overlays.ts";
import type { Tabs } from "./tabs.ts";

/** Taking entries out of the list, and bringing the last one back. */
export interface Removal {
  /** Takes an entry away; for ten seconds it can be brought back. */
  remove(entryId: string): void;
  undo(): void;
  dispose(): void;
}

export function createRemoval(library: Library, overlays: Overlays, tabs: Tabs, notices: NoticeStore): Removal {
  const { store } = library;
  const waiting = createUndo<Undo>(
    { get: () => store.getState().undo, set: (undo) => store.setState({ undo }) },
    ({ runs }) => library.forget(runs.map(({ id }) => id)),
  );

  return {
    remove(entryId) {
      const entry = entryOf(store.getState(), entryId);
      if (!entry) return;
      if (entry.runs.some(({ id }) => tabs.isElsewhere(id))) {
        notices.say("runs", [`“${entry.name}” is at work in another tab: stop it there before it is deleted.`]);
        return;
      }
      waiting.settle();
      const runs = library.hide(entry.runs.map(({ id }) => id));
      const what = entry.seeds ? `“${entry.name}” with ${runs.length} runs` : `“${entry.name}”`;
      store.setState(({ solo }) => ({ solo: solo === entryId ? undefined : solo }));
      waiting.offer({ runs, text: `${what} deleted.` });
    },
    undo() {
      const back = waiting.take();
      if (!back) return;
      library.restore(back.runs);
      void overlays.load();
    },
    dispose: waiting.dispose,
  };
}
