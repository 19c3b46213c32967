import {
  configAt,
  type Phase as ExperimentPhase,
  type FlatConfig,
  flatten,
  phaseAt,
  phasesOf,
  type RunConfig,
  schemaOf,
  withSettings,
} from "../lab/experiment/config.ts";
import { excessOf } from "../lab/experiment/cost.ts";
import { isPhaseKey, splitPhaseKey } from "../lab/experiment/phaseKeys.ts";
import { algorithmsOf, totalSteps } from "../lab/experiment/phases.ts";
import { presetFor } from "../lab/lessons/presets.ts";
import type { MetricTable } from "../lab/record/metricTable.ts";
import { ConfigError } from "../lab/schema.ts";
import { hashInTaskId } from "../lab/tasks/dataTask.ts";
import { taskById } from "../lab/tasks/index.ts";
import { modelInTaskId } from "../lab/tasks/models.ts";
import { allowed, type Phase } from "../lab/train/runState.ts";
import type { Command, LabEvent, RunId } from "../lab/worker/protocol.ts";
import { createDataLibrary, type DataLibrary } from "./data/dataLibrary.ts";
import {
  type Compute,
  changed,
  createDraftStore,
  type DraftStore,
  type Experiment,
  experimentKey,
  openedAt,
  presetDraft,
  type StartingPoint,
  withIntervention,
} from "./draftStore.ts";
import { type HashSync, syncHash } from "./hashSync.ts";
import { createLabClient, type LabClient, type LabWorker } from "./labClient.ts";
import { createModelLibrary, type ModelLibrary } from "./model/modelLibrary.ts";
import { createNoticeStore, type NoticeStore } from "./noticeStore.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { createRecordingStore, type RecordingStore, recordedFor } from "./recordings/recordingStore.ts";
import { createRunStore, type Run, type RunStore, stepOf } from "./runStore.ts";

/** Hlisteners what goes on in the laboratory. */
interface LabListener {
  /** Every event of the worker, those of runs that are no longer shown too. */
  event?(event: LabEvent): void;
  /** Another run is about to take this one's place. */
  leaving?(run: Run): void;
  /** The worker died. */
  crashed?(message: string): void;
}

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
}

/** Everything behind the page: three stores, one worker, and what a user can do. */
export interface Lab {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
  readonly recordings: RecordingStore;
  readonly data: DataLibrary;
  readonly models: ModelLibrary;
  /** Gives every drawing its own turn. */
  readonly pacer: Pacer;
  /** Loads what the draft will need, so that the badge is right and Train starts at once; leaves a run that has begun alone. */
  prepare(): void;
  /** @returns how to leave. */
  listen(listener: LabListener): () => void;
  send(command: Command): void;
  /** The answer of the worker to a question, see {@link LabClient.ask}. */
  ask: LabClient["ask"];
  /**
   * Whether another run may take the place of the one in the worker. While that one trains, the first press is answered with
   * what would happen, and a second one for the same thing goes ahead.
   * @param what that would be started, the same for the same press
   */
  mayStart(what: unknown): boolean;
  /** Opens a run and trains it as soon as it is ready. */
  begin(beginning: Beginning): RunId;
  /** Starts the draft, or goes on with a run that waits. */
  train(): void;
  pause(): void;
  /** Makes exactly one update. */
  step(): void;
  stop(): void;
  /** Changes a setting: of the run where that is safe, else of the draft. A passing value of a moving slider is not `final`. */
  change(changes: FlatConfig, final?: boolean): void;
  choosePreset(id: string): void;
  compute(choice: Partial<Compute>): void;
  removeIntervention(index: number): void;
  /** Makes the draft the shown run's experiment again. */
  backToRun(): void;
  /** The link to the draft. */
  link(): string;
  /** What the last {@link link} has no room for, in sentences. */
  cuts(): readonly string[];
  dispose(): void;
}

/** A worker that has not stopped by then is ended. */
const STOP_MS = 1500;

const isActive = (phase: Phase) => phase === "ready" || phase === "training" || phase === "paused";

/** True where the knobs no longer describe the run that is shown. */
export function isStale(run: Run, draft: Experiment): boolean {
  return (
    run.compute.policy !== draft.compute.policy ||
    run.compute.backend !== draft.compute.backend ||
    run.from !== draft.from ||
    (run.config !== draft.config && experimentKey(run.config) !== experimentKey(draft.config))
  );
}

/** A run that only waits to begin: nothing is lost when another takes its place. */
export function isUntouched(run: Run | undefined): boolean {
  return !run || (stepOf(run.state) === 0 && run.state.phase !== "training" && run.series.length <= 1);
}

/** The config that the next update uses: with changes on their way to the run, and earlier interventions. */
export function inForce(run: Run | undefined, draft: Experiment): RunConfig {
  if (!run || isStale(run, draft)) return draft.config;
  return isActive(run.state.phase) ? configAt(run.config, stepOf(run.state) + 1) : draft.config;
}

/** The settings of one phase as its knobs show them: in force where the run makes its next update in this phase. */
export function settingsOf(run: Run | undefined, draft: Experiment, number: number): RunConfig {
  const phase = phasesOf(draft.config)[number - 1]!;
  if (!run || isStale(run, draft)) return phase.config;
  return phaseAt(run.config, stepOf(run.state) + 1).number === number ? inForce(run, draft) : phase.config;
}

/** Changes of the draft as changes of the phase under way; undefined unless all are of its live settings. */
function liveChanges(changes: FlatConfig, { number, config }: ExperimentPhase): FlatConfig | undefined {
  const schema = schemaOf(config);
  const own: [string, FlatConfig[string]][] = [];
  for (const [full, value] of Object.entries(changes)) {
    const named = isPhaseKey(full) ? splitPhaseKey(full) : { number: 1, key: full };
    if (named?.number !== number || !schema[named.key]?.live) return undefined;
    own.push([named.key, value]);
  }
  return Object.fromEntries(own);
}

/** What the four buttons may do now; without a phase there is no run yet. */
export function buttonsOf(phase: Phase | undefined, stale: boolean): ReturnType<typeof allowed> {
  if (!phase) return { train: true, pause: false, step: true, stop: false };
  const may = allowed(phase);
  if (stale) return { ...may, train: true, step: phase !== "training" };
  // A press while the policy loads is kept until it is ready.
  const loading = phase === "loading" || phase === "compiling";
  return { ...may, train: may.train || loading, step: may.step || loading };
}

/** What tokens and charts are drawn from: the run, and before it has begun a recording of the same experiment, if there is one. */
export function shownRun(lab: Pick<Lab, "run" | "draft" | "recordings">): Run | undefined {
  const { run } = lab.run.getState();
  if (!isUntouched(run)) return run;
  return recordedFor(lab.recordings.getState(), lab.draft.getState())?.run ?? run;
}

export function createLab(page: Window, spawn: () => LabWorker): Lab {
  const opened = openedAt(page.location.hash);
  const draft = createDraftStore(opened);
  const run = createRunStore();
  const notices = createNoticeStore();
  const recordings = createRecordingStore();
  const data = createDataLibrary(notices);
  const models = createModelLibrary(notices);
  const pacer = createPacer();
  const client = createLabClient(spawn, { event: receive, crashed: fail });
  const sayIssues = (issues: readonly { readonly message: string }[]) =>
    notices.say(
      "link",
      issues.map(({ message }) => message),
    );
  // The address says less than the page from here on: nothing of it is lost as long as the page is open.
  const hash: HashSync = syncHash(draft, page, sayIssues, (cuts) => notices.say("link", cuts));
  sayIssues(opened.issues);

  const listeners = new Set<LabListener>();
  let runs = 0;
  /** The costly experiment that was asked about: a second press trains it. */
  let askedAbout: RunConfig | undefined;
  /** The run under way, and what was to take its place when that was asked about. */
  let replacing: { readonly runId: RunId; readonly what: unknown } | undefined;
  /** What to do as soon as the run is ready. */
  let wanted: "train" | "step" | undefined;

  run.subscribe((now, before) => {
    const [a, b] = [now.run, before.run];
    const moved = a?.version !== b?.version || a?.state.phase !== b?.state.phase;
    if (moved || a?.tokens !== b?.tokens || a?.samples !== b?.samples) pacer.notify();
  });

  function receive(event: LabEvent): void {
    show(event);
    for (const listener of listeners) listener.event?.(event);
  }

  function show(event: LabEvent): void {
    const shown = run.getState().run;
    if (event.runId !== shown?.id) return;
    const stale = isStale(shown, draft.getState());
    run.receive(event);
    if (event.type === "intervened" && !stale) {
      const { step, key, value } = event;
      draft.setState(({ config }) => ({ config: withIntervention(config, { step, key, value }) }));
    }
    if (event.type !== "state") return;
    // What was asked about has settled itself.
    if (replacing && event.state.phase !== "training") {
      replacing = undefined;
      notices.say("run", []);
    }
    if (event.state.phase === "failed") notices.say("run", [event.state.message]);
    if (event.state.phase === "ready" && wanted) {
      client.send({ type: wanted, runId: shown.id });
      wanted = undefined;
    }
  }

  function fail(message: string): void {
    wanted = undefined;
    run.fail(message);
    notices.say("run", [message]);
    for (const listener of listeners) listener.crashed?.(message);
  }

  function open({ config, compute, from, resume, replays = sender(config), afresh }: Beginning): RunId {
    const before = run.getState().run;
    if (before) for (const listener of listeners) listener.leaving?.(before);
    if (afresh) client.dispose();
    const runId = `run-${++runs}`;
    notices.say("run", []);
    run.begin(runId, config, compute, { from, series: resume?.series });
    // The worker gets its own copies: a buffer that is sent away is gone.
    const bytes = resume ? { checkpoint: resume.checkpoint.slice(0) } : from && { weights: from.weights.slice(0) };
    const rows = data.sent(config.task);
    const model = models.sent(config.task);
    const brought = { ...(rows && { data: rows }), ...(model && { model }) };
    const more = { ...(replays && { replays }), ...brought, ...bytes };
    client.send({ type: "open", runId, config, ...compute, ...more });
    return runId;
  }

  /** What made the run of the link's receipt, if that is a receipt of this experiment. */
  function sender(config: RunConfig): string | undefined {
    const proof = draft.getState().receipt;
    return proof?.of === experimentKey(config) ? proof.receipt.backend : undefined;
  }

  function go(how: "train" | "step"): void {
    const shown = run.getState().run;
    const stale = shown !== undefined && isStale(shown, draft.getState());
    if (!buttonsOf(shown?.state.phase, stale)[how]) return;
    const { config } = draft.getState();
    if (isAbsent(config)) {
      notices.say("run", [taskById(config.task).missing ?? "What this experiment is made of is still being fetched."]);
      return;
    }
    if ((stale || isUntouched(shown)) && mustAsk(config)) return;
    if (stale && !mayStart(config)) return;
    const phase = shown?.state.phase;
    if (shown && !stale && (phase === "ready" || phase === "paused")) {
      client.send({ type: how, runId: shown.id });
      return;
    }
    if (!shown || stale || (phase !== "loading" && phase !== "compiling")) open(draft.getState());
    wanted = how;
  }

  const lacksRows = (task: string) => hashInTaskId(task) !== undefined && !data.sent(task);
  const lacksModel = (task: string) => modelInTaskId(task) !== undefined && !models.sent(task);
  /** Whether the rows or the model that a config trains on are not here, or not yet. */
  const isAbsent = ({ task }: RunConfig) => lacksRows(task) || lacksModel(task);

  /** Fetches the rows and the model of the draft's task, where it has them; whoever shows the task sees it anew then. */
  async function fetchParts(task: string): Promise<void> {
    if (lacksModel(task)) await models.load(task);
    if (lacksRows(task)) await fetchRows(task);
    if (hashInTaskId(task) === undefined && modelInTaskId(task) === undefined) return;
    draft.setState(({ config }) => (config.task === task ? { config: { ...config } } : {}));
  }

  async function fetchRows(task: string): Promise<void> {
    await data.ready;
    const carried = new URLSearchParams(page.location.hash.slice(1)).get("data");
    if (!(await data.load(task)) && carried !== null && !(await data.keepPacked(task, carried)))
      notices.say("link", ["The rows in the link are damaged, or of other data: open the file that they came from."]);
  }

  /** True for a costly experiment at the first press, which is answered with what it takes. */
  function mustAsk(config: RunConfig): boolean {
    const excess = askedAbout === config ? undefined : excessOf(config);
    if (!excess) return false;
    askedAbout = config;
    notices.say("run", [`This run takes ${excess.words}: nothing was started, press again to start it all the same.`]);
    return true;
  }

  function mayStart(what: unknown): boolean {
    const shown = run.getState().run;
    if (shown?.state.phase !== "training") return true;
    const answered = replacing?.runId === shown.id && replacing.what === what;
    replacing = answered ? undefined : { runId: shown.id, what };
    if (answered) return true;
    const { config, state } = shown;
    const where = `at step ${stepOf(state)} of ${totalSteps(config)}`;
    notices.say("run", [
      `${algorithmsOf(config)} on ${taskById(config.task).title} is training, ${where}: nothing was started. Press again to stop it there, where it can be resumed from, and start the other.`,
    ]);
    return false;
  }

  function command(type: "pause" | "stop"): void {
    const shown = run.getState().run;
    if (!shown || !allowed(shown.state.phase)[type]) return;
    client.send({ type, runId: shown.id });
    if (type === "pause") return;
    wanted = undefined;
    setTimeout(() => insist(shown.id), STOP_MS);
  }

  /** A run that was told to stop and has not is stopped by ending its worker. */
  function insist(runId: RunId): void {
    const shown = run.getState().run;
    if (shown?.id !== runId || !allowed(shown.state.phase).stop) return;
    client.dispose();
    run.receive({ type: "state", runId, state: { phase: "stopped", step: stepOf(shown.state) } });
    notices.say("run", [
      `The worker did not stop within ${STOP_MS / 1000} s and was ended; the run can go on from its last checkpoint.`,
    ]);
  }

  /** What `make` makes; where settings contradict each other nothing is changed, and the page says which. */
  function refusing<X>(make: () => X): X | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      notices.say(
        "run",
        error.issues.map(({ message }) => message),
      );
      return undefined;
    }
  }

  function intervene(shown: Run, changes: FlatConfig): void {
    const inUse = { ...flatten(inForce(shown, draft.getState())), ...shown.awaited };
    for (const [key, value] of Object.entries(changes)) {
      if (inUse[key] === value) continue;
      if (!refusing(() => withSettings(inForce(shown, draft.getState()), { [key]: value }))) continue;
      run.await(key, value);
      const phase = shown.config.phases && phaseAt(shown.config, stepOf(shown.state) + 1).number;
      client.send({ type: "intervene", runId: shown.id, key, value, ...(phase && { phase }) });
    }
  }

  void fetchParts(draft.getState().config.task);
  draft.subscribe(({ config }, before) => {
    if (config.task !== before.config.task) void fetchParts(config.task);
  });
  recordings.subscribe(() => pacer.notify());
  draft.subscribe((now, before) => {
    if (now.view.smooth !== before.view.smooth) pacer.hurry();
    else if (now.config !== before.config && isUntouched(run.getState().run)) pacer.notify();
  });

  return {
    draft,
    run,
    notices,
    recordings,
    data,
    models,
    pacer,
    prepare() {
      const shown = run.getState().run;
      if (isAbsent(draft.getState().config)) return;
      // Loading alone evaluates what the run starts from.
      if (excessOf(draft.getState().config)) return;
      if (!shown || (!wanted && isUntouched(shown) && isStale(shown, draft.getState()))) open(draft.getState());
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (command) => client.send(command),
    ask: (question, limitMs) => client.ask(question, limitMs),
    mayStart,
    begin(beginning) {
      const id = open(beginning);
      wanted = "train";
      return id;
    },
    train: () => go("train"),
    step: () => go("step"),
    pause: () => command("pause"),
    stop: () => command("stop"),
    change(changes, final = true) {
      const now = draft.getState();
      const shown = run.getState().run;
      const live = shown && !isUntouched(shown) && isActive(shown.state.phase) && !isStale(shown, now);
      const own = live && liveChanges(changes, phaseAt(shown.config, stepOf(shown.state) + 1));
      if (own) {
        if (final) intervene(shown, own);
        return;
      }
      const next = refusing(() => changed(now, changes));
      if (!next) return;
      const moved = next.config.task !== now.config.task || next.config.algorithm !== now.config.algorithm;
      if (moved && final) hash.step(() => draft.setState(next));
      else draft.setState(next);
    },
    choosePreset: (id) => hash.step(() => draft.setState(presetDraft(id))),
    compute: (choice) => draft.setState(({ compute }) => ({ compute: { ...compute, ...choice } })),
    removeIntervention(index) {
      draft.setState(({ config }) => ({
        config: { ...config, interventions: config.interventions.filter((_, at) => at !== index) },
      }));
    },
    backToRun() {
      const shown = run.getState().run;
      if (!shown) return;
      const { task, algorithm } = draft.getState().config;
      const same = shown.config.task === task && shown.config.algorithm === algorithm;
      draft.setState({
        config: shown.config,
        compute: shown.compute,
        from: shown.from,
        ...(same ? {} : { presetId: presetFor(shown.config)?.id }),
      });
    },
    link: () => hash.flush(),
    cuts: () => hash.cuts(),
    dispose() {
      hash.dispose();
      client.dispose();
    },
  };
}
