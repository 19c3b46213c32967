import type { HistoryState, HistoryStore } from "./historyStore.ts";

/** What is in view of the runs, as long as the tab lives: a reload shows the same, a link in a new tab starts clean. */
type RunsView = Pick<HistoryState, "shown" | "solo" | "baseline">;

const KEY = "policy-lab.runs-in-view";
const NOTHING: RunsView = { shown: [], solo: undefined, baseline: undefined };

export function readSession(): RunsView {
  try {
    const { shown, solo, baseline } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return {
      shown: Array.isArray(shown) ? shown.filter((id) => typeof id === "string") : [],
      solo: text(solo),
      baseline: text(baseline),
    };
  } catch {
    // No storage (a sandboxed frame), or something else under the name.
    return NOTHING;
  }
}

function writeSession({ shown, solo, baseline }: RunsView): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ shown, solo, baseline }));
  } catch {
    // Without storage the view lasts as long as the page.
  }
}

/** Writes down how the runs are looked at whenever that changes. @returns how to leave */
export const keepSession = (store: HistoryStore): (() => void) =>
  store.subscribe((state, before) => {
    if (state.shown !== before.shown || state.solo !== before.solo || state.baseline !== before.baseline) {
      writeSession(state);
    }
  });
