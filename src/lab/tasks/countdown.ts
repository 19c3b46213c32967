import type { Rng } from "../rng.ts";
import { int, real } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { answerOf, defineTask } from "./task.ts";

type Three = readonly [number, number, number];

/** Other operator pairs give no other value: a−b+c is a+c−b, and a+b*c is b*c+a. */
const FORMS = ["++", "+-", "--", "*+", "*-", "-*", "**"] as const;
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const LARGEST_TARGET = 99;
const isHeldOut = (target: number) => target % 5 === 2;

const params = {
  largest: int(9, { min: 5, max: 20 }, { label: "Largest number", help: "The three numbers lie between 1 and this." }),
  formatReward: real(
    0,
    { min: 0, max: 0.5, step: 0.05 },
    {
      label: "Format reward",
      help: "Paid for any well-formed calculation that is not a right answer; TinyZero pays 0.1.",
      source: "TinyZero, countdown reward",
    },
  ),
};

/**
 * `3,5,8:16=` → `3+5+8`: every number exactly once, with `+`, `-`, `*` under standard precedence, no parentheses. The native
 * answer is the first one of a fixed order that prefers sums and the order of the prompt. Out of distribution: targets
 * that leave 2 when divided by 5, never seen otherwise.
 */
export const countdown = defineTask({
  id: "countdown",
  title: "Countdown",
  summary: "Reach the target with all three numbers: 3,5,8:16= becomes 3+5+8.",
  params,
  limits({ largest }) {
    const w = String(largest).length;
    const middle = Math.max(String(largest * largest).length, w + 1); // a product, or a negative difference
    const steps = 2 * w + 2 + middle + 1 + (middle + w + 2 + 2);
    return { prompt: 3 * w + 6, completion: steps + 1 + 3 * w + 2, answer: 3 * w + 2 };
  },
  problem(rng, split, { largest }) {
    const { numbers, target } = drawUntil(
      () => draw(rng, largest),
      (drawn) => drawn.target >= 1 && drawn.target <= LARGEST_TARGET && sideOf(drawn.numbers, drawn.target) === split,
      `a ${split} problem with numbers up to ${largest}`,
    );
    return { prompt: `${numbers.join(",")}:${target}=`, kind: "countdown" };
  },
  demonstrate({ prompt }, style) {
    const problem = read(prompt);
    if (problem === null) return "";
    const answer = solve(problem.numbers, problem.target);
    if (style === "flawed") return answer.replace(/[-+*]/, (operator) => (operator === "+" ? "-" : "+"));
    return style === "expert" ? `${worked(answer)}>${answer}` : answer;
  },
  verify({ prompt }, completion, { formatReward }) {
    const problem = read(prompt);
    const answer = answerOf(completion);
    if (problem === null || !/^\d{1,4}(?:[-+*]\d{1,4})+$/.test(answer)) return 0;
    const used = answer.split(/[-+*]/).sort().join();
    const right = used === problem.numbers.map(String).sort().join() && resultOf(answer) === problem.target;
    return right ? 1 : formatReward;
  },
  solution({ prompt }) {
    const problem = read(prompt);
    return problem === null ? "" : solve(problem.numbers, problem.target);
  },
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 1, expert: 0, flawed: 0 }, hinted: 0.15, prompts: 0, steps: 1300, lr: 1e-3 }],
      habit: "Stopped early: it has the manner of an answer, and calculates only in part.",
    },
  ],
});

/** Order of the numbers does not make another problem. */
function sideOf(numbers: Three, target: number): "train" | "id" | "ood" {
  if (isHeldOut(target)) return "ood";
  return splitOf(`countdown ${[...numbers].sort((a, b) => a - b).join(",")}:${target}`);
}

/** Some calculation with three numbers, and the numbers in the order drawn. */
function draw(rng: Rng, largest: number): { numbers: Three; target: number } {
  const one = () => 1 + rng.below(largest);
  const numbers = [one(), one(), one()] as const;
  return { numbers, target: resultOf(write(numbers, rng.pick(ORDERS), rng.pick(FORMS))) };
}

function write(numbers: Three, order: Three, form: string): string {
  const [a, b, c] = order.map((i) => numbers[i]);
  return `${a}${form[0]}${b}${form[1]}${c}`;
}

/** The first calculation in the fixed order of {@link FORMS}, then {@link ORDERS}; empty where there is none. */
function solve(numbers: Three, target: number): string {
  for (const form of FORMS) {
    for (const order of ORDERS) {
      const text = write(numbers, order, form);
      if (resultOf(text) === target) return text;
    }
  }
  return "";
}

/** Result of a calculation such as `3+5*8`; products bind first. */
function resultOf(text: string): number {
  let sum = 0;
  for (const [, sign, product] of text.matchAll(/([-+]?)([\d*]+)/g)) {
    const value = product!.split("*").reduce((a, b) => a * Number(b), 1);
    sum += sign === "-" ? -value : value;
  }
  return sum;
}

/** Both steps of a calculation with three numbers, in the order in which precedence takes them. */
function worked(text: string): string {
  const [, a, first, b, second, c] = /^(\d+)([-+*])(\d+)([-+*])(\d+)$/.exec(text) ?? [];
  const productFirst = second === "*" && first !== "*";
  const step = productFirst ? `${b}*${c}` : `${a}${first}${b}`;
  const middle = resultOf(step);
  return `${step}=${middle},${productFirst ? `${a}${first}${middle}` : `${middle}${second}${c}`}=${resultOf(text)}`;
}

function read(prompt: string): { numbers: Three; target: number } | null {
  const match = /^(\d{1,4}),(\d{1,4}),(\d{1,4}):(\d{1,4})=$/.exec(prompt);
  if (match === null) return null;
  const [a, b, c, target] = match.slice(1).map(Number) as [number, number, number, number];
  return { numbers: [a, b, c], target };
}
