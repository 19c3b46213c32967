import type { Preset } from "./preset.ts";

/**
 * The presets that there were before lessons: links, files and scripts that name one open what it opened. They are in no list.
 */
export const EARLIER_PRESETS: readonly Preset[] = [
  {
    id: "chord-mu-countdown",
    title: "Let the expert lead, then let go: CHORD-µ",
    lesson: "Expert answers lead at first and fade as µ decays: watch accuracy and entropy while the style shifts.",
    settings: {
      task: "countdown",
      algorithm: "chord-mu",
      steps: 120,
      lr: 1e-4,
      muPeak: 0.5,
      muValley: 0.02,
      muWarmupSteps: 0,
      muDecaySteps: 80,
    },
  },
  {
    id: "chord-phi-countdown",
    title: "Push only where it hesitates: CHORD-φ",
    lesson:
      "φ = p(1−p) pushes only the tokens that the policy hesitates on: compare with CHORD-µ how accuracy and entropy move.",
    settings: { task: "countdown", algorithm: "chord-phi", steps: 120, lr: 1e-4, muPeak: 0.1, muValley: 0.1 },
  },
  {
    id: "grpo-countdown",
    title: "Reward alone, no expert: GRPO",
    lesson: "Reward alone, no expert: watch whether accuracy rises, and what entropy does meanwhile.",
    settings: { task: "countdown", algorithm: "grpo", steps: 120, lr: 5e-5 },
  },
  {
    id: "sft-countdown",
    title: "Imitation breaks before it teaches: SFT",
    lesson: "Imitating an expert with another style: watch accuracy while the loss on the expert's answers falls.",
    settings: { task: "countdown", algorithm: "sft", steps: 200, lr: 3e-4, demoCount: 256 },
  },
  {
    id: "grpo-parity",
    title: "Finding out that working it out pays: GRPO",
    lesson: "A policy that mostly guesses is rewarded for right answers: watch how long its answers become.",
    settings: { task: "parity", algorithm: "grpo", steps: 60, lr: 3e-4 },
  },
  {
    id: "sft-parity",
    title: "An expert's habit, imitated: SFT",
    lesson:
      "The expert always writes the running parities: watch accuracy and the length of answers under imitation alone.",
    settings: { task: "parity", algorithm: "sft", steps: 100, lr: 3e-4 },
  },
  {
    id: "chord-mu-parity",
    title: "Expert and own trials together: CHORD-µ",
    lesson: "Expert traces and own trial and error together, the first fading out: watch accuracy and entropy.",
    settings: {
      task: "parity",
      algorithm: "chord-mu",
      steps: 80,
      lr: 3e-4,
      muPeak: 0.5,
      muValley: 0.02,
      muDecaySteps: 60,
    },
  },
  {
    id: "chord-phi-parity",
    title: "Half-known tokens first: CHORD-φ",
    lesson: "φ pushes hardest where the policy half knows the expert's token: see which tokens are coloured.",
    settings: { task: "parity", algorithm: "chord-phi", steps: 80, lr: 3e-4, muPeak: 0.1, muValley: 0.1 },
  },
  {
    id: "idft-countdown",
    title: "Near data first, far data last: IDFT",
    lesson:
      "Expert tokens that the policy would never write are held back: compare accuracy and token weights with SFT.",
    settings: { task: "countdown", algorithm: "idft", steps: 200, lr: 1e-4, demoCount: 256 },
  },
  {
    id: "hinted-countdown",
    title: "Its own right answers break nothing: hints",
    lesson: "Demonstrations by the policy itself, hinted where it failed: watch how far the style moves, and accuracy.",
    settings: { task: "countdown", algorithm: "hinted", steps: 120, lr: 1e-4, demoCount: 1024 },
  },
  {
    id: "hinted-sort",
    title: "A bad habit, cured in its own words: hints",
    lesson:
      "Right answers in the policy's own manner: watch its bad habit over sixty steps, and compare with an expert's manner.",
    settings: { task: "sort", algorithm: "hinted", steps: 60, lr: 1e-4, evalEvery: 10 },
  },
  {
    id: "reward-hacking-sentence",
    title: "Reward hacking",
    lesson: "The reward model's praise, the true utility and the grammar of answers: watch whether they rise together.",
    settings: { task: "sentence", algorithm: "grpo", rewardSource: "model", steps: 100, lr: 1e-4 },
  },
  {
    id: "shift-readapt-overfit",
    title: "Shift, readapt, overfit",
    lesson:
      "256 expert answers: watch accuracy, the held-out loss beside the training loss, and sorting, which is not trained.",
    settings: {
      task: "mixture",
      focus: "countdown",
      algorithm: "sft",
      demoCount: 256,
      demoBatch: 64,
      steps: 400,
      lr: 3e-4,
      evalEvery: 20,
      evalProblems: 96,
      evalOod: false,
    },
  },
  {
    id: "offline-dpo-parity",
    title: "Yesterday's answers teach less: offline DPO",
    lesson: "Pairs from a policy that stands still: watch sampled accuracy, and whether chosen answers get likelier.",
    settings: { task: "parity", algorithm: "dpo-offline", steps: 80, lr: 3e-4 },
  },
  {
    id: "semi-online-dpo-parity",
    title: "A refresh now and then: semi-online DPO",
    lesson: "The generator is refreshed every 10 steps: watch margins and sampled accuracy between the refreshes.",
    settings: { task: "parity", algorithm: "dpo-semi-online", syncEvery: 10, steps: 80, lr: 3e-4 },
  },
  {
    id: "online-dpo-parity",
    title: "Today's answers teach most: online DPO",
    lesson: "The same loss on the policy's own fresh answers: compare sampled accuracy with offline DPO and GRPO.",
    settings: { task: "parity", algorithm: "dpo-online", steps: 80, lr: 3e-4 },
  },
  {
    id: "ln-2-parity",
    title: "A loss that says nothing: ln 2 for ever",
    lesson:
      "The reference follows at every step, so margin 0 and loss ln 2 stand still by construction: read accuracy instead.",
    settings: { task: "parity", algorithm: "dpo-online", referenceMode: "synced", steps: 60, lr: 3e-4 },
  },
];
