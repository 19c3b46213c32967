import type { Group } from "../../lab/record/runRecord.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import { type KeptPlan, readPlan, writePlan } from "./planSession.ts";
import type { Planned } from "./plans.ts";
import type { Recorder } from "./recorder.ts";
import type { Recovery } from "./recovery.ts";
import { startingPointOf } from "./startingPoint.ts";
import { createTurns, type Turn } from "./turns.ts";

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

export function createPlanner(
  lab: Lab,
  library: Library,
  recorder: Recorder,
  recovery: Recovery,
  newId: () => string,
): Planner {
  const turns = createTurns(lab, library, recorder, newId);
  let kept = readPlan(library.memory);

  const leave = lab.run.subscribe(({ run }) => {
    const mine = turns.current();
    if (!mine || !run) return;
    const { state } = run;
    if (recorder.current() !== mine.current) turns.end("Another run was started");
    else if (state.phase === "stopped") turns.end("This one was stopped");
    if (state.phase !== "finished" && state.phase !== "failed") return;
    // The recorder hears of the end first, and asks for the last checkpoint before the next run opens.
    queueMicrotask(async () => {
      // A run that lost its worker or its device may go on by itself: then its turn does too.
      if (state.phase === "failed" && (await recovery.goesOn(mine.current))) return;
      if (turns.current() === mine && recorder.current() === mine.current) turns.next(mine);
    });
  });

  return {
    start(runs, group) {
      if (runs.length === 0 || lab.mustAskAll(runs.map(({ config }) => config))) return;
      if (!lab.mayStart(group.name)) return;
      const { config, from } = lab.draft.getState();
      const mine: Turn = { group, runs, at: 0, current: "", before: config, set: config, from };
      turns.set(mine);
      kept = undefined;
      lab.notices.say("runs", []);
      turns.begin(mine);
    },
    cancel: turns.cancel,
    kept: () => kept,
    async goOn() {
      const plan = kept;
      kept = undefined;
      if (!plan) return;
      const mine = await turnOf(plan, lab, library);
      if (!mine) return;
      const under = library.find(plan.current);
      const finished = under?.phase === "finished";
      const resumed = !finished && under && (await recovery.resume(plan.current));
      turns.set(mine);
      if (finished) turns.next(mine);
      else if (resumed) turns.note(mine);
      else turns.begin(mine);
    },
    forget() {
      if (kept) writePlan(library.memory, undefined);
      kept = undefined;
    },
    dispose: leave,
  };
}

/** A plan that goes on after a reload; undefined, and a notice, where its runs have nothing to start from any more. */
async function turnOf(plan: KeptPlan, lab: Lab, library: Library): Promise<Turn | undefined> {
  const from = plan.from === undefined ? undefined : await startingPointOf(library, plan.from);
  if (plan.from !== undefined && !from) {
    writePlan(library.memory, undefined);
    lab.notices.say("runs", [`“${plan.group.name}” cannot go on: the weights that its runs start from are gone.`]);
    return undefined;
  }
  return { ...plan, set: plan.runs[plan.at]!.config, from };
}
