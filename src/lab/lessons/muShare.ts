import type { FlatConfig } from "../experiment/config.ts";
import { decimal, sentenceOf } from "./change.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-guessing",
  algorithm: "chord-mu",
  steps: 80,
  lr: 1e-3,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  demoCount: 64,
  demoBatch: 16,
  flawedShare: 0.5,
  evalEvery: 10,
  evalOod: false,
};

const fixed = (mu: number): FlatConfig => ({ ...COMMON, muSchedule: "fixed", muPeak: mu });

/** Sampled: a policy that still imitates slips now and then answers rightly where it takes the likeliest token. */
const ACCURACY = "eval/accuracy_sampled";
const MU = "mu";
const end = (trace: Trace) => pick(trace, ACCURACY, "final");

/** A difference of µ that is smaller is none. */
const LEVEL = 0.005;
const FIGURE_7 = "arXiv 2508.11408, figure 7";

/** Fixed shares µ against one that decays, and one drawn by hand: CHORD, arXiv 2508.11408, figure 7. */
export const muShare: Lesson = {
  id: "mu-share",
  title: "How much of the expert, and when",
  question: "Should the expert's share µ of an update stay, fall, or be drawn by hand?",
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] guesses the parity of ten bits. An [expert] shows 64 worked ones, half of them with a slip. The share [mu] of each update imitates the expert; the rest is driven by the [reward] of its own answers.",
  own: "falls",
  arms: [
    {
      id: "falls",
      label: "falling µ",
      settings: { ...COMMON, muPeak: 0.9, muValley: 0.05, muWarmupSteps: 0, muDecaySteps: 40 },
    },
    { id: "stays-02", label: "µ = 0.02", settings: fixed(0.02) },
    { id: "stays-1", label: "µ = 0.1", settings: fixed(0.1) },
    { id: "stays-5", label: "µ = 0.5", settings: fixed(0.5) },
    {
      id: "drawn",
      label: "drawn µ, expert last",
      settings: { ...COMMON, muPeak: 0.9, muValley: 0.05, muDrawn: "1-0.05_40-0.05_80-0.9" },
    },
  ],
  figure: { metric: ACCURACY, title: "Right answers, sampled", unit: "share of 128 held-out problems", domain: [0, 1] },
  details: [
    { metric: MU, title: "Share µ of the expert", unit: "of an update", domain: [0, 1] },
    { metric: "eval/entropy", title: "Entropy of own answers", unit: "nats per token" },
  ],
  columns: [
    { metric: ACCURACY, label: "sampled accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy", label: "greedy, end", at: "final" },
    { metric: MU, label: "µ, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
  ],
  claims: [
    {
      sentence: "A share µ that falls ends above one that stays at 0.02.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-02"]!),
    },
    {
      sentence: "A share µ that falls ends above one that stays at 0.1.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-1"]!),
    },
    {
      sentence: "A share µ that falls ends above one that stays at 0.5.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-5"]!),
    },
    {
      sentence: "A share drawn so that the expert comes last ends below one that falls.",
      source: "our control for arXiv 2508.11408, §3.2",
      margin: (arms) => end(arms.falls!) - end(arms.drawn!),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers among sampled ones", run, ACCURACY);
    return `${accuracy} ${sentenceOf("The expert's share µ", run, MU, decimal, LEVEL)}`;
  },
  next: "Open it in the workbench and draw [mu] by hand over its chart: let the expert go, and call it back once.",
};
