import { createStore, type StoreApi } from "zustand/vanilla";
import type { WatchedColumn } from "../../lab/record/tokenRecord.ts";
import type { RewardReport } from "../../lab/rewards/rewardModel.ts";
import type { InspectedRow } from "../../lab/train/inspect.ts";
import type { WatchedRow } from "../../lab/train/probed.ts";
import type { LabEvent, RunId } from "../../lab/worker/protocol.ts";
import type { Answers } from "../../lab/worker/questions.ts";
import type { Lab } from "../lab.ts";

export type WatchColumn = WatchedColumn;

export interface Watching {
  readonly runId: RunId;
  readonly rows: readonly WatchedRow[];
  /** In order of step, at most {@link MOST_COLUMNS}. */
  readonly columns: readonly WatchColumn[];
}

/** Why there is no answer, in one sentence. */
interface Refused {
  readonly issue: string;
}

/** The newest answer about a row. */
type Answered = { readonly runId: RunId; readonly row: InspectedRow } & (Answers["inspect"] | Refused);

/** What was asked of a run beyond what every run tells. */
export interface Findings {
  readonly watching: Watching | undefined;
  readonly answered: Answered | undefined;
  readonly rewardModel: ({ readonly runId: RunId } & ({ readonly report: RewardReport | null } | Refused)) | undefined;
}

export interface Microscope extends StoreApi<Findings> {
  /** Asks for the likeliest tokens along a row of the shown run. */
  inspect(row: InspectedRow): Promise<void>;
  /** Asks how good the shown run's reward model is. */
  measureRewardModel(): Promise<void>;
}

/** Demonstrations watched at once: changing from one to another must not lose the past. */
const WATCHED = 4;
export const MOST_COLUMNS = 400;

const made = new WeakMap<Lab, Microscope>();

/** The microscope of a lab, made when it is first looked through; from then on it follows every run. */
export function microscopeOf(lab: Lab): Microscope {
  const known = made.get(lab);
  if (known) return known;
  const microscope = createMicroscope(lab);
  made.set(lab, microscope);
  return microscope;
}

function createMicroscope(lab: Lab): Microscope {
  const store = createStore<Findings>(() => ({ watching: undefined, answered: undefined, rewardModel: undefined }));
  let followed: RunId | undefined;

  function follow(runId: RunId | undefined): void {
    if (runId === followed || runId === undefined) return;
    followed = runId;
    store.setState({ watching: undefined, answered: undefined, rewardModel: undefined });
    // After the command that opens the run, which is sent once the page knows of it.
    queueMicrotask(() => lab.send({ type: "watch", runId, count: WATCHED }));
  }

  function hear(event: LabEvent): void {
    if (event.runId !== followed) return;
    if (event.type === "watched") {
      store.setState(({ watching }) => ({ watching: grown(watching, event) }));
      lab.pacer.notify();
    }
  }

  lab.listen({ event: hear });
  lab.run.subscribe(({ run }) => follow(run?.id));
  follow(lab.run.getState().run?.id);

  return {
    ...store,
    async inspect(row) {
      const runId = followed;
      if (runId === undefined) return;
      const answered = await lab.ask({ type: "inspect", runId, row }).then(
        (answer) => ({ runId, row, ...answer }),
        ({ message: issue }: Error) => ({ runId, row, issue }),
      );
      if (followed === runId) store.setState({ answered });
    },
    async measureRewardModel() {
      const runId = followed;
      if (runId === undefined) return;
      const rewardModel = await lab.ask({ type: "rewardModel", runId }).then(
        (report) => ({ runId, report }),
        ({ message: issue }: Error) => ({ runId, issue }),
      );
      if (followed === runId) store.setState({ rewardModel });
    },
  };
}

type WatchedEvent = Extract<LabEvent, { readonly type: "watched" }>;

/** One column more. A run that went back begins again there; where there are too many, every second one goes. */
export function grown(before: Watching | undefined, { runId, step, scores, rows }: WatchedEvent): Watching | undefined {
  const known = rows ?? before?.rows;
  if (!known) return undefined;
  const kept = rows ? [] : (before?.columns.filter((column) => column.step < step) ?? []);
  const thinner = kept.length >= MOST_COLUMNS ? kept.filter((_, index) => index % 2 === 0) : kept;
  return { runId, rows: known, columns: [...thinner, { step, scores }] };
}
