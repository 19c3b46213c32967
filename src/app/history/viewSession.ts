import type { HistoryState, HistoryStore } from "./historyStore.ts";
import type { TabMemory } from "./tabMemory.ts";

/** What is in view of the runs, as long as the tab lives: a reload shows the same, a link in a new tab starts clean. */
type RunsView = Pick<HistoryState, "shown" | "solo" | "baseline">;

const KEY = "policy-lab.runs-in-view";
const NOTHING: RunsView = { shown: [], solo: undefined, baseline: undefined };

export function readSession(memory: TabMemory): RunsView {
  try {
    const { shown, solo, baseline } = JSON.parse(memory.read(KEY) ?? "{}") as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return {
      shown: Array.isArray(shown) ? shown.filter((id) => typeof id === "string") : [],
      solo: text(solo),
      baseline: text(baseline),
    };
  } catch {
    // Something else is under the name.
    return NOTHING;
  }
}

/** Writes down how the runs are looked at whenever that changes. @returns how to leave */
export const keepSession = (store: HistoryStore, memory: TabMemory): (() => void) =>
  store.subscribe(({ shown, solo, baseline }, before) => {
    if (shown !== before.shown || solo !== before.solo || baseline !== before.baseline) {
      memory.write(KEY, JSON.stringify({ shown, solo, baseline }));
    }
  });
