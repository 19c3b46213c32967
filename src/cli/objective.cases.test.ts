import { expect, test } from "vitest";
import { near } from "../lab/objectives/terms/testNear.ts";
import { main } from "./main.ts";
import cases from "./objectiveCases.json" with { type: "json" };
import { memoryIo } from "./testIo.ts";

/** What a command line is given, and what it prints: some of its numbers, or its one sentence. */
interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly in: string;
  readonly exit: number;
  readonly out?: Readonly<Record<string, number | number[][] | null>>;
  readonly err?: string;
}

const TABLE: readonly Case[] = cases.map(({ out, ...rest }) => ({ ...rest, ...(out && { out: defined(out) }) }));

function defined(out: Readonly<Record<string, number | number[][] | null | undefined>>) {
  return Object.fromEntries(Object.entries(out).flatMap(([path, x]) => (x === undefined ? [] : [[path, x]])));
}

test.each(TABLE.map((item) => [item.what, item] as const))("%s", async (_what, { args, in: input, exit, out, err }) => {
  const io = memoryIo(input);
  expect([await main(args, io), io.errLines]).toEqual([exit, err === undefined ? [] : [err]]);
  expect(io.outLines).toHaveLength(out ? 1 : 0);
  for (const [path, expected] of Object.entries(out ?? {})) {
    const found = path.split(".").reduce<unknown>((value, key) => (value as never)[key], JSON.parse(io.outLines[0]!));
    if (expected === null) expect(found).toBeNull();
    else near(found as number, expected);
  }
});
