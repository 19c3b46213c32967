import { expect, test } from "vitest";
import { interleave } from "./interleave.ts";

const PLAN = { rounds: 3, warmUp: 3, budgetMs: 100 };

/** Racers that take so many ticks of a clock each, and a log of who ran when. */
function race(ticks: Readonly<Record<string, number>>) {
  const log: string[] = [];
  let now = 0;
  const racers = Object.entries(ticks).map(([name, duration]) => ({
    name,
    async run(turn: number) {
      log.push(`${name}${turn}`);
      now += duration;
    },
  }));
  return { racers, log, clock: () => now };
}

test("everyone is warmed up first, then they take turns", async () => {
  const { racers, log, clock } = race({ a: 1, b: 2 });
  const { times, failures } = await interleave(racers, PLAN, clock);
  expect(log.join(" ")).toBe("a0 a1 a2 b0 b1 b2 a3 b3 a4 b4 a5 b5");
  expect(times.get("a")).toEqual([1, 1, 1]);
  expect(times.get("b")).toEqual([2, 2, 2]);
  expect(failures.size).toBe(0);
});

test("one that is slow after its first turn is warmed up no more and sits out the later rounds", async () => {
  const { racers, log, clock } = race({ a: 1, slow: 60 });
  const { times } = await interleave(racers, PLAN, clock);
  expect(times.get("slow")).toEqual([60, undefined, undefined]);
  expect(times.get("a")).toEqual([1, 1, 1]);
  expect(log.filter((entry) => entry.startsWith("slow"))).toEqual(["slow0", "slow1", "slow3"]);
});

test("one that fails drops out with its reason, and the others go on", async () => {
  const { racers, clock } = race({ a: 1 });
  const broken = {
    name: "broken",
    async run(turn: number) {
      if (turn === 4) throw new Error("out of memory");
    },
  };
  const { times, failures } = await interleave([broken, ...racers], PLAN, clock);
  expect(failures).toEqual(new Map([["broken", "out of memory"]]));
  expect(times.get("broken")).toEqual([0, undefined, undefined]);
  expect(times.get("a")).toEqual([1, 1, 1]);
});
