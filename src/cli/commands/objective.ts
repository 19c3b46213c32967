import { ConfigError } from "../../lab/schema.ts";
import { type Command, InputError, type Io, type ParsedArgs } from "../command.ts";
import { fieldLine } from "../fieldJson.ts";
import { IN_OPTION, readInput, readTextFile } from "../input.ts";
import { NonFiniteError } from "../nonFinite.ts";
import { listObjectives, type ObjectiveOutput, runObjective } from "../objective.ts";
import { muSchedule } from "../objectiveSchedule.ts";
import { parseBatches, parsePythonJson } from "../pythonJson.ts";

const FORM = `A batch, float64 throughout, B rows of T positions, logarithms natural:

  { "params": { … }, "step": 1, "totalSteps": 1, "feeds": { "demos": F, "rollouts": F,
    "offlinePairs" or "onlinePairs": { "chosen": F, "rejected": F, "prompts"?: n, "mismatched"?: F } } }

  with the feeds of the algorithm alone. F has either
    "logits" [B][T][V] and "labels" [B][T], or
    "logp" [B][T] with "entropy" [B][T], "meanLogp" [B][T] and "vocabSize" where the algorithm reads them;
  "mask" [B][T], 1 where a token is scored (what stands elsewhere is not looked at);
  "oldLogp", "refLogp" [B][T] where they are read; "rewards" [B] with "groupSize", or "advantages" [B].
  logits and log-probabilities may be -Infinity (or -1e999); nothing else may be infinite or NaN.
  "prompts" counts the prompts asked, those without a pair included; "mismatched" are KTO's answers under other prompts.

Several batches: an array of them gives an array of answers, one batch a line (JSON Lines) one answer a line.
An answer: { "loss", "metrics": { … }, "feeds": { same names: { "dLogp" [B][T], "dEntropy" [B][T] or null, "dLogits" [B][T][V]
if logits were given, and with --views "views" and "pairLosses" } } }; no number in it is infinite or NaN.
--list says what each algorithm requires, its metrics, and the names of TRL's and Trinity-RFT's that are read as ours.`;

export const objective: Command = {
  name: "objective",
  summary: "Computes an algorithm's loss and credit for given numbers, in float64; or lists the algorithms.",
  usage: "<id>",
  positionals: [0, 1],
  details: FORM,
  options: {
    in: IN_OPTION,
    views: {
      type: "flag",
      help: "adds what each token's credit is made of (γ, CLL, φ, ratio, advantage, …) and each pair's loss",
    },
    schedule: {
      type: "text",
      value: "0..1000",
      help: "prints µ of these steps alone; params come from --in, defaults otherwise",
    },
    list: {
      type: "flag",
      help: "lists every algorithm, or the one named, with its feeds, required fields, metrics, parameters and their other names",
    },
    json: { type: "flag", help: "prints one JSON object and nothing else (what a computation does anyway)" },
  },
  async run(args, io) {
    const [id] = args.positionals;
    if (args.flag("list")) {
      const unread = ["in", "views", "schedule"].find((name) => args.given(name));
      if (unread) throw new InputError(`--list prints what there is and takes no --${unread}.`);
      const list = listObjectives(id);
      io.out(args.flag("json") ? JSON.stringify(list) : list.objectives.map(asText).join("\n\n"));
      return 0;
    }
    if (id === undefined)
      throw new InputError("lab objective must be followed by an algorithm's id or --list, got neither.");
    const schedule = args.text("schedule");
    if (schedule !== undefined) {
      if (args.flag("views")) throw new InputError("--schedule prints µ alone and takes no --views.");
      const path = args.text("in");
      const input = path === undefined ? {} : parsePythonJson(await readTextFile(path), path);
      io.out(JSON.stringify(muSchedule(id, schedule, input)));
      return 0;
    }
    await runBatches(id, args, io);
    return 0;
  },
};

async function runBatches(id: string, args: ParsedArgs, io: Io): Promise<void> {
  const { form, batches } = parseBatches(...(await readInput(args, io)));
  // All of them before the first is printed: a batch that is refused leaves no half of an answer behind.
  const outputs = batches.map((batch, index) => {
    const place = form === "one" ? "" : `batch ${index + 1} of ${batches.length}: `;
    const warn = (sentence: string) => io.err(`lab: ${place}${sentence}`);
    return named(place, () => runObjective(id, batch, { views: args.flag("views"), warn }));
  });
  if (form === "lines") for (const output of outputs) io.out(JSON.stringify(output));
  else io.out(JSON.stringify(form === "one" ? outputs[0] : outputs));
}

/** What `run` gives; its complaint begins with the place. */
function named(place: string, run: () => ObjectiveOutput): ObjectiveOutput {
  try {
    return run();
  } catch (error) {
    if (place === "") throw error;
    if (error instanceof ConfigError)
      throw new ConfigError(error.issues.map((issue) => ({ ...issue, message: place + issue.message })));
    if (error instanceof NonFiniteError) throw new NonFiniteError(place + error.message);
    throw error;
  }
}

type Listed = ReturnType<typeof listObjectives>["objectives"][number];

function asText({ id, title, summary, paper, required, requiredWith, metrics, aliases, params }: Listed): string {
  const feeds = Object.entries(required).map(([feed, fields]) => `  ${feed} must have ${fields.join(", ")}`);
  const more = Object.entries(requiredWith).map(([when, fields]) => `  with ${when} also ${fields.join(", ")}`);
  const names = Object.entries(aliases).map(([alias, keys]) => `${alias} → ${keys.join(" and ")}`);
  const knobs = Object.entries(params).map(([key, field]) => fieldLine(key, field));
  return [
    `${id}: ${title}`,
    `  ${summary}`,
    `  ${paper}`,
    `  Feeds: ${Object.keys(required).join(", ")}`,
    ...feeds,
    ...more,
    `  Metrics: ${metrics.join(", ")}`,
    ...(names.length > 0 ? [`  Other names: ${names.join(", ")}`] : []),
    ...knobs,
  ].join("\n");
}
