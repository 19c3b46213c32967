import { demoStyleOf } from "../experiment/config.ts";
import { demonstrationPool } from "./demonstrations.ts";
import { demoIndices, demoSet, demosOf } from "./demos.ts";
import type { WrittenItem } from "./hinted.ts";
import { answerOf, placed, type Shelf, type Stock } from "./shelf.ts";

/** Every demonstration of the run, with the policy's own manner of answering beside the others'. */
export async function demoShelf({ context }: Stock): Promise<Shelf> {
  const { task, config } = context;
  const set = await demoSet(context);
  const { pool } = set;
  const style = demoStyleOf(config);
  const isWritten = style === "own" || style === "hinted";
  const { seed } = config.start;
  // The problems are drawn apart from the answers, so the same places of two styles hold the same prompts.
  const natives =
    isWritten || style === "native"
      ? undefined
      : demonstrationPool(task, config.taskParams, { style: "native", seed, split: "train", count: pool.count });
  return {
    count: pool.count || Number.POSITIVE_INFINITY,
    groupSize: 1,
    item(index) {
      const demo = pool.at(index);
      const writer = isWritten ? (demo as WrittenItem).writer : style;
      const native = natives?.at(index);
      const answers = [answerOf(context, writer, demo), ...(native ? [answerOf(context, "native", native)] : [])];
      return { index, prompt: demo.problem.prompt, answers };
    },
    async open(now, index) {
      const { indices, row } = placed(demoIndices(now, set), index);
      return { batch: await demosOf(now, set, indices), row };
    },
  };
}
