import { LaterValues } from "./laterValues.ts";
import { rateInSandbox } from "./sandbox/sandbox.ts";

/** The values of a function of one's own, which runs in a sandbox. */
export function ownFunction(source: string): LaterValues {
  return new LaterValues((answers) =>
    rateInSandbox(
      source,
      answers.map(({ problem: { prompt }, completion, ended, rows: [first] }) => {
        const [answer, row] = [first?.answer ?? "", first?.columns ?? null];
        return { prompt, completion, answer, row, ended };
      }),
    ),
  );
}
