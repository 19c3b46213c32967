import { withSettings } from "../../lab/experiment/config.ts";
import { nameOf } from "../../lab/experiment/name.ts";
import { algorithmsOf } from "../../lab/experiment/phases.ts";
import type { Cluster } from "../../lab/export/exportFolder.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import { MAX_OVERLAY, type RunRecord } from "../../lab/record/runRecord.ts";
import type { TokenRecord } from "../../lab/record/tokenRecord.ts";
import { changed } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import { type Archive, openArchive } from "./archive.ts";
import { createGoOn } from "./goOn.ts";
import { createHistoryStore, entryOf, type HistoryStore } from "./historyStore.ts";
import { createImportExport, type ImportExport, type OutFile } from "./importExport.ts";
import { createLibrary } from "./library.ts";
import { createOverlays } from "./overlays.ts";
import { createPlanner } from "./queue.ts";
import { browserEstimate, browserPersist, type Estimate } from "./quota.ts";
import { createRecorder } from "./recorder.ts";
import { createRecovery } from "./recovery.ts";
import { browserTabs, type Tabs } from "./tabs.ts";
import { createTokenRecorder } from "./tokenRecorder.ts";
import { readSession, writeSession } from "./viewSession.ts";

/** Every run that was made here: kept, shown, compared, exported. */
export interface RunHistory {
  readonly store: HistoryStore;
  /** When the archive has been read. */
  readonly ready: Promise<void>;
  /** When everything so far has been written. */
  settled(): Promise<void>;
  /** Curves of a run that is in view. */
  seriesOf(id: string): MetricTable | undefined;
  /** Tokens of the run in the worker, by its own id or the one it is kept under, and of the past run that was last loaded. */
  tokensOf(id: string): TokenRecord | undefined;
  loadTokens(id: string | undefined): void;
  /** Of an entry: a run, or a group of seeds. Beyond {@link MAX_OVERLAY} it is refused with a notice. */
  show(entryId: string, on: boolean): void;
  solo(entryId: string | undefined): void;
  compareWith(entryId: string | undefined): void;
  pin(entryId: string, on: boolean): void;
  rename(entryId: string, name: string): void;
  /** Takes an entry away; for {@link UNDO_MS} it can be brought back. */
  remove(entryId: string): void;
  undo(): void;
  /** The draft under `count` seeds from its own upwards. */
  trainSeeds(count: number): void;
  /** The draft under each of these algorithms. */
  race(algorithms: readonly string[]): void;
  cancelPlan(): void;
  resume(id: string): void;
  /** Lets the draft start from a run's weights; without one, from what its config says. */
  startFrom(id: string | undefined): Promise<void>;
  answerRecovery(goOn: boolean): void;
  /** To the offer to go on with what was cut off. */
  answerGoOn(goOn: boolean): void;
  exportRun(id: string): Promise<OutFile | undefined>;
  exportWeights(id: string): Promise<OutFile | undefined>;
  exportCluster(id: string, cluster: Cluster): Promise<OutFile | undefined>;
  exportTokens(id: string): Promise<OutFile | undefined>;
  importFiles: ImportExport["take"];
  dispose(): void;
}

export const UNDO_MS = 10_000;

export interface HistoryOptions {
  readonly archive?: Promise<Archive>;
  readonly estimate?: Estimate;
  readonly persist?: () => Promise<unknown>;
  readonly tabs?: Tabs;
  now?(): number;
  /** Milliseconds of a monotonic clock. */
  elapsed?(): number;
}

export function createHistory(lab: Lab, options: HistoryOptions = {}): RunHistory {
  const { archive = openArchive(), estimate = browserEstimate, now = Date.now } = options;
  const { elapsed = () => performance.now(), persist = browserPersist, tabs = browserTabs() } = options;
  const store = createHistoryStore(readSession());
  const library = createLibrary(store, lab.notices, archive, { estimate, persist, elapsed, tabs });
  const overlays = createOverlays(library);
  const recorder = createRecorder(lab, library, overlays, { now, elapsed, newId, tabs });
  const tokens = createTokenRecorder(lab, library, elapsed);
  const recovery = createRecovery(lab, library, recorder, tabs);
  const planner = createPlanner(lab, library, recorder, recovery, newId);
  const goOn = createGoOn(lab, library, recovery, planner);
  const importExport = createImportExport(lab, library, now, newId);
  const leaveSession = store.subscribe((state, before) => {
    if (state.shown !== before.shown || state.solo !== before.solo || state.baseline !== before.baseline) {
      writeSession(state);
    }
  });
  /** The newest notice says that there was no room. */
  let refused = false;
  let undoTimer: ReturnType<typeof setTimeout> | undefined;

  const runsOf = (entryId: string): readonly RunRecord[] => entryOf(store.getState(), entryId)?.runs ?? [];

  /** A change of a record by hand; of a run that another tab writes, by that tab. */
  function mark(id: string, changes: { readonly name?: string; readonly pinned?: boolean }): void {
    if (!tabs.isElsewhere(id)) library.patch(id, changes);
    else {
      library.touch(id, changes);
      tabs.tell({ type: "patch", id, changes });
    }
  }

  /** The time for regret is over. */
  function forget(): void {
    clearTimeout(undoTimer);
    const { undo } = store.getState();
    if (!undo) return;
    store.setState({ undo: undefined });
    library.forget(undo.runs.map(({ id }) => id));
  }

  const ready = library.ready.then(() => {
    goOn.look();
    return overlays.load();
  });

  return {
    store,
    ready,
    settled: () => library.settled(),
    seriesOf: (id) => overlays.of(id),
    tokensOf: (id) => tokens.of(id),
    loadTokens: (id) => void tokens.load(id),
    show(entryId, on) {
      if (on && !overlays.hasRoom()) {
        const name = entryOf(store.getState(), entryId)?.name ?? "it";
        lab.notices.say("runs", [
          `At most ${MAX_OVERLAY} runs can be told apart over the charts, and so many are there: hide one to show “${name}”.`,
        ]);
        refused = true;
        return;
      }
      if (refused) lab.notices.say("runs", []);
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
      const name = wanted.trim().slice(0, 80);
      const runs = runsOf(entryId);
      if (name === "" || runs.length === 0) return;
      for (const { id, group } of runs) {
        if (group && id !== entryId) library.patch(id, { group: { ...group, name } });
        else mark(id, { name });
      }
    },
    remove(entryId) {
      const entry = entryOf(store.getState(), entryId);
      if (!entry) return;
      if (entry.runs.some(({ id }) => tabs.isElsewhere(id))) {
        lab.notices.say("runs", [`“${entry.name}” is at work in another tab: stop it there before it is deleted.`]);
        return;
      }
      forget();
      const runs = library.hide(entry.runs.map(({ id }) => id));
      const what = entry.seeds ? `“${entry.name}” with ${runs.length} runs` : `“${entry.name}”`;
      store.setState(({ solo }) => ({
        undo: { runs, text: `${what} deleted.` },
        solo: solo === entryId ? undefined : solo,
      }));
      undoTimer = setTimeout(forget, UNDO_MS);
    },
    undo() {
      clearTimeout(undoTimer);
      const { undo } = store.getState();
      if (!undo) return;
      store.setState({ undo: undefined });
      library.restore(undo.runs);
      void overlays.load();
    },
    trainSeeds(count) {
      const { config } = lab.draft.getState();
      const title = algorithmsOf(config);
      const group = { id: newId(), kind: "seeds", name: `${title}, ${count} seeds`, size: count } as const;
      const first = config.start.seed;
      const runs = Array.from({ length: count }, (_, i) => ({
        config: withSettings(config, { seed: first + i }),
        name: `${title}, seed ${first + i}`,
      }));
      planner.start(runs, group);
    },
    race(algorithms) {
      const draft = lab.draft.getState();
      const group = {
        id: newId(),
        kind: "race",
        name: `race of ${algorithms.length} algorithms`,
        size: algorithms.length,
      } as const;
      const runs = algorithms.map((algorithm) => {
        const { config } = changed(draft, { algorithm });
        return { config, name: nameOf(config) };
      });
      planner.start(runs, group);
    },
    cancelPlan: () => planner.cancel(),
    resume: (id) => {
      if (lab.mayStart(id)) void recovery.resume(id);
    },
    async startFrom(id) {
      const kept = id === undefined ? undefined : await library.checkpoint(id);
      const record = library.find(id);
      if (id !== undefined && (!kept || !record)) return;
      const from = kept && record && { id: record.id, name: record.name, step: kept.stored.step, weights: kept.bytes };
      lab.draft.setState({ from });
    },
    answerRecovery: (yes) => recovery.answer(yes),
    answerGoOn: (yes) => (yes ? goOn.accept() : goOn.dismiss()),
    exportRun: (id) => importExport.run(id),
    exportWeights: (id) => importExport.weights(id),
    exportCluster: (id, cluster) => importExport.cluster(id, cluster),
    exportTokens: (id) => importExport.tokens(id),
    importFiles: (files) => importExport.take(files),
    dispose() {
      clearTimeout(undoTimer);
      leaveSession();
      for (const part of [tokens, recorder, planner, recovery, goOn, library]) part.dispose();
    },
  };
}

/** Random enough that runs of two browsers never meet; unlike randomUUID it is there without https. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36).padStart(2, "0")).join("");
}
