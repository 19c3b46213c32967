import { LaterValues } from "./laterValues.ts";
import { rateInSandbox } from "./sandbox/sandbox.ts";
import type { Told } from "./told.ts";

/** The values of a function of one's own, which runs in a sandbox. */
export function ownFunction(source: string, told?: Told): LaterValues {
  return new LaterValues("the reward function", (answers) =>
    rateInSandbox(
      source,
      answers.map(({ problem: { prompt }, completion, ended, rows: [first] }) => {
        const [answer, row] = [first?.answer ?? "", first?.columns ?? null];
        return { prompt, completion, answer, row, ended };
      }),
      told,
    ),
  );
}
