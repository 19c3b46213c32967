import { PolicyError } from "../policy/policy.ts";
import type { Run } from "../train/run.ts";
import type { Command, LabEvent } from "./protocol.ts";

/** What the page asks of a run's present weights. Answering changes nothing that trains. */
export type Question = Extract<
  Command,
  { readonly type: "survey" | "browse" | "openItem" | "inspect" | "rewardModel" }
>;

/** Must be asked between two steps. @throws where the run itself is concerned: its device is gone, or a survey failed. */
export async function answer(question: Question, run: Run): Promise<LabEvent> {
  const { runId } = question;
  switch (question.type) {
    case "survey": {
      const { sources, count } = question;
      return { type: "survey", runId, step: run.step, survey: await run.survey(sources, count) };
    }
    case "browse": {
      const { query } = question;
      const page = await unlessLost(run.browse(query), (issue) => ({ feed: query.feed, empty: { issue } }));
      return { type: "feedPage", runId, query, page };
    }
    case "openItem": {
      const { feed, index } = question;
      const item = await unlessLost(run.openItem(feed, index), (issue) => ({ issue }));
      return { type: "feedItem", runId, feed, index, item };
    }
    case "inspect": {
      const { row } = question;
      const candidates = await unlessLost(run.inspect(row), () => []);
      return { type: "candidates", runId, step: run.step, row, candidates };
    }
    case "rewardModel":
      return { type: "rewardModel", runId, report: run.rewardReport() ?? null };
  }
}

/** A question that cannot be answered does not concern the run, unless the device is gone. */
async function unlessLost<A, B>(answer: Promise<A>, otherwise: (issue: string) => B): Promise<A | B> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PolicyError && error.kind === "device") throw error;
    return otherwise(error instanceof Error ? error.message : String(error));
  }
}
