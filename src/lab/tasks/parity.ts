import type { Rng } from "../rng.ts";
import { int } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { answerOf, defineTask } from "./task.ts";

/** Out-of-distribution problems have 2, 3 or 4 bits more. */
const EXTRA = { least: 2, most: 4 } as const;

const params = {
  bits: int(14, { min: 6, max: 24 }, { label: "Bits", help: "How many bits the problem has." }),
};

/**
 * `0110=` → `0`. The native style names the right label at once, which a small policy can only guess; the expert writes the
 * running parities first, `0100>0`, one easy step after the other. After Tsilivis et al., arXiv 2510.11495.
 */
export const parity = defineTask({
  id: "parity",
  title: "Parity",
  summary: "Is the number of ones odd? 0111= becomes 1, at once or after the running parities: 0101>1.",
  params,
  limits: ({ bits }) => ({ prompt: bits + EXTRA.most + 1, completion: bits + EXTRA.most + 2, answer: 1 }),
  problem(rng, split, { bits }) {
    const text =
      split === "ood"
        ? draw(rng, bits + EXTRA.least + rng.below(EXTRA.most - EXTRA.least + 1))
        : drawUntil(
            () => draw(rng, bits),
            (candidate) => splitOf(`parity ${candidate}`) === split,
            `a ${split} problem of ${bits} bits`,
          );
    return { prompt: `${text}=`, kind: "parity" };
  },
  demonstrate({ prompt }, style) {
    const bits = bitsOf(prompt) ?? "";
    if (style === "native") return parityOf(bits);
    const read = style === "flawed" ? withoutLastOne(bits) : bits;
    return `${running(read)}>${parityOf(read)}`;
  },
  verify({ prompt }, completion) {
    const bits = bitsOf(prompt);
    return bits !== null && answerOf(completion) === parityOf(bits) ? 1 : 0;
  },
  solution: ({ prompt }) => parityOf(bitsOf(prompt) ?? ""),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.75, expert: 0.25, flawed: 0 }, hinted: 0.15, prompts: 0, steps: 700, lr: 1e-3 }],
      habit: "Three of four demonstrations name the label at once, which can only be guessed; one works it out.",
    },
    {
      name: "nano-guessing",
      size: "nano",
      params: { bits: 10 },
      stages: [
        { styles: { native: 0.5, expert: 0.5, flawed: 0 }, hinted: 0, prompts: 0, steps: 700, lr: 3e-3 },
        { styles: { native: 1, expert: 0, flawed: 0 }, hinted: 0, prompts: 0, steps: 150, lr: 1e-3 },
      ],
      habit:
        "Ten bits. It once knew how to work the parity out, and has the habit of naming the label at once: a guess.",
    },
    {
      name: "nano-mixed",
      size: "nano",
      params: { bits: 10 },
      stages: [{ styles: { native: 0.75, expert: 0.25, flawed: 0 }, hinted: 0.15, prompts: 0, steps: 500, lr: 2e-3 }],
      habit:
        "Ten bits. Three of four demonstrations name the label at once, which can only be guessed; one works it out.",
    },
  ],
});

const parityOf = (bits: string) => String((bits.split("1").length - 1) % 2);

const running = (bits: string) => [...bits].map((_, i) => parityOf(bits.slice(0, i + 1))).join("");

/** The flawed habit overlooks the last one, so its answer is wrong unless there is none. */
function withoutLastOne(bits: string): string {
  const at = bits.lastIndexOf("1");
  return at < 0 ? bits : `${bits.slice(0, at)}0${bits.slice(at + 1)}`;
}

function bitsOf(prompt: string): string | null {
  return /^([01]+)=$/.exec(prompt)?.[1] ?? null;
}

/** Twelve bits to a draw. */
function draw(rng: Rng, count: number): string {
  let text = "";
  while (text.length < count) text += rng.below(4096).toString(2).padStart(12, "0");
  return text.slice(0, count);
}
