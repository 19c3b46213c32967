import type { RunConfig } from "../../lab/experiment/config.ts";
import { presetFor } from "../../lab/lessons/presets.ts";
import type { Group } from "../../lab/record/runRecord.ts";
import { experimentKey, type StartingPoint } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import { type KeptPlan, readPlan, writePlan } from "./planSession.ts";
import type { Recorder } from "./recorder.ts";
import type { Recovery } from "./recovery.ts";

/** One run of a plan. */
interface Planned {
  readonly config: RunConfig;
  readonly name: string;
}

/** Trains several runs, one after another. */
export interface Planner {
  start(runs: readonly Planned[], group: Group): void;
  /** Leaves out what has not begun; the run under way goes on. */
  cancel(): void;
  /** The plan that a reload cut off. */
  kept(): KeptPlan | undefined;
  /** Goes on with it: with its run from the last checkpoint, then with the others. */
  goOn(): Promise<void>;
  /** Leaves out what a reload cut off. */
  forget(): void;
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
  /** What all of them start from. */
  readonly from: StartingPoint | undefined;
}

export function createPlanner(
  lab: Lab,
  library: Library,
  recorder: Recorder,
  recovery: Recovery,
  newId: () => string,
): Planner {
  let turn: Turn | undefined;
  let kept = readPlan();

  const leave = lab.run.subscribe(({ run }) => {
    if (!turn || !run) return;
    const { state } = run;
    if (recorder.current() !== turn.current) end("Another run was started");
    else if (state.phase === "stopped") end("This one was stopped");
    if (state.phase !== "finished" && state.phase !== "failed") return;
    const mine = turn;
    // The recorder hears of the end first, and asks for the last checkpoint before the next run opens.
    queueMicrotask(async () => {
      // A run that lost its worker or its device may go on by itself: then its turn does too.
      if (state.phase === "failed" && (await recovery.goesOn(mine.current))) return;
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
    say(mine);
    // Until the run is there, its predecessor must not be taken for it.
    const now = turn;
    turn = undefined;
    recorder.expect({ id: mine.current, name, group: mine.group });
    lab.begin({ config, compute: draft.compute, from: mine.from });
    turn = now;
  }

  /** On the page, and for this tab after a reload. */
  function say(mine: Turn): void {
    const { group, runs, at, current, before, from } = mine;
    library.store.setState({ plan: { what: group.name, done: at, of: runs.length } });
    kept = undefined;
    writePlan({ group, runs, at, current, before, from: from?.id });
  }

  function end(why?: string): void {
    const mine = turn;
    if (!mine) return;
    turn = undefined;
    writePlan(undefined);
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
      if (runs.length === 0 || !lab.mayStart(group.name)) return;
      const { config, from } = lab.draft.getState();
      turn = { group, runs, at: 0, current: "", before: config, set: config, from };
      lab.notices.say("runs", []);
      begin(turn);
    },
    cancel() {
      if (turn) turn = { ...turn, runs: turn.runs.slice(0, turn.at + 1) };
      writePlan(undefined);
      library.store.setState({ plan: undefined });
    },
    kept: () => kept,
    async goOn() {
      const plan = kept;
      kept = undefined;
      if (!plan) return;
      const weights = plan.from === undefined ? undefined : await library.checkpoint(plan.from);
      const parent = library.find(plan.from);
      const from = weights &&
        parent && { id: parent.id, name: parent.name, step: weights.stored.step, weights: weights.bytes };
      if (plan.from !== undefined && !from) {
        writePlan(undefined);
        lab.notices.say("runs", [`“${plan.group.name}” cannot go on: the weights that its runs start from are gone.`]);
        return;
      }
      const { config } = plan.runs[plan.at]!;
      await lab.data.load(config.task);
      await lab.models.load(config.task);
      const mine: Turn = { ...plan, set: config, from };
      const under = library.find(plan.current);
      if (under?.phase === "finished") {
        turn = mine;
        next(mine);
      } else if (under && (await recovery.resume(plan.current))) {
        turn = mine;
        say(mine);
      } else {
        turn = mine;
        begin(mine);
      }
    },
    forget() {
      if (kept) writePlan(undefined);
      kept = undefined;
    },
    dispose: leave,
  };
}
