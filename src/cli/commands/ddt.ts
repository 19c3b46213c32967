import { taskById } from "../../lab/tasks/index.ts";
import { SURVEY_SOURCES, type SurveyedSet, type SurveySource, survey } from "../../lab/train/ddtSurvey.ts";
import { type Command, InputError } from "../command.ts";
import { ENGINE_OPTIONS, openInNode } from "../engine.ts";
import { SETTING_OPTIONS } from "../experiment.ts";
import { policyOf } from "./sample.ts";

export const ddt: Command = {
  name: "ddt",
  summary: "Shows how far data sets lie from what a policy would write itself: CLL = log p + H of their tokens.",
  usage: "<preset | run.json>",
  positionals: [1, 1],
  options: {
    ...SETTING_OPTIONS,
    ...ENGINE_OPTIONS,
    n: { type: "text", value: "64", help: "how many training problems" },
    source: {
      type: "list",
      value: SURVEY_SOURCES.join("|"),
      help: "a data set; may be given several times, all otherwise",
    },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const count = args.number("n", { min: 1, max: 4096, whole: true }) ?? 64;
    const sources = [...new Set(args.list("source").map(sourceOf))];
    const { config, state } = await policyOf(args, io);
    const { policy } = await openInNode(state, args, io);
    try {
      if (!state.snapshots.start) await policy.snapshot("start");
      const found = await survey(
        policy,
        taskById(config.task),
        config,
        sources.length > 0 ? sources : SURVEY_SOURCES,
        count,
      );
      io.out(args.flag("json") ? JSON.stringify({ task: config.task, ...found }) : table(found.sets));
      return 0;
    } finally {
      policy.dispose();
    }
  },
};

function sourceOf(name: string): SurveySource {
  const source = SURVEY_SOURCES.find((candidate) => candidate === name);
  if (source) return source;
  throw new InputError(`--source must be one of ${SURVEY_SOURCES.join(", ")}, got "${name}".`);
}

const BARS = " ▁▂▃▄▅▆▇█";

/** One line a set: moments, tail shares, and the histogram from −8 to 4 as bars. */
function table(sets: readonly SurveyedSet[]): string {
  const head = ["", "rows", "tokens", "mean", "std", "> 0", "< −1", "< −3", "< −5", "−8 … 4"];
  const lines = sets.map((set) => [
    set.source,
    String(set.rows),
    String(set.tokens),
    set.mean.toFixed(3),
    set.std.toFixed(3),
    ...[set.positiveRatio, set.below1, set.below3, set.below5].map((share) => `${(100 * share).toFixed(1)}%`),
    bars(set.histogram.counts),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, i) => (i === 0 || i === 9 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** On a root scale, so that a thin tail can still be seen. */
function bars(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => BARS[Math.ceil(Math.sqrt(count / most) * (BARS.length - 1))]).join("");
}
