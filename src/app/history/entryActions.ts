import { MAX_OVERLAY, type RunRecord } from "../../lab/record/runRecord.ts";
import type { NoticeStore } from "../noticeStore.ts";
import { entryOf } from "./historyStore.ts";
import type { Library } from "./library.ts";
import { nameText } from "./nameText.ts";
import type { Overlays } from "./overlays.ts";
import type { Tabs } from "./tabs.ts";

/** What is done by hand to an entry of the list: a run, or a group of seeds. */
export interface EntryActions {
  /** Beyond {@link MAX_OVERLAY} it is refused with a notice. */
  show(entryId: string, on: boolean): void;
  solo(entryId: string | undefined): void;
  compareWith(entryId: string | undefined): void;
  pin(entryId: string, on: boolean): void;
  rename(entryId: string, name: string): void;
}

export function entryActions(library: Library, overlays: Overlays, tabs: Tabs, notices: NoticeStore): EntryActions {
  const { store } = library;
  /** The newest notice says that there was no room. */
  let refused = false;

  const runsOf = (entryId: string): readonly RunRecord[] => entryOf(store.getState(), entryId)?.runs ?? [];

  /** A change of a record by hand; of a run that another tab writes, by that tab. */
  function mark(id: string, changes: { readonly name?: string; readonly pinned?: boolean }): void {
    if (!tabs.isElsewhere(id)) library.patch(id, changes);
    else {
      library.touch(id, changes);
      tabs.tell({ type: "patch", id, changes });
    }
  }

  return {
    show(entryId, on) {
      if (on && !overlays.hasRoom()) {
        const name = entryOf(store.getState(), entryId)?.name ?? "it";
        notices.say("runs", [
          `At most ${MAX_OVERLAY} runs can be told apart over the charts, and so many are there: hide one to show “${name}”.`,
        ]);
        refused = true;
        return;
      }
      if (refused) notices.say("runs", []);
      refused = false;
      if (on) overlays.show(entryId);
      else overlays.hide(entryId);
    },
    solo(entryId) {
      store.setState({ solo: entryId });
      void overlays.load();
    },
    compareWith(entryId) {
      store.setState({ baseline: entryId });
      void overlays.load();
    },
    pin(entryId, pinned) {
      for (const { id } of runsOf(entryId)) mark(id, { pinned });
    },
    rename(entryId, wanted) {
      const name = nameText(wanted);
      const runs = runsOf(entryId);
      if (name === "" || runs.length === 0) return;
      for (const { id, group } of runs) {
        if (group && id !== entryId) library.patch(id, { group: { ...group, name } });
        else mark(id, { name });
      }
    },
  };
}
