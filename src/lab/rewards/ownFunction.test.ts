import { expect, test } from "vitest";
import { judged } from "./judgement.ts";
import { ownFunction } from "./ownFunction.ts";
import type { SandboxMessage } from "./sandbox/protocol.ts";
import { provideSandbox } from "./sandbox/sandbox.ts";

test("no value that a batch reads is let go before the batch has been read again", async () => {
  const asked: number[] = [];
  provideSandbox(() => {
    let hear: (message: SandboxMessage) => void = () => {};
    return {
      post({ id, inputs }) {
        asked.push(inputs.length);
        hear({ id, type: "rated", values: inputs.map(({ completion }) => Number(completion)) });
      },
      listen: (message) => {
        hear = message;
      },
      end: () => {},
    };
  });
  const own = ownFunction("");
  const judge = { judge: () => ({ reward: 0, correct: 0, judge: "sum" as const }), settle: () => own.settle() };
  const problem = { prompt: "", kind: "" };
  const rate = (from: number, to: number) =>
    judged(judge, () =>
      Array.from({ length: to - from }, (_, at) =>
        own.value({ problem, completion: String(from + at), ended: true, rows: [] }),
      ),
    );
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
  expect(await rate(1, 20_001)).toEqual(numbers(1, 20_001));
  // Ten that are known and ten that are not: with them more than are kept.
  expect(await rate(19_991, 20_011)).toEqual(numbers(19_991, 20_011));
  expect(await rate(19_000, 41_000)).toEqual(numbers(19_000, 41_000));
  expect(asked).toEqual([20_000, 10, 20_989]);
});
