import { type Intervention, phaseAt } from "../experiment/config.ts";
import { PolicyError, withState } from "../policy/policy.ts";
import { keepsTokens } from "../record/tokenRecord.ts";
import { RunError } from "../runError.ts";
import { ConfigError, type FieldValue } from "../schema.ts";
import { checkpointBytes } from "../train/checkpoint.ts";
import { CheckpointSchedule } from "../train/checkpointSchedule.ts";
import { checksum } from "../train/checksum.ts";
import { checkWeights } from "../train/finite.ts";
import { parameterHash } from "../train/parameterHash.ts";
import type { StepReport } from "../train/report.ts";
import type { Run, RunEvent } from "../train/run.ts";
import { advance, isOver, type RunState } from "../train/runState.ts";
import { EventBatcher } from "./eventBatcher.ts";
import { Probe } from "./probe.ts";
import type { Command, LabEvent, RunId } from "./protocol.ts";
import { type Reply, type RunQuestion, replyTo } from "./questions.ts";
import { ratingsOf } from "./ratingsOf.ts";
import { isToRest, newSession, type Session } from "./session.ts";
import { waitForStore } from "./storeWait.ts";

type Open = Extract<Command, { readonly type: "open" }>;

/** What a controller needs of the worker around it; tests give their own clock. */
interface Environment {
  post(message: LabEvent | Reply): void;
  /** Builds the run of an `open` command, with its policy; tells how far its kernels are compiled, from 0 to 1. */
  open(command: Open, compiled: (done: number) => void): Promise<Run>;
  /** Milliseconds. */
  now(): number;
  rest(ms: number): Promise<void>;
}

/**
 * Decides when a run steps, pauses and stops; every wish is answered within one step. One run at a time: opening another
 * stops and frees the one before.
 */
export class RunController {
  readonly #environment: Environment;
  #session: Session | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  open(command: Open): void {
    const before = this.#session;
    if (before) before.wantsStop = true;
    const session = newSession(
      command.runId,
      new EventBatcher(command.runId, this.#environment.post, this.#environment.now),
      command.checkpoint !== undefined,
    );
    this.#session = session;
    this.#tell(session);
    session.work = this.#guard(session, async () => {
      await before?.work;
      if (before) this.#refuse(before);
      before?.run?.policy.dispose();
      const run = await this.#environment.open(command, (done) => {
        this.#move(session, { phase: "compiling", done: Math.round(done * 100), of: 100 });
      });
      session.run = run;
      session.from = run.step;
      if (run.step === 0 && !session.wantsStop) {
        this.#move(session, { phase: "loading", what: "the first evaluation" });
        for await (const event of run.events({ until: () => 0, rating: ratingsOf(session, this.#environment) }))
          this.#take(session, run, event);
      }
      this.#move(
        session,
        session.wantsStop ? { phase: "stopped", step: run.step } : { phase: "ready", step: run.step },
      );
      session.batcher.flush(session.state, session.run);
      await this.#answer(session, true);
    });
  }

  train(runId: RunId, until?: number): void {
    this.#drive(runId, (run) => Math.min(until ?? run.steps, run.steps));
  }

  step(runId: RunId): void {
    this.#drive(runId, (run) => Math.min(run.step + 1, run.steps));
  }

  pause(runId: RunId): void {
    const session = this.#find(runId);
    if (session) session.wantsPause = true;
  }

  stop(runId: RunId): void {
    const session = this.#find(runId);
    if (!session || isOver(session.state.phase)) return;
    session.wantsStop = true;
    this.#after(session, async () => {
      if (["ready", "paused"].includes(session.state.phase))
        this.#move(session, { phase: "stopped", step: session.run?.step ?? 0 });
    });
  }

  checkpoint(runId: RunId): void {
    const session = this.#find(runId);
    if (!session) return;
    session.wantsCheckpoint = true;
    this.#after(session, () => this.#saveIfWanted(session));
  }

  /** Posts checkpoints all along the run from now on, as {@link CheckpointSchedule} has them. */
  keep(runId: RunId): void {
    const session = this.#find(runId);
    if (session) session.schedule ??= new CheckpointSchedule(session.from, this.#environment.now());
  }

  /** The page has stored the last checkpoint, or could not, after so many milliseconds, and gives its bytes back. */
  stored(runId: RunId, ms: number, bytes: ArrayBuffer): void {
    const session = this.#find(runId);
    if (!session) return;
    session.spare = bytes;
    session.schedule?.stored(ms, this.#environment.now());
  }

  /** Posts the reply of this id, at once or between two steps. */
  ask(id: number, question: RunQuestion): void {
    const session = this.#find(question.runId);
    if (!session) {
      this.#environment.post({ type: "reply", id, issue: "The run that was asked is no longer in the worker." });
      return;
    }
    session.questions.push({ id, question });
    this.#after(session, () => this.#answer(session, true));
  }

  watch(runId: RunId, count: number): void {
    const session = this.#find(runId);
    if (!session) return;
    session.probe = new Probe(runId, count, this.#environment.post, this.#environment.now);
    this.#after(session, () => this.#answer(session, true));
  }

  intervene(runId: RunId, key: string, value: FieldValue, phase?: number): void {
    const session = this.#find(runId);
    if (!session?.run) return;
    // Said of a phase that has ended meanwhile: the setting of the next one is another.
    if (phase !== undefined && phase !== phaseAt(session.run.config, session.run.step + 1).number) return;
    let change: Intervention;
    try {
      change = session.run.intervene(key, value);
    } catch (error) {
      // A setting that contradicts another one changes nothing; the page asks for none that it has not read.
      if (error instanceof ConfigError) return;
      throw error;
    }
    // What was changed by hand must not be lost with the page.
    session.wantsCheckpoint ||= session.schedule !== undefined;
    this.#environment.post({ type: "intervened", runId, ...change });
  }

  limit(runId: RunId, stepsPerSecond: number): void {
    const session = this.#find(runId);
    if (session) session.stepsPerSecond = stepsPerSecond;
  }

  #find(runId: RunId): Session | undefined {
    return this.#session?.runId === runId ? this.#session : undefined;
  }

  /** Answers what was asked of the present weights, and looks after what is watched. */
  async #answer(session: Session, atRest: boolean): Promise<void> {
    const { run, questions, probe } = session;
    const leaving = session.wantsStop && session.state.phase !== "stopped";
    if (!run || leaving || session.state.phase === "failed") {
      if (!leaving) this.#refuse(session);
      return;
    }
    if (questions.length > 0) await this.#settle(session, run);
    while (questions.length > 0) {
      const { id, question } = questions[0]!;
      this.#environment.post(await replyTo(id, question, run));
      questions.shift();
    }
    await probe?.look(run, atRest);
  }

  /** Replies to everything that can no longer be answered. */
  #refuse(session: Session): void {
    const issue = "The run came to its end before the question was answered.";
    for (const { id } of session.questions.splice(0)) this.#environment.post({ type: "reply", id, issue });
  }

  /** Runs `next` when the session's present work is done. */
  #after(session: Session, next: () => Promise<void>): void {
    const before = session.work;
    session.work = this.#guard(session, async () => {
      await before;
      await next();
    });
  }

  #drive(runId: RunId, goal: (run: Run) => number): void {
    const session = this.#find(runId);
    if (!session) return;
    session.wantsPause = false;
    const { run } = session;
    if (session.state.phase === "training" && run) {
      session.until = goal(run);
      return;
    }
    this.#after(session, async () => {
      const ready = session.run && ["ready", "paused"].includes(session.state.phase) && !session.wantsStop;
      if (!ready || session.run!.finished) return;
      session.until = goal(session.run!);
      await this.#loop(session, session.run!);
    });
  }

  async #loop(session: Session, run: Run): Promise<void> {
    const { now, rest } = this.#environment;
    const hear = () => this.#hearPage(session);
    session.batcher.begin(run);
    this.#move(session, { phase: "training", step: run.step });
    await waitForStore(session, this.#environment, hear);
    let began = now();
    const events = run.events({
      until: () => (session.wantsPause || session.wantsStop ? run.step : session.until),
      inspect: (step) =>
        step >= session.until || session.wantsPause || session.batcher.inspectionDue || keepsTokens(step, run.steps),
      // A slow pace is there to be watched: every step is told before the next.
      settle: () => session.stepsPerSecond > 0,
      rating: ratingsOf(session, this.#environment),
    });
    for await (const event of events) {
      this.#take(session, run, event);
      if (event.type !== "boundary") continue;
      if (session.schedule?.due(run.step, now())) session.wantsCheckpoint = true;
      await this.#saveIfWanted(session);
      await hear();
      const wait = session.stepsPerSecond > 0 ? 1000 / session.stepsPerSecond - (now() - began) : 0;
      // Even without a wait the loop gives way once a step, so that messages of the page are heard.
      await rest(Math.max(0, wait));
      await waitForStore(session, this.#environment, hear);
      began = now();
    }
    const step = run.step;
    this.#move(
      session,
      session.wantsStop
        ? { phase: "stopped", step }
        : run.finished
          ? { phase: "finished", step }
          : { phase: "paused", step },
    );
    session.batcher.flush(session.state, session.run);
  }

  /** Answers the page, and tells it what is due. */
  async #hearPage(session: Session): Promise<void> {
    await this.#answer(session, isToRest(session));
    if (session.batcher.due) session.batcher.flush(session.state, session.run);
  }

  #take(session: Session, run: Run, event: RunEvent): void {
    if (event.type === "update") this.#report(session, run, event.report);
    // So that the page knows why nothing is heard for a while.
    if (event.type === "evaluating") session.batcher.flush(session.state, run);
    if (event.type === "evaluation") session.batcher.evaluation(event.step, event.evaluation);
  }

  /** Waits for the steps under way, so that the policy holds what was reported. */
  async #settle(session: Session, run: Run): Promise<void> {
    for (let report = await run.settle(); report; report = await run.settle()) this.#report(session, run, report);
  }

  #report(session: Session, run: Run, report: StepReport): void {
    session.batcher.step(run, report);
    session.state = advance(session.state, { phase: "training", step: report.step });
  }

  async #saveIfWanted(session: Session): Promise<void> {
    const { run, runId } = session;
    if (!session.wantsCheckpoint || !run) return;
    session.wantsCheckpoint = false;
    const { now, post } = this.#environment;
    await this.#settle(session, run);
    const began = now();
    const { step } = run;
    const { spare } = session;
    session.spare = undefined;
    const { bytes, hash } = await withState(run.policy, (policy) => {
      checkWeights(step, policy);
      return {
        bytes: checkpointBytes({ policy, progress: run.progress }, spare),
        // Half of the time that all of this takes: of a run on its way nobody asks for it.
        hash: isToRest(session) ? parameterHash(policy.weights) : "",
      };
    });
    const sum = checksum(bytes);
    // The page stores the checkpoint beside its table, which must reach as far.
    session.batcher.flush(session.state, run);
    post({ type: "checkpoint", runId, step, hash, sum, bytes: bytes.buffer });
    session.schedule?.taken(step, now(), now() - began);
  }

  #move(session: Session, state: RunState): void {
    session.state = advance(session.state, state);
    this.#tell(session);
  }

  #tell(session: Session): void {
    this.#environment.post({ type: "state", runId: session.runId, state: session.state });
  }

  /** A failure becomes a state with a sentence; what was measured before it is sent. */
  async #guard(session: Session, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#refuse(session);
      // What is over stays as it ended, whatever was still asked of it.
      if (isOver(session.state.phase)) return;
      const step = error instanceof RunError ? error.step : (session.run?.step ?? 0);
      const message = error instanceof Error ? error.message : String(error);
      const begun = session.run !== undefined || session.goesOn;
      const lost = error instanceof PolicyError && error.kind === "device" && begun;
      session.state = { phase: "failed", step, message, ...(lost && { lost }) };
      session.batcher.flush(session.state, session.run);
    }
  }
}
