import type { RunConfig } from "../../lab/experiment/config.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import { defaultName, freeName, freeTone, type Group, isLive, type RecordPhase } from "../../lab/record/runRecord.ts";
import type { RunState } from "../../lab/train/runState.ts";
import { isUntouched, type Lab } from "../lab.ts";
import { type Run, stepOf } from "../runStore.ts";
import { entriesInView } from "./historyStore.ts";
import type { Library } from "./library.ts";
import type { Overlays } from "./overlays.ts";
import { type GrowingPart, growthOf } from "./tableGrowth.ts";
import type { Tabs } from "./tabs.ts";

/** What a run that is about to begin is kept as. */
interface Expected {
  readonly id: string;
  readonly name?: string;
  readonly group?: Group;
}

/** Writes down every run of the worker while it goes. */
export interface Recorder {
  /** The record that the next run belongs to: a new one, or one that goes on. */
  expect(expected: Expected): void;
  /** The record of the run in the worker, also before its first update. */
  current(): string | undefined;
  dispose(): void;
}

interface RecorderOptions {
  /** Milliseconds since 1970: when a run was made. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: intervals and durations. */
  elapsed(): number;
  newId(): string;
  readonly tabs: Tabs;
}

/** The list follows a run this often, the archive this often. */
const TOUCH_MS = 1000;
const SAVE_MS = 5000;

/** The run in the worker. */
interface Live {
  readonly runId: string;
  readonly expected: Expected;
  series: MetricTable;
  /** What is to be written of the series. */
  readonly grown: () => GrowingPart;
  phase: RecordPhase | undefined;
  /** Seconds in training before the present stretch, and when that began. */
  seconds: number;
  since: number | undefined;
  touched: number;
  saved: number;
  /** As it was last written. */
  config: RunConfig;
  /** The worker has been asked for checkpoints all along. */
  asked: boolean;
  checkpointStep: number;
}

export function createRecorder(
  lab: Lab,
  library: Library,
  overlays: Overlays,
  { now, elapsed, newId, tabs }: RecorderOptions,
): Recorder {
  let live: Live | undefined;
  let expected: Expected | undefined;
  /** Records of runs that were in the worker, since their last words come when another is shown already. */
  const recordOf = new Map<
    string,
    { readonly id: string; readonly series: MetricTable; readonly grown: () => GrowingPart }
  >();

  const leaveStore = lab.run.subscribe(({ run }, { run: before }) => {
    if (run && run !== before) follow(run);
  });
  const leaveLab = lab.listen({
    event(event) {
      const kept = recordOf.get(event.runId);
      if (!kept) return;
      if (event.type === "metrics" && event.runId !== live?.runId) {
        for (const row of event.rows) kept.series.append(row);
      }
      if (event.type !== "checkpoint") return;
      const { step, runId } = event;
      const { run } = lab.run.getState();
      if (live && run && runId === live.runId && run.id === runId) {
        live.checkpointStep = Math.max(live.checkpointStep, step);
        library.touch(kept.id, progress(run, live, elapsed()));
      } else library.touch(kept.id, { step, final: kept.series.newest() });
      const began = elapsed();
      void library.saveCheckpoint(kept.id, event, kept.grown()).then(() => {
        lab.send({ type: "stored", runId, ms: elapsed() - began });
        if (live?.runId !== runId || live.phase !== "training") void library.confirm(kept.id);
        if (live?.runId === runId && live.phase === "finished" && step >= live.checkpointStep)
          void library.letGo(kept.id);
      });
    },
    leaving(run) {
      if (run.id !== live?.runId || !library.find(live.expected.id)) return;
      if (live.phase && isLive(live.phase)) lab.send({ type: "checkpoint", runId: run.id });
    },
  });

  const leaveTabs = tabs.listen({
    taken(id) {
      if (live?.expected.id !== id) return;
      lab.stop();
      lab.notices.say("runs", [
        `“${library.find(id)?.name ?? "The run"}” goes on in another tab, so it was stopped here.`,
      ]);
    },
  });

  function follow(run: Run): void {
    if (run.id !== live?.runId) {
      if (live) close(live);
      live = begun(run);
      expected = undefined;
    }
    if (isUntouched(run)) return;
    const at = elapsed();
    const phase = phaseOf(run.state, live.phase);
    const moved = phase !== live.phase;
    if (moved) clock(live, phase, at);
    live.phase = phase;
    if (!recordOf.has(run.id)) create(run, live);
    if (!live.asked) lab.send({ type: "keep", runId: run.id });
    live.asked = true;
    // What was changed by hand is part of the experiment, and must not be lost with the page.
    if (moved || run.config !== live.config || at - live.saved >= SAVE_MS) save(run, live, at);
    else if (at - live.touched >= TOUCH_MS) {
      live.touched = at;
      library.touch(live.expected.id, progress(run, live, at));
    }
    const resting = phase === "paused" || phase === "stopped" || phase === "finished";
    if (!resting || !moved || checkpoint(run, live)) return;
    void library.confirm(live.expected.id);
    if (phase === "finished") void library.letGo(live.expected.id);
  }

  function begun(run: Run): Live {
    const kept = expected && library.find(expected.id);
    const fresh: Live = {
      runId: run.id,
      expected: expected ?? { id: newId() },
      series: run.series,
      grown: growthOf(run.series, kept ? run.series.length : 0),
      phase: kept ? "paused" : undefined,
      seconds: kept?.seconds ?? 0,
      since: undefined,
      touched: Number.NEGATIVE_INFINITY,
      saved: Number.NEGATIVE_INFINITY,
      config: run.config,
      asked: false,
      checkpointStep: kept?.checkpoint?.step ?? 0,
    };
    if (kept) adopt(run, fresh);
    else library.store.setState({ live: undefined });
    return fresh;
  }

  function adopt(run: Run, { expected: { id }, grown }: Live): void {
    recordOf.set(run.id, { id, series: run.series, grown });
    void tabs.hold(id);
    overlays.put(id, run.series);
    library.store.setState({ live: id });
  }

  function create(run: Run, mine: Live): void {
    const { id, name, group } = mine.expected;
    const state = library.store.getState();
    const taken = state.records.map((record) => record.name);
    const sibling = group?.kind === "seeds" ? state.records.find((record) => record.group?.id === group.id) : undefined;
    library.add({
      id,
      name: freeName(name ?? defaultName(run.config), taken),
      created: now(),
      ...progress(run, mine, elapsed()),
      ...(run.from && { parent: { id: run.from.id, name: run.from.name, step: run.from.step } }),
      ...(group && { group }),
      pinned: false,
      tone: sibling?.tone ?? freeTone(entriesInView({ ...state, solo: undefined }).map(({ tone }) => tone)),
    });
    adopt(run, mine);
    overlays.show(group?.kind === "seeds" ? group.id : id);
  }

  function save(run: Run, mine: Live, at: number): void {
    mine.touched = at;
    mine.saved = at;
    mine.config = run.config;
    library.patch(mine.expected.id, progress(run, mine, at), mine.grown());
  }

  function progress(run: Run, mine: Live, at: number) {
    const { backend } = lab.run.getState();
    const { state } = run;
    return {
      config: run.config,
      policy: backend?.policy ?? "",
      backend: backend?.backend ?? "",
      phase: mine.phase ?? "paused",
      message: state.phase === "failed" ? state.message : undefined,
      step: Math.max(stepOf(state), run.series.step),
      final: run.series.newest(),
      seconds: mine.seconds + (mine.since === undefined ? 0 : (at - mine.since) / 1000),
    };
  }

  /** At rest the newest weights are kept, unless they are already. @returns whether they are still to come */
  function checkpoint(run: Run, mine: Live): boolean {
    const step = stepOf(run.state);
    if (step <= mine.checkpointStep) return false;
    mine.checkpointStep = step;
    lab.send({ type: "checkpoint", runId: run.id });
    return true;
  }

  /** Another run has taken the place of this one before it came to its end. */
  function close(mine: Live): void {
    // Its last checkpoint is still on the way, and is written all the same.
    if (expected?.id !== mine.expected.id) tabs.release(mine.expected.id);
    const record = library.find(mine.expected.id);
    if (!record || mine.phase === undefined || !isLive(mine.phase) || expected?.id === record.id) return;
    clock(mine, "stopped", elapsed());
    library.patch(record.id, { phase: "stopped", seconds: mine.seconds }, mine.grown());
  }

  return {
    expect(next) {
      expected = next;
    },
    current: () => live?.expected.id,
    dispose() {
      if (live) tabs.release(live.expected.id);
      leaveTabs();
      leaveStore();
      leaveLab();
    },
  };
}

function clock(live: Live, phase: RecordPhase, at: number): void {
  if (live.since !== undefined) live.seconds += (at - live.since) / 1000;
  live.since = phase === "training" ? at : undefined;
}

function phaseOf({ phase }: RunState, before: RecordPhase | undefined): RecordPhase {
  if (phase === "loading" || phase === "compiling" || phase === "ready") return before ?? "paused";
  return phase;
}
