import type { RunConfig } from "../../lab/experiment/config.ts";
import { presetFor } from "../../lab/experiment/presets.ts";
import type { Group } from "../../lab/record/runRecord.ts";
import { experimentKey } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";

/** One run of a plan. */
interface Planned {
  readonly config: RunConfig;
  readonly name: string;
}

/** Trains several runs, one after another. */
interface Planner {
  start(runs: readonly Planned[], group: Group): void;
  /** Leaves out what has not begun; the run under way goes on. */
  cancel(): void;
  dispose(): void;
}

interface Turn {
  readonly group: Group;
  readonly runs: readonly Planned[];
  at: number;
  current: string;
  /** The draft as it was, and as the plan set it last: an edit made meanwhile stays. */
  readonly before: RunConfig;
  set: RunConfig;
}

export function createPlanner(lab: Lab, library: Library, recorder: Recorder, newId: () => string): Planner {
  let turn: Turn | undefined;

  const leave = lab.run.subscribe(({ run }) => {
    if (!turn || !run) return;
    const { state } = run;
    if (recorder.current() !== turn.current) end("Another run was started");
    else if (state.phase === "stopped") end("This one was stopped");
    const failed = state.phase === "failed" && !state.lost;
    if (state.phase !== "finished" && !failed) return;
    const mine = turn;
    // The recorder hears of the end first, and asks for the last checkpoint before the next run opens.
    queueMicrotask(() => {
      if (turn === mine && recorder.current() === mine.current) next(mine);
    });
  });

  function next(mine: Turn): void {
    mine.at++;
    if (mine.at < mine.runs.length) begin(mine);
    else end();
  }

  function begin(mine: Turn): void {
    const { config, name } = mine.runs[mine.at]!;
    const draft = lab.draft.getState();
    mine.current = newId();
    if (experimentKey(draft.config) === experimentKey(mine.set)) {
      mine.set = config;
      lab.draft.setState({ config, presetId: presetFor(config)?.id });
    }
    library.store.setState({ plan: { what: mine.group.name, done: mine.at, of: mine.runs.length } });
    // Until the run is there, its predecessor must not be taken for it.
    const now = turn;
    turn = undefined;
    recorder.expect({ id: mine.current, name, group: mine.group });
    lab.begin({ config, compute: draft.compute, from: draft.from });
    turn = now;
  }

  function end(why?: string): void {
    const mine = turn;
    if (!mine) return;
    turn = undefined;
    library.store.setState({ plan: undefined });
    const left = Math.max(0, mine.runs.length - mine.at - 1);
    if (why && left > 0) {
      lab.notices.say("runs", [`${why}, so ${left} of ${mine.runs.length} planned runs were left out.`]);
      return;
    }
    if (experimentKey(lab.draft.getState().config) === experimentKey(mine.set)) {
      lab.draft.setState({ config: mine.before, presetId: presetFor(mine.before)?.id });
    }
  }

  return {
    start(runs, group) {
      if (runs.length === 0) return;
      const { config } = lab.draft.getState();
      turn = { group, runs, at: 0, current: "", before: config, set: config };
      lab.notices.say("runs", []);
      begin(turn);
    },
    cancel() {
      if (turn) turn = { ...turn, runs: turn.runs.slice(0, turn.at + 1) };
      library.store.setState({ plan: undefined });
    },
    dispose: leave,
  };
}
