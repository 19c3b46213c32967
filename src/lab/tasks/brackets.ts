import type { Rng } from "../rng.ts";
import { choice, int } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { answerOf, defineTask, type Split } from "./task.ts";

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
/** Closed pairs that a prompt may hold, and that a native answer adds. */
const MOST_PROMPT_PAIRS = 2;
const MOST_ANSWER_PAIRS = 3;
const DEEPER = 2;

const params = {
  depth: int(4, { min: 3, max: 6 }, { label: "Open brackets", help: "At most this many are left open in training." }),
  bracketShift: choice(
    "deeper",
    [
      { value: "deeper", label: "One or two more open" },
      { value: "third", label: "A third type", help: "Training knows ( and [ only." },
    ],
    { label: "Out of distribution", help: "What is unlike training in the out-of-distribution problems." },
  ),
};

/**
 * `([{` → `}])`: close everything that is open. Closed pairs in between are allowed: the native style rambles, `}[]])()`,
 * the expert closes at once.
 */
export const brackets = defineTask({
  id: "brackets",
  title: "Close the brackets",
  summary: "Close every open bracket in the right order: ([{ becomes }]).",
  params,
  limits({ depth, bracketShift }) {
    const open = bracketShift === "deeper" ? depth + DEEPER : depth;
    const answer = open + 2 * MOST_ANSWER_PAIRS;
    return { prompt: open + 2 * MOST_PROMPT_PAIRS, completion: answer, answer };
  },
  problem(rng, split, { depth, bracketShift }) {
    const third = bracketShift === "third";
    const deeper = split === "ood" && !third;
    const types = third && split !== "ood" ? "([" : "([{";
    const prompt = drawUntil(
      () => draw(rng, types, deeper ? depth + 1 + rng.below(DEEPER) : 2 + rng.below(depth - 1)),
      (text) => (deeper ? true : sideOf(text, third) === split),
      `a ${split} problem with up to ${depth} open brackets`,
    );
    return { prompt, kind: "brackets" };
  },
  demonstrate({ prompt }, style, rng) {
    const open = openOf(prompt) ?? [];
    const shortest = closureOf(open);
    if (style === "flawed") return shortest.slice(0, -1);
    if (style === "expert") return shortest;
    const types = [...new Set(open)].join("");
    return withPairs(shortest, 1 + rng.below(MOST_ANSWER_PAIRS), types, rng);
  },
  verify({ prompt }, completion) {
    const answer = answerOf(completion);
    return openOf(prompt) !== null && openOf(prompt + answer)?.length === 0 ? 1 : 0;
  },
  solution: ({ prompt }) => closureOf(openOf(prompt) ?? []),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.4, expert: 0, flawed: 0.6 }, hinted: 0.15, prompts: 0, steps: 500, lr: 1e-3 }],
      habit: "Three of five demonstrations forget the outermost bracket; the others ramble.",
    },
  ],
});

const closureOf = (open: readonly string[]) =>
  open
    .map((bracket) => CLOSING[bracket])
    .reverse()
    .join("");

function sideOf(prompt: string, third: boolean): Split {
  return third && prompt.includes("{") ? "ood" : splitOf(`brackets ${prompt}`);
}

function draw(rng: Rng, types: string, open: number): string {
  const opening = Array.from({ length: open }, () => rng.pick([...types])).join("");
  return withPairs(opening, rng.below(MOST_PROMPT_PAIRS + 1), types, rng);
}

/** Puts closed pairs anywhere into a text: what is balanced stays balanced. */
function withPairs(text: string, count: number, types: string, rng: Rng): string {
  let out = text;
  for (let i = 0; i < count; i++) {
    const at = rng.below(out.length + 1);
    const bracket = rng.pick([...types]);
    out = out.slice(0, at) + bracket + CLOSING[bracket] + out.slice(at);
  }
  return out;
}

/** The brackets still open at the end, outermost first; null where the text closes what is not open, or is no bracket. */
function openOf(text: string): string[] | null {
  const open: string[] = [];
  for (const character of text) {
    if (Object.hasOwn(CLOSING, character)) open.push(character);
    else if (open.length === 0 || CLOSING[open.pop()!] !== character) return null;
  }
  return open;
}
