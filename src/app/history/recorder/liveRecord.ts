import type { MetricTable } from "../../../lab/record/metricTable.ts";
import { defaultName, freeName, freeTone, isLive, type RunRecord } from "../../../lab/record/runRecord.ts";
import type { Lab } from "../../lab.ts";
import { type Run, stepOf } from "../../runStore.ts";
import { entriesInView } from "../historyStore.ts";
import type { Library } from "../library.ts";
import type { Overlays } from "../overlays.ts";
import type { GrowingPart } from "../tableGrowth.ts";
import type { Tabs } from "../tabs.ts";
import { clock, type Live, progressOf } from "./liveRun.ts";

/** A run that was in the worker: its last words come when another is shown already. */
export interface Recorded {
  readonly id: string;
  readonly series: MetricTable;
  readonly grown: () => GrowingPart;
}

/** The record of the run in the worker, in the library and over the charts. */
export interface LiveRecord {
  /** Of a run that has been adopted, also when another is in the worker by now. */
  of(runId: string): Recorded | undefined;
  /** Makes it the record that this tab writes and the page shows as at work. */
  adopt(run: Run, mine: Live): void;
  /** Adds a new one to the library. */
  create(run: Run, mine: Live): void;
  save(run: Run, mine: Live, at: number): void;
  /** Shows how far the run is; the next {@link LiveRecord.save} writes it. */
  touch(run: Run, mine: Live, at: number): void;
  /** Asks for the newest weights, unless they are kept already. @returns whether they are still to come */
  checkpoint(run: Run, mine: Live): boolean;
  /** Another run has taken the place of this one before it came to its end. @param next the record that goes on */
  close(mine: Live, next: string | undefined): void;
}

export interface LiveRecordParts {
  readonly lab: Lab;
  readonly library: Library;
  readonly overlays: Overlays;
  readonly tabs: Tabs;
  /** Milliseconds since 1970: when a run was made. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: intervals and durations. */
  elapsed(): number;
}

export function liveRecord({ lab, library, overlays, tabs, now, elapsed }: LiveRecordParts): LiveRecord {
  const recorded = new Map<string, Recorded>();
  const progress = (run: Run, mine: Live, at: number) => progressOf(run, lab.run.getState().backend, mine, at);

  function adopt(run: Run, { expected: { id }, grown }: Live): void {
    recorded.set(run.id, { id, series: run.series, grown });
    void tabs.hold(id);
    overlays.put(id, run.series);
    library.store.setState({ live: id });
  }

  return {
    of: (runId) => recorded.get(runId),
    adopt,
    create(run, mine) {
      library.add(newRecord(library, run, mine, now(), progress(run, mine, elapsed())));
      adopt(run, mine);
      const { id, group } = mine.expected;
      overlays.show(group?.kind === "seeds" ? group.id : id);
    },
    save(run, mine, at) {
      mine.touched = at;
      mine.saved = at;
      mine.config = run.config;
      library.patch(mine.expected.id, progress(run, mine, at), mine.grown());
    },
    touch: (run, mine, at) => library.touch(mine.expected.id, progress(run, mine, at)),
    checkpoint(run, mine) {
      const step = stepOf(run.state);
      if (step <= mine.checkpointStep) return false;
      mine.checkpointStep = step;
      lab.send({ type: "checkpoint", runId: run.id });
      return true;
    },
    close(mine, next) {
      // Its last checkpoint is still on the way, and is written all the same.
      if (next !== mine.expected.id) tabs.release(mine.expected.id);
      const record = library.find(mine.expected.id);
      if (!record || mine.phase === undefined || !isLive(mine.phase) || next === record.id) return;
      clock(mine, "stopped", elapsed());
      library.patch(record.id, { phase: "stopped", seconds: mine.seconds }, mine.grown());
    },
  };
}

/** The record of a run that is kept for the first time, with a name and a tone that no other has. */
function newRecord(
  library: Library,
  run: Run,
  { expected: { id, name, group } }: Live,
  created: number,
  progress: ReturnType<typeof progressOf>,
): RunRecord {
  const state = library.store.getState();
  const taken = state.records.map((record) => record.name);
  const sibling = group?.kind === "seeds" ? state.records.find((record) => record.group?.id === group.id) : undefined;
  return {
    id,
    name: freeName(name ?? defaultName(run.config), taken),
    created,
    ...progress,
    ...(run.from && { parent: { id: run.from.id, name: run.from.name, step: run.from.step } }),
    ...(group && { group }),
    pinned: false,
    tone: sibling?.tone ?? freeTone(entriesInView({ ...state, solo: undefined }).map(({ tone }) => tone)),
  };
}
