import type { RunConfig } from "../../lab/experiment/config.ts";
import { presetFor } from "../../lab/lessons/presets.ts";
import type { Group } from "../../lab/record/runRecord.ts";
import { experimentKey, type StartingPoint } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import { createArrival } from "./planArrival.ts";
import { writePlan } from "./planSession.ts";
import type { Planned } from "./plans.ts";
import type { Recorder } from "./recorder.ts";

/** A plan under way, and which of its runs has its turn. */
export interface Turn {
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

/** The plan under way; at most one. */
interface Turns {
  current(): Turn | undefined;
  /** Makes a plan the one under way. */
  set(turn: Turn): void;
  /**
   * Opens and trains the run whose turn it is, at once where its rows and its model are here; else as soon as they are. The plan
   * ends, and it is said why, where they are gone.
   */
  begin(mine: Turn): void;
  next(mine: Turn): void;
  /** Notes the plan, on the page, and for this tab after a reload. */
  note(mine: Turn): void;
  /** Leaves out what has not begun; the run under way goes on. */
  cancel(): void;
  end(why?: string): void;
}

export function createTurns(lab: Lab, library: Library, recorder: Recorder, newId: () => string): Turns {
  let turn: Turn | undefined;
  const arrival = createArrival(lab, recorder);

  function next(mine: Turn): void {
    mine.at++;
    if (mine.at < mine.runs.length) begin(mine);
    else end();
  }

  function begin(mine: Turn): void {
    turn = undefined; // Until the run is there, its predecessor must not be taken for it.
    const { config } = mine.runs[mine.at]!;
    arrival.await(config, (why) => (why === undefined ? open(mine) : stop(lab, library, mine, why)));
  }

  function open(mine: Turn): void {
    const { config, name } = mine.runs[mine.at]!;
    const { compute } = lab.draft.getState();
    mine.current = newId();
    setDraft(lab, mine, config);
    note(library, mine);
    recorder.expect({ id: mine.current, name, group: mine.group });
    lab.begin({ config, compute, from: mine.from });
    turn = mine;
  }

  function end(why?: string): void {
    const mine = turn;
    if (!mine) return;
    turn = undefined;
    forgetPlan(library);
    const left = Math.max(0, mine.runs.length - mine.at - 1);
    if (why && left > 0) {
      lab.notices.say("runs", [`${why}, so ${left} of ${mine.runs.length} planned runs were left out.`]);
      return;
    }
    setDraft(lab, mine, mine.before);
  }

  function cancel(): void {
    arrival.drop();
    if (turn) turn = { ...turn, runs: turn.runs.slice(0, turn.at + 1) };
    forgetPlan(library);
  }

  return {
    current: () => turn,
    set(next) {
      arrival.drop();
      turn = next;
    },
    begin,
    next,
    note: (mine) => note(library, mine),
    cancel,
    end,
  };
}

/** Shows a config of the plan in the draft, unless that was edited meanwhile. */
function setDraft(lab: Lab, mine: Turn, config: RunConfig): void {
  if (experimentKey(lab.draft.getState().config) !== experimentKey(mine.set)) return;
  mine.set = config;
  lab.draft.setState({ config, presetId: presetFor(config)?.id });
}

/** On the page, and for this tab after a reload. */
function note(library: Library, { group, runs, at, current, before, from }: Turn): void {
  library.store.setState({ plan: { what: group.name, done: at, of: runs.length } });
  writePlan(library.memory, { group, runs, at, current, before, from: from?.id });
}

/** Ends a plan whose next run cannot be opened. */
function stop(lab: Lab, library: Library, { group }: Turn, why: string): void {
  forgetPlan(library);
  lab.notices.say("runs", [`“${group.name}” cannot go on: ${why}`]);
}

/** On the page, and for this tab after a reload. */
function forgetPlan(library: Library): void {
  writePlan(library.memory, undefined);
  library.store.setState({ plan: undefined });
}
