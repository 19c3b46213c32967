import type { RunConfig } from "../lab/experiment/config.ts";
import { excessOf } from "../lab/experiment/demand.ts";
import type { MetricTable } from "../lab/record/metricTable.ts";
import { ownFunctionsIn } from "../lab/rewards/ownFunctions.ts";
import { taskById } from "../lab/tasks/index.ts";
import { allowed } from "../lab/train/runState.ts";
import type { RunId } from "../lab/worker/protocol.ts";
import type { Connection } from "./connection.ts";
import type { DataLibrary } from "./data/dataLibrary.ts";
import { absence, bringBack, isAbsent, isForgotten, sentFor } from "./data/draftData.ts";
import { type Compute, type DraftStore, experimentKey, type StartingPoint } from "./draftStore.ts";
import type { AllowedFunctions } from "./functions/allowedFunctions.ts";
import { sandboxAddress } from "./functions/sandboxWorker.ts";
import type { ModelLibrary } from "./model/modelLibrary.ts";
import type { NoticeStore } from "./noticeStore.ts";
import { type RunStore, stepOf } from "./runStore.ts";
import { buttonsOf, isStale, isUntouched } from "./shownRun.ts";
import type { StartGuard } from "./startGuard.ts";

/** A run to be opened beside what the draft says. */
interface Beginning {
  readonly config: RunConfig;
  readonly compute: Compute;
  readonly from?: StartingPoint | undefined;
  /** Of the same run, to go on from, with what was measured until then. */
  readonly resume?: { readonly checkpoint: ArrayBuffer; readonly series: MetricTable } | undefined;
  /** Implementation and backend that made the run so far; a receipt's unless given. */
  readonly replays?: string | undefined;
  /** In another worker: this one's device is gone. */
  readonly afresh?: boolean;
  /** That device, in words, where it trained this very run. */
  readonly tested?: string | undefined;
}

/** Opens, trains and stops runs. */
export interface RunControl {
  /** Loads what the draft will need, so that the badge is right and Train starts at once; leaves a run that has begun alone. */
  prepare(): void;
  /** Opens a run and trains it as soon as it is ready. */
  begin(beginning: Beginning): RunId;
  /** Starts the draft, or goes on with a run that waits. */
  train(): void;
  pause(): void;
  /** Makes exactly one update. */
  step(): void;
  stop(): void;
}

interface Controlled {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
  readonly data: DataLibrary;
  readonly models: ModelLibrary;
  readonly functions: AllowedFunctions;
  readonly connection: Connection;
  readonly guard: StartGuard;
}

export function createRunControl(controlled: Controlled): RunControl {
  const { draft, run, notices, functions, connection, guard } = controlled;
  const open = opener(controlled);

  function go(how: "train" | "step"): void {
    const shown = run.getState().run;
    const stale = shown !== undefined && isStale(shown, draft.getState());
    if (!buttonsOf(shown?.state.phase, stale)[how]) return;
    const { config } = draft.getState();
    bringBack(controlled, config);
    if (isAbsent(controlled, config)) {
      notices.say("run", [taskById(config.task).missing ?? absence(controlled, config)]);
      return;
    }
    const refused = functions.refusal(config);
    if (refused !== undefined) {
      notices.say("run", [refused]);
      return;
    }
    if ((stale || isUntouched(shown)) && guard.mustAsk(config)) return;
    if (stale && !guard.mayStart(config)) return;
    const phase = shown?.state.phase;
    if (shown && !stale && (phase === "ready" || phase === "paused")) {
      connection.send({ type: how, runId: shown.id });
      return;
    }
    if (!shown || stale || (phase !== "loading" && phase !== "compiling")) open(draft.getState());
    connection.wanted = how;
  }

  return {
    prepare() {
      const shown = run.getState().run;
      const { config } = draft.getState();
      if (isAbsent(controlled, config) || isForgotten(controlled, config) || functions.foreignIn(config)) return;
      // Loading alone evaluates what the run starts from.
      if (excessOf(config)) return;
      if (!shown || (!connection.wanted && isUntouched(shown) && isStale(shown, draft.getState())))
        open(draft.getState());
    },
    begin(beginning) {
      const id = open(beginning);
      connection.wanted = "train";
      return id;
    },
    train: () => go("train"),
    step: () => go("step"),
    pause: () => void command(controlled, "pause"),
    stop() {
      const told = command(controlled, "stop");
      if (!told) return;
      connection.wanted = undefined;
      setTimeout(() => insist(controlled, told), STOP_MS);
    },
  };
}

/** Opens runs in the worker, each under an id of its own. */
function opener(controlled: Controlled): (beginning: Beginning) => RunId {
  const { draft, run, notices, functions, connection } = controlled;
  let runs = 0;

  /** What made the run of the link's receipt, if that is a receipt of this experiment. */
  function sender(config: RunConfig): string | undefined {
    const proof = draft.getState().receipt;
    return proof?.of === experimentKey(config) ? proof.receipt.backend : undefined;
  }

  return ({ config, compute, from, resume, replays = sender(config), afresh, tested }) => {
    const before = run.getState().run;
    if (before) connection.leave(before);
    if (afresh) connection.end();
    const runId = `run-${++runs}`;
    notices.say("run", []);
    run.begin(runId, config, compute, { from, series: resume?.series });
    // The worker gets its own copies: a buffer that is sent away is gone.
    const bytes = resume ? { checkpoint: resume.checkpoint.slice(0) } : from && { weights: from.weights.slice(0) };
    const sandbox = ownFunctionsIn(config).length > 0 && { sandbox: sandboxAddress() };
    const more = { ...(replays && { replays }), ...(tested && { tested }), ...sentFor(controlled, config), ...bytes };
    const refused = functions.refusal(config);
    // Once whoever opens the run knows its name.
    if (refused !== undefined) queueMicrotask(() => connection.fail(runId, refused));
    else connection.send({ type: "open", runId, config, ...compute, ...more, ...sandbox });
    return runId;
  };
}

/** Tells the run to pause or stop, where it may. @returns the run that was told */
function command({ run, connection }: Controlled, type: "pause" | "stop"): RunId | undefined {
  const shown = run.getState().run;
  if (!shown || !allowed(shown.state.phase)[type]) return undefined;
  connection.send({ type, runId: shown.id });
  return shown.id;
}

/** A worker that has not stopped by then is ended. */
const STOP_MS = 1500;

/** A run that was told to stop and has not is stopped by ending its worker. */
function insist({ run, notices, connection }: Controlled, runId: RunId): void {
  const shown = run.getState().run;
  if (shown?.id !== runId || !allowed(shown.state.phase).stop) return;
  connection.end();
  run.receive({ type: "state", runId, state: { phase: "stopped", step: stepOf(shown.state) } });
  notices.say("run", [
    `The worker did not stop within ${STOP_MS / 1000} s and was ended; the run can go on from its last checkpoint.`,
  ]);
}
