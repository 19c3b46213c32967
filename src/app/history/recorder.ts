import { isLive } from "../../lab/record/runRecord.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import type { Lab } from "../lab.ts";
import type { Run } from "../runStore.ts";
import { isUntouched } from "../shownRun.ts";
import type { Library } from "./library.ts";
import type { Overlays } from "./overlays.ts";
import { type LiveRecord, type LiveRecordParts, liveRecord, type Recorded } from "./recorder/liveRecord.ts";
import { type Expected, enter, type Live, liveRun } from "./recorder/liveRun.ts";
import type { Tabs } from "./tabs.ts";

/** Writes down every run of the worker while it goes. */
export interface Recorder {
  /** The record that the next run belongs to: a new one, or one that goes on. */
  expect(expected: Expected): void;
  /** The record of the run in the worker, also before its first update. */
  current(): string | undefined;
  dispose(): void;
}

interface RecorderOptions extends Pick<LiveRecordParts, "now" | "elapsed"> {
  newId(): string;
  readonly tabs: Tabs;
}

/** The list follows a run this often, the archive this often. */
const TOUCH_MS = 1000;
const SAVE_MS = 5000;

export function createRecorder(
  lab: Lab,
  library: Library,
  overlays: Overlays,
  { now, elapsed, newId, tabs }: RecorderOptions,
): Recorder {
  const record = liveRecord({ lab, library, overlays, tabs, now, elapsed });
  let live: Live | undefined;
  let expected: Expected | undefined;

  const leaveStore = hearOf(lab, follow);
  const leaveEvents = listenFor({ lab, library, tabs, elapsed, record, live: () => live });

  function follow(run: Run): void {
    if (run.id !== live?.runId) {
      if (live) record.close(live, expected?.id);
      live = begun(run);
      expected = undefined;
    }
    if (isUntouched(run)) return;
    const at = elapsed();
    const moved = enter(live, run.state, at);
    if (!record.of(run.id)) record.create(run, live);
    askToKeep(lab, run, live);
    // What was changed by hand is part of the experiment, and must not be lost with the page.
    if (moved || run.config !== live.config || at - live.saved >= SAVE_MS) record.save(run, live, at);
    else if (at - live.touched >= TOUCH_MS) {
      live.touched = at;
      record.touch(run, live, at);
    }
    const { phase } = live;
    const resting = phase === "paused" || phase === "stopped" || phase === "finished";
    if (!resting || !moved || record.checkpoint(run, live)) return;
    void library.confirm(live.expected.id);
    if (phase === "finished") void library.letGo(live.expected.id);
  }

  function begun(run: Run): Live {
    const kept = expected && library.find(expected.id);
    const fresh = liveRun(run, expected ?? { id: newId() }, kept);
    if (kept) record.adopt(run, fresh);
    else library.store.setState({ live: undefined });
    return fresh;
  }

  return {
    expect(next) {
      expected = next;
    },
    current: () => live?.expected.id,
    dispose() {
      if (live) tabs.release(live.expected.id);
      leaveStore();
      leaveEvents();
    },
  };
}

/**
 * Follows the run of the worker whenever it moves, and as it is now: it may have begun while what keeps it was on its way.
 * @returns how to leave
 */
function hearOf(lab: Lab, follow: (run: Run) => void): () => void {
  const { run: begunBefore } = lab.run.getState();
  if (begunBefore) follow(begunBefore);
  return lab.run.subscribe(({ run }, { run: before }) => {
    if (run && run !== before) follow(run);
  });
}

/** Asks the worker for checkpoints of a run all along, once it has the run: one that goes on is shown before that. */
function askToKeep(lab: Lab, { id, state }: Run, live: Live): void {
  if (live.asked || state.phase === "loading" || state.phase === "compiling") return;
  lab.send({ type: "keep", runId: id });
  live.asked = true;
}

interface Recording {
  readonly lab: Lab;
  readonly library: Library;
  readonly tabs: Tabs;
  readonly record: LiveRecord;
  elapsed(): number;
  live(): Live | undefined;
}

/** Stores the checkpoints that runs send, and hears when a run is replaced or taken. @returns how to leave */
function listenFor({ lab, library, tabs, record, elapsed, live }: Recording): () => void {
  const leaveLab = lab.listen({
    event(event) {
      const kept = record.of(event.runId);
      if (!kept) return;
      if (event.type === "metrics" && event.runId !== live()?.runId) {
        for (const row of event.rows) kept.series.append(row);
      }
      if (event.type === "checkpoint") store(kept, event);
    },
    leaving(run) {
      const mine = live();
      if (run.id !== mine?.runId || !library.find(mine.expected.id)) return;
      if (mine.phase && isLive(mine.phase)) lab.send({ type: "checkpoint", runId: run.id });
    },
  });
  const leaveTabs = tabs.listen({
    taken(id) {
      if (live()?.expected.id !== id) return;
      lab.stop();
      lab.notices.say("runs", [
        `“${library.find(id)?.name ?? "The run"}” goes on in another tab, so it was stopped here.`,
      ]);
    },
  });

  function store(kept: Recorded, event: Extract<LabEvent, { type: "checkpoint" }>): void {
    const { step, runId } = event;
    const { run } = lab.run.getState();
    const mine = live();
    if (mine && run && runId === mine.runId && run.id === runId) {
      // Where it comes to rest at one that was taken on the way, another is asked for: with the hash of the parameters.
      if (event.hash !== "") mine.checkpointStep = Math.max(mine.checkpointStep, step);
      record.touch(run, mine, elapsed());
    } else library.touch(kept.id, { step, final: kept.series.newest() });
    const began = elapsed();
    void library.saveCheckpoint(kept.id, event, kept.grown()).then(() => {
      lab.send({ type: "stored", runId, ms: elapsed() - began, bytes: event.bytes });
      const now = live();
      if (now?.runId !== runId || now.phase !== "training") void library.confirm(kept.id);
      if (now?.runId === runId && now.phase === "finished" && step >= now.checkpointStep) void library.letGo(kept.id);
    });
  }

  return () => {
    leaveTabs();
    leaveLab();
  };
}
