import { SIZES, type SizeName } from "./policy/shape.ts";
import { type AnyValues, choice, type Field, flag, int, real, type Schema } from "./schema.ts";

/*
 * The knobs that every algorithm shares, in sections. An algorithm's own knobs are in its file, a task's in the task's.
 * An `initial` is part of the link format: changing one needs a new link version.
 */

export const OPTIMIZER = {
  steps: int(200, { min: 1, max: 10_000, log: true }, { label: "Steps", help: "How many updates the run makes." }),
  lr: real(
    1e-4,
    { min: 1e-6, max: 1e-2, log: true },
    {
      label: "Learning rate",
      help: "How far one AdamW update moves the weights, at the top of the schedule.",
      symbol: "\\eta",
      live: true,
    },
  ),
  warmupSteps: int(
    20,
    { min: 0, max: 1000 },
    {
      label: "Warm-up steps",
      help: "The learning rate climbs linearly from 0 over these steps: without it the first Adam step alone can cost 20 points.",
    },
  ),
  lrSchedule: choice(
    "constant",
    [
      { value: "constant", label: "constant", help: "Stays at the top after the warm-up." },
      { value: "cosine", label: "cosine", help: "Falls to a tenth along a half cosine by the last step." },
    ],
    { label: "Schedule", help: "What the learning rate does after the warm-up." },
  ),
  beta1: real(
    0.9,
    { min: 0, max: 0.999 },
    { label: "Adam β₁", help: "Memory of the mean gradient.", symbol: "\\beta_1" },
  ),
  beta2: real(
    0.95,
    { min: 0, max: 0.9999 },
    { label: "Adam β₂", help: "Memory of the squared gradient.", symbol: "\\beta_2" },
  ),
  epsilon: real(
    1e-8,
    { min: 1e-10, max: 0.1, log: true },
    {
      label: "Adam ε",
      help: "Added to the root of the squared gradient; large values turn Adam into momentum. Scales with 1/√parameters.",
      symbol: "\\epsilon",
    },
  ),
  weightDecay: real(
    0,
    { min: 0, max: 1 },
    { label: "Weight decay", help: "Decoupled decay of every matrix; norms are left alone." },
  ),
  clipNorm: real(
    1,
    { min: 0, max: 100 },
    {
      label: "Gradient clip",
      help: "Largest global norm of the gradient; 0 turns clipping off.",
    },
  ),
  updatesPerBatch: int(
    1,
    { min: 1, max: 16 },
    {
      label: "Updates per batch",
      help: "How many updates are made on one collected batch; above 1 the ratio and its clip begin to matter.",
    },
  ),
} as const;

const WRITERS = [
  { value: "expert", label: "expert", help: "Right answers in another style than the policy's own." },
  { value: "native", label: "native", help: "Right answers in the policy's own style." },
  { value: "flawed", label: "flawed", help: "Answers with a bad habit." },
  {
    value: "own",
    label: "the policy itself, right ones",
    help: "The starting policy answers every problem once; what the verifier passes is kept.",
  },
  {
    value: "hinted",
    label: "the policy with hints",
    help: "As above, and where it failed it answers again with the solution shown: Hinted Decoding.",
  },
] as const;

/** The writers that are the starting policy itself: their demonstrations exist only once it has been asked. */
const POLICY_WRITERS = ["own", "hinted"] as const;
export type PolicyWriter = (typeof POLICY_WRITERS)[number];

export function isPolicyWriter(writer: string): writer is PolicyWriter {
  return POLICY_WRITERS.some((one) => one === writer);
}

/** Who wrote the demonstrations; no knobs where the algorithm writes them. */
export const AUTHORSHIP = {
  demoStyle: choice("expert", WRITERS, { label: "Written by", help: "Who wrote the demonstrations." }),
  flawedShare: real(
    0,
    { min: 0, max: 1, step: 0.05 },
    {
      label: "Flawed share",
      help: "Share of the demonstrations with the task's bad habit in their place; the policy's own writing is never mixed.",
    },
  ),
  nativeShare: real(
    0,
    { min: 0, max: 1, step: 0.05 },
    {
      label: "Native share",
      help: "Share of the demonstrations without flaw that are in the policy's own style; its own writing is never mixed.",
    },
  ),
} as const;

export const DEMONSTRATIONS = {
  ...AUTHORSHIP,
  demoCount: int(
    256,
    { min: 0, max: 4096 },
    {
      label: "Demonstrations",
      help: "How many different ones there are; a small set can be learned by heart. 0: fresh ones without end.",
    },
  ),
  demoBatch: int(32, { min: 1, max: 256 }, { label: "Expert rows", help: "Demonstrations in one update." }),
} as const;

/** Hinted Decoding (arXiv 2602.12222), where it writes the demonstrations. */
export const HINTS = {
  gate: choice(
    "linear",
    [
      { value: "linear", label: "linear", help: "λ = β·H/ln V, at most 1." },
      { value: "sigmoid", label: "sigmoid", help: "λ = σ(β·(H/ln V − ½))." },
      {
        value: "piecewise",
        label: "piecewise",
        help: "0 under H/ln V = 0.3, 1 above 0.7, linear between; β has no say.",
      },
    ],
    {
      label: "Gate",
      help: "How the entropy H of the hinted stream becomes the share λ of the unhinted student: sure tokens follow the hint.",
      symbol: "\\lambda",
      source: "hinted_generate, mode linear",
    },
  ),
  hintBeta: real(
    1,
    { min: 0, max: 50, step: 0.1 },
    {
      label: "Gate β",
      help: "Slope of the gate; 0 follows the hinted stream alone.",
      symbol: "\\beta_\\lambda",
      source:
        "β = 3 of the authors' demonstration is 0.25 per nat of entropy at ln V = 11.9; ¼ ln 60 ≈ 1 keeps that slope",
    },
  ),
  hintTemperature: real(
    0.3,
    { min: 0, max: 2 },
    {
      label: "Hint temperature",
      help: "Divides the mixed log-probabilities after top-p; 0 is greedy.",
      source: "Run_HD_example.py",
    },
  ),
  hintTopP: real(
    0.95,
    { min: 0.05, max: 1 },
    {
      label: "Hint top-p",
      help: "Draw only among the likeliest tokens of the mixture that reach this probability together.",
      source: "Run_HD_example.py",
    },
  ),
  hintSource: choice(
    "solution",
    [
      { value: "solution", label: "solution", help: "The task's own solution." },
      { value: "expert", label: "expert's answer", help: "What the expert's demonstration ends with." },
    ],
    { label: "Hint", help: "The answer that the hinted stream reads before the problem." },
  ),
} as const;

export const ROLLOUTS = {
  prompts: int(16, { min: 1, max: 256 }, { label: "Prompts", help: "Different prompts in one update." }),
  groupSize: int(
    8,
    { min: 2, max: 32 },
    {
      label: "Group size",
      help: "Completions sampled for each prompt; the group is what an answer is compared with.",
      symbol: "K",
    },
  ),
  temperature: real(
    1,
    { min: 0.1, max: 2 },
    {
      label: "Temperature",
      help: "Divides the logits when the policy samples, and when it scores what it sampled.",
      symbol: "\\tau",
      live: true,
    },
  ),
  topP: real(
    1,
    { min: 0.05, max: 1 },
    { label: "Top-p", help: "Sample only among the likeliest tokens that reach this probability together." },
  ),
} as const;

/** Who judges completions, on tasks where taste is not all that a verifier sees. */
export const REWARDS = {
  rewardSource: choice(
    "verifier",
    [
      { value: "verifier", label: "verifier", help: "1 where the answer is right." },
      {
        value: "model",
        label: "reward model",
        help: "A Bradley–Terry model of preferences over style; problems that it cannot judge earn nothing.",
      },
      {
        value: "mixed",
        label: "both, by problem",
        help: "Problems with a verifiable answer get the verifier, the others the model; each on its own scale.",
      },
    ],
    { label: "Reward", help: "What a completion's reward comes from." },
  ),
  rewardPairs: int(
    512,
    { min: 16, max: 8192, log: true },
    { label: "Preferences", help: "How many judged pairs of answers the reward model learns from." },
  ),
  rewardNoise: real(
    0.5,
    { min: 0, max: 5, step: 0.1 },
    {
      label: "Judge's noise",
      help: "The judge prefers the better of two answers with probability σ(difference in utility / this); 0: always.",
    },
  ),
} as const;

export const PAIRS = {
  syncEvery: int(
    1,
    { min: 0, max: 10_000 },
    {
      label: "Sync every s steps",
      help: "How often the generator that writes the answers is refreshed with the trained weights. 1: online; 0: never.",
      symbol: "s",
    },
  ),
  referenceMode: choice(
    "fixed",
    [
      { value: "fixed", label: "fixed", help: "The starting policy, for good." },
      { value: "synced", label: "with the generator", help: "Copied whenever the generator is." },
      { value: "mixed", label: "exponential mix", help: "Moves a part of the way at every synchronisation." },
    ],
    { label: "Reference", help: "Which policy the log-ratios are taken against." },
  ),
  referenceMix: real(
    0.6,
    { min: 0.01, max: 1 },
    { label: "Reference mix", help: "Share of the current weights when the reference is mixed." },
  ),
  pairRule: choice(
    "correct-incorrect",
    [
      {
        value: "correct-incorrect",
        label: "correct / incorrect",
        help: "A right answer over a wrong one, each picked at random.",
      },
      { value: "best-worst", label: "best / worst", help: "The highest reward over the lowest." },
    ],
    { label: "Pairs", help: "Which two answers of a group become a preference pair." },
  ),
  pairSource: choice(
    "generator",
    [
      {
        value: "generator",
        label: "fresh every step",
        help: "The starting policy writes new answers for every update.",
      },
      {
        value: "buffer",
        label: "fixed set",
        help: "The starting policy writes one set of pairs before the first update.",
      },
    ],
    { label: "Offline pairs", help: "Where offline preference pairs come from." },
  ),
  pairCount: int(
    256,
    { min: 8, max: 4096 },
    { label: "Prompts in the fixed set", help: "How many prompts the fixed set of pairs is sampled for." },
  ),
} as const;

export const EVALUATION = {
  evalEvery: int(
    20,
    { min: 1, max: 1000 },
    { label: "Evaluate every", help: "Steps between two evaluations on held-out problems." },
  ),
  evalProblems: int(
    128,
    { min: 8, max: 1024 },
    {
      label: "Held-out problems",
      help: "Problems in one evaluation; the standard error of an accuracy of ½ is 0.5/√n.",
    },
  ),
  evalSamples: int(
    1,
    { min: 1, max: 32 },
    {
      label: "Answers for pass@k",
      help: "So many answers are sampled to each held-out problem, and pass@k counts the problems with a right one among them; 1: no pass@k.",
      symbol: "k",
    },
  ),
  evalOod: flag(true, {
    label: "Out of distribution",
    help: "Also evaluate on problems unlike those in training, such as longer ones.",
  }),
} as const;

const SIZE_OPTIONS = (Object.keys(SIZES) as SizeName[]).map((value) => ({ value, label: value }));

/** Fields made from a list of a task, once for each list: configs are read thousands of times. */
function once<K extends object, S extends Schema>(make: (list: K) => S): (list: K) => S {
  const made = new WeakMap<K, S>();
  return (list) => {
    const fields = made.get(list) ?? make(list);
    made.set(list, fields);
    return fields;
  };
}

interface NamedCheckpoint {
  readonly name: string;
  /** In words, what it is like. */
  readonly habit: string;
}

/** Every kind of a task of several, for the demonstrations. */
const ANY_KIND = "all";

/** Which kind of a task of several the demonstrations are about, whatever the prompts are about. */
export const demoKindChoice = once((kinds: readonly string[]): Readonly<Record<string, Field<string>>> => {
  if (kinds.length < 2) return {};
  const any = { value: ANY_KIND, label: "as the prompts may be", help: "Of every kind that the task trains on." };
  return {
    demoKind: choice<string>(ANY_KIND, [any, ...kinds.map((kind) => ({ value: kind, label: `${kind} only` }))], {
      label: "Kind demonstrated",
      help: "Which kind of problem the demonstrations are about, apart from the kinds that are asked.",
    }),
  };
});

/** How often each kind of a task of several is asked: `weightSort`, `weightParity`, … */
export const kindWeights = once((kinds: readonly string[]): Readonly<Record<string, Field<number>>> => {
  if (kinds.length < 2) return {};
  return Object.fromEntries(
    kinds.map((kind) => [
      weightKey(kind),
      real(
        1,
        { min: 0, max: 1, step: 0.05 },
        {
          label: `Weight of ${kind}`,
          help: "How often this kind is asked, relative to the other kinds that the task trains on; where all are 0, all alike.",
        },
      ),
    ]),
  );
});

const weightKey = (kind: string) => `weight${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;

/** What {@link demoKindChoice} and {@link kindWeights} say, read: the kind demonstrated (undefined: any), and a kind's weight. */
export function kindDemonstrated(values: AnyValues): string | undefined {
  const { demoKind = ANY_KIND } = values;
  return demoKind === ANY_KIND ? undefined : String(demoKind);
}

export function weightOf(values: AnyValues, kind: string): number {
  return Number(values[weightKey(kind)] ?? 1);
}

/** The choice among the native checkpoints of a task; no field where there is one. The first is the usual one. */
export const checkpointChoice = once(
  (checkpoints: readonly NamedCheckpoint[]): Readonly<Record<string, Field<string>>> => {
    if (checkpoints.length < 2) return {};
    const options = checkpoints.map(({ name, habit }) => ({ value: name, label: name, help: habit }));
    return {
      checkpoint: choice(options[0]!.value, options, {
        label: "Checkpoint",
        help: "Which of the task's native checkpoints a run starts from.",
      }),
    };
  },
);

export const START = {
  start: choice(
    "native",
    [
      {
        value: "native",
        label: "native checkpoint",
        help: "A small policy trained on the task's own answer style, imperfect on purpose.",
      },
      {
        value: "random",
        label: "random weights",
        help: "An untrained policy: imitation comes before any reinforcement.",
      },
    ],
    { label: "Starts from", help: "The weights before the first update." },
  ),
  size: choice("tiny", SIZE_OPTIONS, {
    label: "Size",
    help: "Layers and width of a policy that starts from random weights.",
  }),
  seed: int(
    1,
    { min: 0, max: 2 ** 31 - 1 },
    { label: "Seed", help: "Every random number of the run follows from it." },
  ),
} as const;
