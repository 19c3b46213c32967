import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { countdown } from "./countdown.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(countdown.params);
const asked = (prompt: string) => ({ prompt, kind: "countdown" });

it("shows the steps in the order in which precedence takes them", () => {
  const expert = (prompt: string) => countdown.demonstrate(asked(prompt), "expert", rng(), params);
  expect(expert("3,5,8:16=")).toBe("3+5=8,8+8=16>3+5+8");
  expect(expert("2,3,9:21=")).toBe("2*9=18,18+3=21>2*9+3");
  expect(expert("2,4,9:1=")).toBe("2*4=8,9-8=1>9-2*4");
  expect(expert("4,4,6:2=")).toBe("4+4=8,8-6=2>4+4-6");
});

it("accepts any right calculation that uses each number once, and no other", () => {
  const verdict = (answer: string) => countdown.verify(asked("2,3,9:21="), answer, params);
  expect(verdict("3+9*2")).toBe(1);
  expect(verdict("2*9=18>3+2*9")).toBe(1);
  expect(verdict("9+9+3")).toBe(0);
  expect(verdict("2+3*9")).toBe(0);
  expect(verdict("21")).toBe(0);
  expect(verdict("2*9+03")).toBe(0);
  expect(verdict("2*9+3+")).toBe(0);
  expect(countdown.verify(asked("5,5,3:13="), "5+5+3", params)).toBe(1);
  expect(countdown.verify(asked("5,5,3:13="), "5+5+3+0", params)).toBe(0);
});

it("pays the format reward for a calculation that misses, and nothing for what is none", () => {
  const graded = { ...params, formatReward: 0.1 };
  expect(countdown.verify(asked("2,3,9:21="), "2+3+9", graded)).toBe(0.1);
  expect(countdown.verify(asked("2,3,9:21="), "2++9", graded)).toBe(0);
  expect(countdown.verify(asked("2,3,9:21="), "2*9+3", graded)).toBe(1);
});

it("keeps targets that leave 2 after division by 5 out of training and ordinary evaluation", () => {
  for (let row = 0; row < 300; row++) {
    for (const split of ["train", "id", "ood"] as const) {
      const target = Number(/:(\d+)=/.exec(countdown.problem(rng(row), split, params).prompt)![1]);
      expect(target % 5 === 2).toBe(split === "ood");
      expect(target).toBeLessThanOrEqual(99);
    }
  }
});

it("puts the same numbers in another order into the same split", () => {
  const side = new Map<string, string>();
  for (let row = 0; row < 2000; row++) {
    for (const split of ["train", "id"] as const) {
      const [numbers, target] = countdown.problem(rng(row), split, params).prompt.split(":");
      const canonical = `${numbers!.split(",").sort().join()}:${target}`;
      expect(side.get(canonical) ?? split).toBe(split);
      side.set(canonical, split);
    }
  }
});
