import { basename } from "node:path";
import { phasesOf, type RunConfig, withSettings } from "../../lab/experiment/config.ts";
import { phaseKey } from "../../lab/experiment/phaseKeys.ts";
import { algorithmsOf, totalSteps } from "../../lab/experiment/phases.ts";
import { headlineIn } from "../../lab/lessons/headline.ts";
import { isMetric, nounOf } from "../../lab/metrics.ts";
import type { OpenedPolicy } from "../../lab/policy/open.ts";
import { PolicyError, type PolicyState } from "../../lab/policy/policy.ts";
import { measuredAt, outcomeText } from "../../lab/record/outcome.ts";
import { runResult } from "../../lab/record/runFile.ts";
import { tokenFile } from "../../lab/record/tokenFile.ts";
import { bounded, keepsTokens, NO_TOKENS, withStep } from "../../lab/record/tokenRecord.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { checkpointBytes, readCheckpoint } from "../../lab/train/checkpoint.ts";
import { parameterHash } from "../../lab/train/parameterHash.ts";
import { Run, type RunEvent, type RunProgress } from "../../lab/train/run.ts";
import { checkVocabulary } from "../../lab/train/shippedVocabulary.ts";
import { stateFromFile } from "../../lab/train/startingState.ts";
import { type Command, InputError, type Io, type ParsedArgs } from "../command.ts";
import { dataOf } from "../dataFile.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode, vocabularyInNode } from "../engine.ts";
import { confirmCost, EXPERIMENT_OPTIONS, experimentOf } from "../experiment.ts";
import { readBytes } from "../input.ts";
import { checkReceipt, linkOfRun, receiptIn } from "../linkOfRun.ts";
import { modelOf } from "../modelOption.ts";
import { checkFunctions, checkSources, rewardSources } from "../rewardOptions.ts";
import type { RunFile, StartedFrom } from "../runFile.ts";
import { type RunOutput, runOutput, takeOut } from "../runOutput.ts";
import { type KeptRun, type Trained, toTheEnd } from "../toTheEnd.ts";

export const train: Command = {
  name: "train",
  summary: "Trains a policy as the page does and prints the metrics of every step.",
  usage: "<preset | config.json | link>",
  positionals: [0, 1],
  options: {
    ...EXPERIMENT_OPTIONS,
    ...ENGINE_OPTIONS,
    out: { type: "text", value: "run.json", help: "writes the result there, and a checkpoint beside it" },
    start: {
      type: "text",
      value: "file.safetensors",
      help: "starts from the weights in a checkpoint or weights file instead of what the experiment says",
    },
    resume: { type: "text", value: "run.safetensors", help: "goes on from a checkpoint instead of a new experiment" },
    until: { type: "text", value: "n", help: "stops after this step; a later --resume goes on" },
    tokens: { type: "flag", help: "keeps the tokens of up to 40 steps in the file, as the page does; needs --out" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const out = args.text("out");
    if (out === undefined && args.flag("tokens")) throw new InputError("--tokens must come with --out, got none.");
    if (out === undefined) return trainTo(undefined, args, io);
    const release = await takeOut(out, args);
    try {
      return await trainTo(runOutput(out, io), args, io);
    } finally {
      await release();
    }
  },
};

/** Trains, and keeps what came out in `out`: at the end, every minute in between, and when it is interrupted. */
async function trainTo(out: RunOutput | undefined, args: ParsedArgs, io: Io): Promise<number> {
  const asked = args.number("until", { min: 1, max: 1e6, whole: true });
  const { run, opened, startedFrom } = await open(args, io);
  let interrupted = false;
  const leave = io.onInterrupt?.(() => {
    interrupted = true;
    io.err(`The run stops after the step under way${out === undefined ? "" : ` and is kept in ${out.path}`}.`);
  });
  let tokens = NO_TOKENS;
  const fileOf = (trained: Trained): RunFile => {
    const own = { ...withLink(run.config, trained, args.positionals[0]), ...tokenFile(bounded(tokens)) };
    return startedFrom ? fromElsewhere(own, startedFrom) : own;
  };
  try {
    if (asked !== undefined && asked <= run.step)
      throw new InputError(`--until must be above the step that the run stands at, ${run.step}, got ${asked}.`);
    const until = Math.min(asked ?? run.steps, run.steps);
    const trained = await toTheEnd(run, opened, io, {
      until: () => (interrupted ? 0 : until),
      ...(args.flag("tokens") && {
        inspect: (step: number) => step >= until || keepsTokens(step, run.steps),
        event: (event: RunEvent) => {
          if (event.type !== "update" || event.report.rows.length === 0) return;
          tokens = withStep(tokens, event.report, run.steps);
        },
      }),
      ...(out !== undefined && {
        save: ({ trained: some, checkpoint }: KeptRun) => out.keep(fileOf(some), checkpoint),
      }),
    });
    const file = fileOf(trained);
    const bytes = async () => checkpointBytes({ policy: await run.policy.export(), progress: run.progress });
    const { written = file, failure } = (await out?.finish(file, bytes)) ?? {};
    // What was computed is told, also where nothing can be written.
    io.out(args.flag("json") ? JSON.stringify(written) : summary(run.config, written));
    if (failure) throw failure;
    return interrupted ? 130 : 0;
  } finally {
    leave?.();
    opened.policy.dispose();
  }
}

interface Opened {
  readonly run: Run;
  readonly opened: OpenedPolicy;
  readonly startedFrom?: StartedFrom;
}

async function open(args: ParsedArgs, io: Io): Promise<Opened> {
  const resume = args.text("resume");
  const start = args.text("start");
  const target = args.positionals[0];
  if (resume !== undefined) {
    if (start !== undefined) throw new InputError(`--resume goes on with its own weights: leave out --start ${start}.`);
    if (target !== undefined) throw new InputError(`--resume goes on with its own experiment: leave out "${target}".`);
    for (const name of ["set", "seed", "reward", "reward-function"])
      if (["set", "reward"].includes(name) ? args.list(name).length > 0 : args.text(name) !== undefined)
        throw new InputError(`--resume goes on with its own settings: leave out --${name}.`);
    const model = await modelOf(args, io);
    await dataOf(args, io, model);
    const sources = await rewardSources(args, io, model);
    const bytes = await readBytes(resume);
    const { policy: state, progress: kept } = readCheckpoint(bytes);
    const progress = { ...kept, config: extended(kept, args.number("steps", { min: 1, max: 60_000, whole: true })) };
    if (progress.step >= totalSteps(progress.config))
      throw new InputError(
        `--resume ${resume} must be a run with steps left, got one that is finished at step ${progress.step}: more --steps extend it.`,
      );
    checkSources(progress.config, sources);
    confirmCost(progress.config, args);
    checkFunctions(progress.config, {}, args, io);
    await vocabularyInNode(progress.config.task, io);
    checkVocabulary(taskById(progress.config.task), bytes);
    const opened = await openInNode(state, args, io, { config: progress.config });
    return { run: Run.resume(opened.policy, progress), opened };
  }
  if (target === undefined) throw new InputError("a preset, a config.json or a link must follow train, got nothing.");
  const config = await experimentOf(target, args, io);
  checkSources(config);
  confirmCost(config, args);
  await vocabularyInNode(config.task, io);
  const sender = receiptIn(target, config)?.backend;
  const state = start === undefined ? await startingStateInNode(config, io) : await stateFrom(start, config);
  const opened = await openInNode(state, args, io, { replays: sender, config });
  const startedFrom = start !== undefined && { file: basename(start), parameterHash: parameterHash(state.weights) };
  return { run: await Run.start(opened.policy, config), opened, ...(startedFrom && { startedFrom }) };
}

/** The config of a run that is to end at update `steps`: its last phase becomes longer or shorter. @throws {InputError} */
function extended({ config, step }: RunProgress, steps: number | undefined): RunConfig {
  if (steps === undefined) return config;
  if (steps <= step)
    throw new InputError(`--steps must be above the step that the run stands at, ${step}, got ${steps}.`);
  const { number, first } = phasesOf(config).at(-1)!;
  const own = steps - first + 1;
  if (own < 1) throw new InputError(`--steps must reach the last phase, which begins at step ${first}, got ${steps}.`);
  return withSettings(config, { [number === 1 ? "steps" : phaseKey(number, "steps")]: own });
}

/** The weights of a file. @throws {InputError} naming it, when no run of this experiment can start from it. */
async function stateFrom(path: string, config: RunConfig): Promise<PolicyState> {
  const bytes = await readBytes(path);
  try {
    return stateFromFile(bytes, config);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new InputError(`--start ${path} must hold weights that this run can start from: ${error.message}`);
  }
}

/** A run from weights that no link can carry: it names them, and has neither a link nor a receipt to compare with. */
function fromElsewhere({ link, receipt, ...file }: RunFile, startedFrom: StartedFrom): RunFile {
  return { ...file, startedFrom };
}

/** The file of a run, with the link that opens it on the page and what came of the receipt in the link that it was trained from. */
function withLink(config: RunConfig, trained: Trained, target: string | undefined): RunFile {
  const receipt = receiptIn(target, config);
  const link = trained.outcome.step > 0 ? linkOfRun(config, trained) : undefined;
  return {
    ...runResult(config, trained.table, trained.outcome),
    ...(link && { link }),
    ...(receipt && { receipt: checkReceipt(receipt, trained) }),
  };
}

function summary(config: RunConfig, { initial, final, steps, seconds, parameterHash: hash, receipt }: RunFile): string {
  const shown = Object.keys(final)
    .filter(isMetric)
    .filter((key) => /^(loss|reward|entropy|mu|eval\/|kl)/.test(key));
  const width = Math.max(...shown.map((key) => key.length), 0);
  const number = (value: number | undefined) => (value === undefined ? "–" : value.toPrecision(4));
  const rows = shown.map(
    (key) => `${key.padEnd(width)}  ${number(initial[key]).padStart(10)} → ${number(final[key]).padStart(10)}`,
  );
  const metric = headlineIn(config, final);
  const runs = [{ config, final, step: steps, phase: "finished" as const }];
  const headline =
    final[metric] === undefined
      ? []
      : [[nounOf(metric), outcomeText(runs, metric), measuredAt(runs, metric)].join(" ")];
  const end = `${algorithmsOf(config)}: ${steps} steps in ${seconds.toFixed(1)} s, weights ${hash}`;
  return [...rows, ...headline, end, ...(receipt ? [receipt.sentence] : [])].join("\n");
}
