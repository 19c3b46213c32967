import { batchAnswers } from "./batchAnswers.ts";
import { withScores } from "./scored.ts";
import { answerOf, type Shelf, type Stock } from "./shelf.ts";

/** Every completion of the newest update's batch, the group of one prompt in a row. */
export function rolloutShelf({ context, last }: Stock): Shelf | undefined {
  const batch = last?.batches.find(({ feed }) => feed === "rollouts");
  const part = batch?.parts[0];
  if (!batch || !part) return undefined;
  const answers = batchAnswers(part);
  return {
    count: answers.length,
    groupSize: part.tokens.groupSize ?? 1,
    step: last!.step,
    item(index) {
      const own = answers[index]!;
      const advantage = last!.row(part.name, index).views.advantage?.[0];
      const answer = { ...answerOf(context, "own", own), ...(advantage !== undefined && { advantage }) };
      return { index, prompt: own.problem.prompt, answers: [answer] };
    },
    async open(now, index) {
      return { batch: { ...batch, parts: await withScores(now, batch.parts) }, row: index };
    },
  };
}
