import { broughtBy } from "../lab/experiment/brought.ts";
import { phasesOf, type RunConfig } from "../lab/experiment/config.ts";
import { aboutBytes } from "../lab/experiment/demand.ts";
import { phaseKey } from "../lab/experiment/phaseKeys.ts";
import { type NamedFunction, ownFunctionsIn } from "../lab/rewards/ownFunctions.ts";
import { checkpointIssue } from "../lab/rewards/rewardCheckpoint.ts";
import {
  CHECKPOINT,
  isInParts,
  OWN,
  PREFERENCE,
  REWARD_PARTS,
  RIGHT,
  weightKey,
} from "../lab/rewards/rules/weights.ts";
import type { AnyValues } from "../lab/schema.ts";
import { dataTaskId } from "../lab/tasks/dataTask.ts";
import { taskById } from "../lab/tasks/index.ts";
import { type Model, modelByHash, scoringBytes } from "../lab/tasks/models.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { preferencesOf } from "./dataFile.ts";
import { readTextFile } from "./input.ts";
import { modelIn } from "./modelOption.ts";

/** Options that say what is rewarded, on tasks of the lab and on data of one's own. */
export const REWARD_OPTIONS = {
  reward: {
    type: "list",
    value: "part=weight",
    help: `rewards a weighted sum of these parts instead of the right answer (the task's verdict) alone: ${REWARD_PARTS.map(({ id }) => id).join(", ")}; without a weight 1`,
  },
  "reward-function": {
    type: "text",
    value: "reward.js",
    help: "a part that is JavaScript of your own: reward({prompt, completion, answer, row, ended}), a finite number; weight 1 unless --reward function=… says otherwise",
  },
  "reward-checkpoint": {
    type: "text",
    value: "folder",
    help: "a part that is a Hugging Face folder with a scalar head (LlamaForSequenceClassification): its score of prompt and completion; weight 1 unless --reward checkpoint=… says otherwise",
  },
  "preference-data": {
    type: "text",
    value: "pairs.jsonl",
    help: "the pairs that the part preference learns from, instead of those of --data; weight 1 unless --reward preference=… says otherwise",
  },
  "allow-function": {
    type: "list",
    value: "hash",
    help: "runs the reward function that came with a link or a file, named by the hash that is printed with it; several with commas or one each time it is given",
  },
} as const;

/**
 * What `--reward-checkpoint` and `--preference-data` bring, known from here on, and the settings that name it.
 * @throws {InputError} for a folder without a scalar head, a file without pairs
 */
export async function rewardSources(
  args: ParsedArgs,
  io?: Pick<Io, "err">,
  model?: Model,
): Promise<Record<string, string>> {
  const checkpoint = await modelIn("reward-checkpoint", args, io);
  const issue = checkpoint && checkpointIssue(checkpoint.hash, checkpoint);
  if (issue !== undefined) throw new InputError(`--reward-checkpoint ${args.text("reward-checkpoint")}: ${issue}`);
  if (checkpoint) io?.err(`It takes ${aboutBytes(scoringBytes(checkpoint))} of memory to score.`);
  const pairs = await preferencesOf(args, io, model);
  return {
    ...(checkpoint && { rewardCheckpoint: checkpoint.hash }),
    ...(pairs !== undefined && { preferenceData: pairs }),
  };
}

/** The options that bring what a reward names. */
const OPTION = {
  model: { option: "reward-checkpoint", value: "folder", setting: "rewardCheckpoint", what: "The reward checkpoint" },
  data: { option: "preference-data", value: "file", setting: "preferenceData", what: "The pairs" },
} as const;

/**
 * Refuses a run whose rewards name what is not here, or do not name what was brought.
 * @param brought as {@link rewardSources} has it, where the run has its own settings
 * @throws {InputError}
 */
export function checkSources(config: RunConfig, brought: Readonly<Record<string, string>> = {}): void {
  const named = broughtBy(config);
  for (const { is, of, hash } of named) {
    const { option, value, what } = OPTION[is];
    const isHere = is === "model" ? modelByHash(hash) : taskById(dataTaskId(hash)).missing === undefined;
    const verb = is === "model" ? "is" : "are";
    if (of === "reward" && !isHere)
      throw new InputError(`${what} ${hash} ${verb} not here: --${option} <${value}> brings what this run names.`);
  }
  for (const is of ["model", "data"] as const) {
    const { option, setting } = OPTION[is];
    const hash = brought[setting];
    if (hash === undefined || named.some((one) => one.is === is && one.hash === hash)) continue;
    throw new InputError(`--${option} must be what the run names in its own settings, got ${hash}, which it does not.`);
  }
}

/** The settings that the options of rewards stand for. @throws {InputError} for a part that there is not */
export async function rewardChanges(
  args: ParsedArgs,
  io?: Pick<Io, "err">,
  model?: Model,
): Promise<Record<string, string>> {
  const parts = args.has("reward") ? args.list("reward") : [];
  const file = args.has("reward-function") ? args.text("reward-function") : undefined;
  const sources = {
    ...(await rewardSources(args, io, model)),
    ...(file !== undefined && { rewardFunction: await readTextFile(file) }),
  };
  const changes: Record<string, string> = {};
  // What is named is all that counts.
  if (parts.length > 0) for (const { id } of REWARD_PARTS) changes[weightKey(id)] = "0";
  for (const item of parts) {
    const [part = "", weight = "1"] = item.split(/=(.*)/s);
    if (!REWARD_PARTS.some(({ id }) => id === part))
      throw new InputError(
        `--reward must name one of ${REWARD_PARTS.map(({ id }) => id).join(", ")}, with a weight as in length=0.2, got "${item}".`,
      );
    changes[weightKey(part)] = weight;
  }
  for (const [key, part] of Object.entries(BROUGHT))
    if (key in sources && !parts.some((item) => item.split("=")[0] === part)) changes[weightKey(part)] = "1";
  return { ...changes, ...sources };
}

/** Refuses parts that a model of taste would leave out, whoever wrote them down and in whichever phase. @throws {InputError} */
export function checkParts(config: RunConfig): void {
  phasesOf(config).forEach(({ config: { rewards } }, at) => {
    // What a later phase takes over unsaid from one that weighed it may rest.
    const given: AnyValues = at === 0 ? rewards : config.phases![at - 1]!;
    const named = REWARD_PARTS.find(({ id }) => id !== RIGHT && Number(given[weightKey(id)] ?? 0) > 0);
    if (!named || isInParts(rewards)) return;
    const [source, where] = at === 0 ? ["rewardSource", ""] : [phaseKey(at + 1, "rewardSource"), ` in phase ${at + 1}`];
    throw new InputError(
      `a reward in parts must be weighed beside the verifier, got ${named.id} with rewardSource ${rewards.rewardSource}${where}: add --set ${source}=verifier.`,
    );
  });
}

/** The part that a setting is for. */
const BROUGHT = { rewardFunction: OWN, rewardCheckpoint: CHECKPOINT, preferenceData: PREFERENCE } as const;

/**
 * Refuses an experiment whose reward function somebody else may have written, unless it was allowed by its hash; prints it first.
 * @param given the changes that this command line itself makes
 * @throws {InputError}
 */
export function checkFunctions(
  config: RunConfig,
  given: Readonly<Record<string, string>>,
  args: ParsedArgs,
  io?: Pick<Io, "err">,
): void {
  const named = args.has("allow-function") ? args.list("allow-function") : [];
  const allowed = named.flatMap((item) => item.split(",")).map((hash) => hash.trim());
  const written = Object.entries(given).filter(([key]) => key.endsWith("rewardFunction"));
  const isOwn = ({ source }: NamedFunction) => written.some(([, text]) => text.replace(/\r\n?/g, "\n") === source);
  const foreign = ownFunctionsIn(config).find((one) => !isOwn(one) && !allowed.includes(one.hash));
  if (!foreign) return;
  io?.err(`A reward function comes with this experiment:\n\n${foreign.source.replace(ESCAPES, "\ufffd")}\n`);
  throw new InputError(
    `a reward function that comes with an experiment must be allowed: read it, then add --allow-function ${foreign.hash}${
      allowed.length > 0 ? " to the others" : ""
    }.`,
  );
}

/** What could move a terminal's cursor or hide text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
