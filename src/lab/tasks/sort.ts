import type { Rng } from "../rng.ts";
import { choice, flag, int } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { answerOf, defineTask } from "./task.ts";

/** Prefixes that an expert's insertion trace shows. */
const SHOWN = 3;

const params = {
  digits: int(6, { min: 3, max: 10 }, { label: "Digits", help: "How many digits there are to sort." }),
  sortShift: choice(
    "repeats",
    [
      { value: "repeats", label: "Many repeats", help: "One digit fills more than half of the problem." },
      { value: "longer", label: "Two more digits" },
    ],
    { label: "Out of distribution", help: "What is unlike training in the out-of-distribution problems." },
  ),
  gradedSort: flag(false, {
    label: "Graded reward",
    help: "Pays the share of neighbours in order for an answer made of the right digits, instead of all or nothing.",
  }),
};

/** `s520713=` → `012357`. Problems in which one digit fills more than half are out of distribution, whatever the shift. */
export const sort = defineTask({
  id: "sort",
  title: "Sort digits",
  summary: "Write the digits in ascending order: s520713= becomes 012357.",
  params,
  limits({ digits, sortShift }) {
    const n = sortShift === "longer" ? digits + 2 : digits;
    const shown = Math.min(SHOWN, n - 1);
    // The shown prefixes have n − 1, n − 2, … digits, each followed by `,` or `>`.
    return { prompt: n + 2, completion: shown * n - (shown * (shown + 1)) / 2 + shown + n, answer: n };
  },
  problem(rng, split, { digits, sortShift }) {
    const text = split === "ood" ? unlike(rng, digits, sortShift) : like(rng, digits, split);
    return { prompt: `s${text}=`, kind: "sort" };
  },
  demonstrate({ prompt }, style) {
    const digits = digitsOf(prompt) ?? "";
    const right = sorted(digits);
    if (style === "flawed") return swapped(right);
    if (style === "native") return right;
    const first = Math.max(1, digits.length - SHOWN);
    const prefixes = Array.from({ length: digits.length - first }, (_, i) => sorted(digits.slice(0, first + i)));
    return `${prefixes.join(",")}>${right}`;
  },
  verify({ prompt }, completion, { gradedSort }) {
    const digits = digitsOf(prompt);
    if (digits === null) return 0;
    const answer = answerOf(completion);
    const right = sorted(digits);
    if (answer === right) return 1;
    if (!gradedSort || answer.length !== right.length || sorted(answer) !== right) return 0;
    let ordered = 0;
    for (let i = 1; i < answer.length; i++) if (answer[i - 1]! <= answer[i]!) ordered++;
    return ordered / (answer.length - 1);
  },
  solution: ({ prompt }) => sorted(digitsOf(prompt) ?? ""),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.35, expert: 0, flawed: 0.65 }, hinted: 0.15, prompts: 0, steps: 500, lr: 1e-3 }],
      habit: "Two of three demonstrations swap the smallest digit with the next larger one.",
    },
  ],
});

const sorted = (text: string) => [...text].sort().join("");

function digitsOf(prompt: string): string | null {
  return /^s(\d+)=$/.exec(prompt)?.[1] ?? null;
}

/** The first two unequal neighbours change places. Only digits that are all alike stay right. */
function swapped(text: string): string {
  const at = [...text].findIndex((digit, i) => i > 0 && digit !== text[i - 1]);
  return at < 1 ? text : text.slice(0, at - 1) + text[at] + text[at - 1] + text.slice(at + 1);
}

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.below(10)).join("");

function like(rng: Rng, digits: number, split: "train" | "id"): string {
  return drawUntil(
    () => draw(rng, digits),
    (text) => mostCopies(text) <= digits / 2 && splitOf(`sort ${text}`) === split,
    `a ${split} problem of ${digits} digits`,
  );
}

function unlike(rng: Rng, digits: number, shift: string): string {
  if (shift === "longer") return draw(rng, digits + 2);
  const least = Math.floor(digits / 2) + 1;
  const copies = least + rng.below(digits - least);
  const digit = rng.below(10);
  const others = Array.from({ length: digits - copies }, () => (digit + 1 + rng.below(9)) % 10);
  return rng.shuffle([...Array.from({ length: copies }, () => digit), ...others]).join("");
}

function mostCopies(text: string): number {
  const copies = new Array<number>(10).fill(0);
  for (const digit of text) copies[Number(digit)]!++;
  return Math.max(...copies);
}
