import { dpoOffline } from "../../objectives/dpo.ts";
import { grpo } from "../../objectives/grpo.ts";
import type { TokenFeed } from "../../objectives/objective.ts";
import { sft } from "../../objectives/sft.ts";
import { Streams } from "../../rng.ts";
import { initials } from "../../schema.ts";
import type { Policy, Sequences, TokenCredit, TokenScores, UpdateReport } from "../policy.ts";
import { SHAPES, TEST_RULE, testBatch, testPrompts } from "../testing/parity.ts";

export const TRAINED_SHAPE = SHAPES["grouped heads, two layers, own head"]!;

type Assign = (scores: readonly TokenScores[]) => { readonly loss: number; readonly credits: readonly TokenCredit[] };

interface Training {
  readonly batches: readonly Sequences[];
  /** From what the policy said of the batches before the first update. */
  assign(before: readonly TokenScores[]): Assign;
}

const CLOCK = { step: 1, totalSteps: 50 };
const RULE = { ...TEST_RULE, lr: 3e-4 };
const GROUP = 3;

/** Objectives of the lab on fixed batches of so many rows, in groups of three. */
const TRAININGS = {
  sft: (rows) => {
    const batch = testBatch(TRAINED_SHAPE, rows, 11);
    return {
      batches: [batch],
      assign: () => (scores) => {
        const values = initials(sft.params);
        const { loss, credit } = sft.assign({ demos: said(scores[0]!) }, { demos: feed(batch) }, values, CLOCK);
        return { loss, credits: [credit.demos] };
      },
    };
  },
  grpo: (rows) => {
    const batch = testBatch(TRAINED_SHAPE, rows, 9, 0.8);
    const rewards = Float32Array.from({ length: rows }, (_, row) => (row % GROUP === 0 ? 1 : 0));
    const values = { ...initials(grpo.params), klCoef: 0.3, entropyCoef: 0.05 };
    return {
      batches: [batch],
      assign: ([before]) => {
        const rollouts = { ...feed(batch), oldLogp: before!.logp, refLogp: before!.logp, rewards, groupSize: GROUP };
        return (scores) => {
          const { loss, credit } = grpo.assign({ rollouts: said(scores[0]!) }, { rollouts }, values, CLOCK);
          return { loss, credits: [credit.rollouts] };
        };
      },
    };
  },
  dpo: (rows) => {
    const [first, second] = [testBatch(TRAINED_SHAPE, rows, 11), testBatch(TRAINED_SHAPE, rows, 9, 0.8)];
    return {
      batches: [first, second],
      assign: ([before, other]) => {
        const pairs = {
          chosen: { ...feed(first), refLogp: before!.logp },
          rejected: { ...feed(second), refLogp: other!.logp },
        };
        return (scores) => {
          const offlinePairs = { chosen: said(scores[0]!), rejected: said(scores[1]!) };
          const values = initials(dpoOffline.params);
          const { loss, credit } = dpoOffline.assign({ offlinePairs }, { offlinePairs: pairs }, values, CLOCK);
          return { loss, credits: [credit.offlinePairs.chosen, credit.offlinePairs.rejected] };
        };
      },
    };
  },
} as const satisfies Record<string, (rows: number) => Training>;

export const TRAINED_NAMES = Object.keys(TRAININGS) as readonly (keyof typeof TRAININGS)[];

function feed({ rows, length, mask }: Sequences): TokenFeed {
  return { rows, length: length - 1, mask };
}

function said(scores: TokenScores) {
  return { ...scores, vocabSize: TRAINED_SHAPE.vocabSize };
}

/** Updates by one of {@link TRAININGS}; answers each update's loss and norms. */
export async function trainFor(
  policy: Policy,
  name: keyof typeof TRAININGS,
  steps: number,
  rows = GROUP,
): Promise<(UpdateReport & { readonly loss: number })[]> {
  const { batches, assign } = TRAININGS[name](rows);
  const before = [];
  for (const batch of batches) before.push(await policy.score(batch));
  const decide: Assign = assign(before);
  const reports = [];
  for (let step = 0; step < steps; step++) {
    let loss = Number.NaN;
    const report = await policy.learn(
      batches,
      (scores) => {
        const decided = decide(scores);
        loss = decided.loss;
        return decided.credits;
      },
      RULE,
    );
    reports.push({ ...report, loss });
  }
  return reports;
}

/** Trains and samples a little of everything; the state afterwards and what was sampled, as bytes. */
export async function bitsOf(policy: Policy, rows = GROUP): Promise<Uint8Array> {
  const key = { seed: 3, stream: Streams.tests, step: 1 };
  for (const name of TRAINED_NAMES) await trainFor(policy, name, 4, rows);
  const sampled = await policy.sample(testPrompts(TRAINED_SHAPE, rows + 2, 6), {
    maxNewTokens: 20,
    temperature: 0.9,
    topP: 0.9,
    key,
  });
  const { weights, secondMoment } = await policy.export();
  const parts = [weights, secondMoment, sampled.ids, sampled.logp, sampled.entropy];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** SHA-256 of {@link bitsOf} with the test weights of {@link TRAINED_SHAPE}, the same in Node and in a browser. */
export const TRAINED_BITS = "3dd7c95e9c887b8075644914875dfc1e91d67bf70d55020ebcd88d93b5d11444";

export async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
