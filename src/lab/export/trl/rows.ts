import { demoStyleOf, type RunConfig } from "../../experiment/config.ts";
import { demonstrationPool, sourceOf } from "../../feeds/demonstrations.ts";
import { type FeedItem, MOST_ITEMS } from "../../feeds/feedPage.ts";
import type { FeedName } from "../../objectives/objective.ts";
import { isPolicyWriter } from "../../settings.ts";
import { taskById } from "../../tasks/index.ts";
import { tokenizerOf } from "../../tasks/task.ts";
import { heldOut } from "../../train/evaluate.ts";
import { Run } from "../../train/run.ts";
import { askedProblems, MOST_ROWS } from "../askedProblems.ts";
import { beginOf } from "../beginOf.ts";
import type { ExportSource } from "../exportSource.ts";
import type { DataForm } from "./recipe.ts";

/** Prompts that offline pairs are sampled for, where every update has fresh ones. */
const MOST_PAIR_PROMPTS = 512;

type Row = Readonly<Record<string, string | boolean>>;

/** The rows of one phase in TRL's form. */
export function trainingRows(source: ExportSource, config: RunConfig, form: DataForm): Promise<readonly Row[]> | Row[] {
  if (form === "demonstrations") return demonstrationRows(source, config);
  if (form === "prompts") return promptRows(config);
  return pairRows(source, config, form);
}

/** Held-out problems, for the accuracy that the script prints before and after. */
export function evaluationRows(config: RunConfig): Row[] {
  return heldOut(taskById(config.task), config, "id").map(({ prompt, kind }) => ({ prompt, kind }));
}

async function demonstrationRows(source: ExportSource, config: RunConfig): Promise<Row[]> {
  const task = taskById(config.task);
  const { demoCount, demoBatch } = config.demonstrations;
  if (isPolicyWriter(demoStyleOf(config))) {
    const items = await browsed(source, config, "demos");
    return items.map(({ prompt, answers }) => ({ prompt, completion: answers[0]!.completion }));
  }
  const pool = demonstrationPool(task, config.taskParams, { ...sourceOf(config, "train"), count: demoCount });
  const count = pool.count || Math.min(MOST_ROWS, demoBatch * config.optimizer.steps);
  return Array.from({ length: count }, (_, index) => {
    const { problem, completion } = pool.at(index);
    return { prompt: problem.prompt, completion };
  });
}

/** The prompts of the first updates, in their order. Those of OnlineDPOTrainer begin with `<bos>`, which it does not add itself. */
function promptRows(config: RunConfig): Row[] {
  const first = config.algorithm === "dpo-online" ? beginOf(tokenizerOf(taskById(config.task))) : "";
  return askedProblems(config).map(({ prompt, kind }) => ({ prompt: first + prompt, kind }));
}

/** Pairs by the starting policy: the run's fixed set, or one of the same making where every update has fresh ones. */
async function pairRows(source: ExportSource, config: RunConfig, form: DataForm): Promise<Row[]> {
  const { pairs, rollouts, optimizer } = config;
  const fresh = Math.min(MOST_PAIR_PROMPTS, optimizer.steps * rollouts.prompts);
  const pairCount = pairs.pairSource === "buffer" ? pairs.pairCount : fresh;
  const items = await browsed(
    source,
    { ...config, pairs: { ...pairs, pairSource: "buffer", pairCount } },
    "offlinePairs",
  );
  return items.flatMap(({ prompt, answers: [chosen, rejected] }): Row[] => {
    if (!chosen || !rejected) return [];
    if (form === "pairs") return [{ prompt, chosen: chosen.completion, rejected: rejected.completion }];
    return [
      { prompt, completion: chosen.completion, label: true },
      { prompt, completion: rejected.completion, label: false },
    ];
  });
}

/** All items of a feed that the starting policy writes. */
async function browsed(source: ExportSource, config: RunConfig, feed: FeedName): Promise<FeedItem[]> {
  const policy = await source.open();
  try {
    const run = await Run.start(policy, { ...config, interventions: [] });
    const items: FeedItem[] = [];
    for (;;) {
      const page = await run.browse({ feed, from: items.length, count: MOST_ITEMS });
      if ("empty" in page || page.items.length === 0) return items;
      items.push(...page.items);
    }
  } finally {
    policy.dispose();
  }
}
