import type { Rng } from "../rng.ts";
import { choice, int } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { answerOf, defineTask } from "./task.ts";

const HELD_OUT_DIGIT = "7";

const params = {
  operandDigits: int(2, { min: 2, max: 4 }, { label: "Operand digits", help: "How many digits each summand has." }),
  additionShift: choice(
    "digit",
    [
      { value: "digit", label: "A leading 7", help: "No summand begins with 7 in training." },
      { value: "longer", label: "One more digit" },
    ],
    { label: "Out of distribution", help: "What is unlike training in the out-of-distribution problems." },
  ),
};

/**
 * `37+85=` → `221`, the sum's digits reversed, so that a digit needs only the columns before it (Lee et al., arXiv
 * 2307.03381). After a `>` the sum stands forwards, as the expert writes it. Problems with a leading 7 are out of distribution.
 */
export const addition = defineTask({
  id: "addition",
  title: "Addition",
  summary: "Add two numbers, last digit first: 37+85= becomes 221, for 122.",
  params,
  limits({ operandDigits, additionShift }) {
    const n = additionShift === "longer" ? operandDigits + 1 : operandDigits;
    return { prompt: 2 * n + 2, completion: 9 * n + n + 1, answer: n + 1 }; // a column is at most `9+9+1=19` and a `,` or `>`
  },
  problem(rng, split, { operandDigits, additionShift }) {
    const longer = split === "ood" && additionShift === "longer";
    const text = drawUntil(
      () => `${draw(rng, operandDigits + (longer ? 1 : 0))}+${draw(rng, operandDigits + (longer ? 1 : 0))}`,
      (candidate) => longer || sideOf(candidate) === split,
      `a ${split} problem of ${operandDigits} digits`,
    );
    return { prompt: `${text}=`, kind: "addition" };
  },
  demonstrate({ prompt }, style) {
    const [a, b] = read(prompt) ?? ["", ""];
    if (style === "native") return reversed(sumOf(a, b));
    if (style === "flawed")
      return columns(a, b)
        .map(([x, y]) => (x + y) % 10)
        .join("");
    let carry = 0;
    const steps = columns(a, b).map(([x, y]) => {
      const total = x + y + carry;
      const step = `${x}+${y}+${carry}=${total}`;
      carry = total >= 10 ? 1 : 0;
      return step;
    });
    return `${steps.join(",")}>${sumOf(a, b)}`;
  },
  verify({ prompt }, completion) {
    const operands = read(prompt);
    if (operands === null) return 0;
    const sum = sumOf(...operands);
    return answerOf(completion) === (completion.includes(">") ? sum : reversed(sum)) ? 1 : 0;
  },
  solution: ({ prompt }) => reversed(sumOf(...(read(prompt) ?? ["", ""]))),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.6, expert: 0, flawed: 0.4 }, hinted: 0.15, prompts: 0, steps: 900, lr: 1e-3 }],
      habit: "Two of five demonstrations forget every carry, and it was stopped early.",
    },
  ],
});

const reversed = (text: string) => [...text].reverse().join("");
const sumOf = (a: string, b: string) => String(Number(a) + Number(b));
const draw = (rng: Rng, digits: number) => 10 ** (digits - 1) + rng.below(9 * 10 ** (digits - 1));

/** The order of the summands does not make another problem. */
function sideOf(text: string): "train" | "id" | "ood" {
  const operands = text.split("+");
  if (operands.some((operand) => operand.startsWith(HELD_OUT_DIGIT))) return "ood";
  return splitOf(`addition ${operands.sort().join("+")}`);
}

/** Pairs of digits, last column first. */
function columns(a: string, b: string): [number, number][] {
  return [...a].map((_, i) => [Number(a.at(-1 - i)), Number(b.at(-1 - i))]);
}

function read(prompt: string): readonly [string, string] | null {
  const match = /^(\d{1,9})\+(\d{1,9})=$/.exec(prompt);
  return match === null ? null : [match[1]!, match[2]!];
}
