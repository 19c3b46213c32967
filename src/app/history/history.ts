import type { Cluster } from "../../lab/export/exportFolder.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import type { TokenRecord } from "../../lab/record/tokenRecord.ts";
import type { Lab } from "../lab.ts";
import { type Archive, openArchive } from "./archive.ts";
import { type EntryActions, entryActions } from "./entryActions.ts";
import { createExport, type OutFile } from "./exportFiles.ts";
import { createGoOn } from "./goOn.ts";
import { createHistoryStore, type HistoryStore } from "./historyStore.ts";
import { type InFile, importFiles } from "./importFiles.ts";
import { createLibrary } from "./library.ts";
import { createOverlays } from "./overlays.ts";
import { racePlan, seedsPlan } from "./plans.ts";
import { createPlanner } from "./queue.ts";
import { browserEstimate, browserPersist, type Estimate } from "./quota.ts";
import { createRecorder } from "./recorder.ts";
import { createRecovery } from "./recovery.ts";
import { createRemoval, type Removal } from "./removal.ts";
import { startingPointOf } from "./startingPoint.ts";
import { browserMemory, type TabMemory } from "./tabMemory.ts";
import { browserTabs, type Tabs } from "./tabs.ts";
import { createTokenRecorder } from "./tokenRecorder.ts";
import { keepSession, readSession } from "./viewSession.ts";

/** Every run that was made here: kept, shown, compared, exported. */
export interface RunHistory extends EntryActions, Omit<Removal, "dispose"> {
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
  /** Takes files in. @returns the names that they are kept under */
  importFiles(files: readonly InFile[]): Promise<readonly string[]>;
  dispose(): void;
}

export interface HistoryOptions {
  readonly archive?: Promise<Archive>;
  readonly estimate?: Estimate;
  readonly persist?: () => Promise<unknown>;
  readonly tabs?: Tabs;
  readonly memory?: TabMemory;
  now?(): number;
  /** Milliseconds of a monotonic clock. */
  elapsed?(): number;
}

export function createHistory(lab: Lab, options: HistoryOptions = {}): RunHistory {
  const { archive = openArchive(), estimate = browserEstimate, now = Date.now } = options;
  const { elapsed = () => performance.now(), persist = browserPersist } = options;
  const { tabs = browserTabs(), memory = browserMemory } = options;
  const store = createHistoryStore(readSession(memory));
  const library = createLibrary(store, lab.notices, archive, { estimate, persist, elapsed, tabs, memory });
  const overlays = createOverlays(library);
  const recorder = createRecorder(lab, library, overlays, { now, elapsed, newId, tabs });
  const tokens = createTokenRecorder(lab, library, elapsed);
  const recovery = createRecovery(lab, library, recorder, tabs);
  const planner = createPlanner(lab, library, recorder, recovery, newId);
  const goOn = createGoOn(lab, library, recovery, planner);
  const removal = createRemoval(library, overlays, tabs, lab.notices);
  const out = createExport(lab, library);
  const leaveSession = keepSession(store, memory);
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
    ...entryActions(library, overlays, tabs, lab.notices),
    remove: removal.remove,
    undo: removal.undo,
    trainSeeds(count) {
      const { runs, group } = seedsPlan(lab.draft.getState().config, count, newId());
      planner.start(runs, group);
    },
    race(algorithms) {
      const { runs, group } = racePlan(lab.draft.getState(), algorithms, newId());
      planner.start(runs, group);
    },
    cancelPlan: () => planner.cancel(),
    resume: (id) => {
      if (lab.mayStart(id)) void recovery.resume(id);
    },
    async startFrom(id) {
      const from = id === undefined ? undefined : await startingPointOf(library, id);
      if (from || id === undefined) lab.draft.setState({ from });
    },
    answerRecovery: (yes) => recovery.answer(yes),
    answerGoOn: (yes) => (yes ? goOn.accept() : goOn.dismiss()),
    exportRun: out.run,
    exportWeights: out.weights,
    exportCluster: out.cluster,
    exportTokens: out.tokens,
    importFiles: (files) => importFiles({ lab, library, now, newId }, files),
    dispose() {
      leaveSession();
      for (const part of [removal, tokens, recorder, planner, recovery, goOn, library]) part.dispose();
    },
  };
}

/** Random enough that runs of two browsers never meet; unlike randomUUID it is there without https. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36).padStart(2, "0")).join("");
}
