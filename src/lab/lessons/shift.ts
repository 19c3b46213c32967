import type { FlatConfig } from "../experiment/config.ts";
import { pick, recovery, type Study, valuesOf } from "./study.ts";

const COMMON: FlatConfig = {
  task: "mixture",
  focus: "countdown",
  demoStyle: "expert",
  demoCount: 256,
  demoBatch: 64,
  steps: 400,
  lr: 3e-4,
  evalEvery: 10,
  evalProblems: 96,
  evalOod: false,
};

const ACCURACY = "eval/accuracy";

/** Shift, readapt, overfit: CHORD, arXiv 2508.11408, figure 2. */
export const shift: Study = {
  id: "shift",
  title: "Shift, readapt, overfit",
  question:
    "What does imitating 256 answers of an expert with another style do to a policy that has a style of its own?",
  arms: [
    { id: "sft", label: "SFT", settings: { ...COMMON, algorithm: "sft" } },
    { id: "idft", label: "IDFT", settings: { ...COMMON, algorithm: "idft" } },
    { id: "sft-phi", label: "SFT-φ", settings: { ...COMMON, algorithm: "sft-phi" } },
  ],
  columns: [
    { metric: ACCURACY, label: "accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "lowest", at: "min" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "nll", label: "training NLL, end", at: "final" },
    { metric: "eval/nll", label: "held-out NLL, lowest", at: "min" },
    { metric: "eval/nll", label: "held-out NLL, end", at: "final" },
    { metric: "eval/accuracy/sort", label: "sort, end", at: "final" },
    { metric: "eval/accuracy/addition", label: "addition, end", at: "final" },
  ],
  claims: [
    {
      sentence: "Shift: under SFT, held-out accuracy falls to less than half of where it began.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => pick(sft!, ACCURACY, "initial") / 2 - pick(sft!, ACCURACY, "min"),
    },
    {
      sentence: "Readapt: after its lowest point it climbs again, by at least a tenth of where it began.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => recovery(valuesOf(sft!, ACCURACY)) - 0.1 * pick(sft!, ACCURACY, "initial"),
    },
    {
      sentence: "Overfit: the loss on held-out expert answers turns up while the training loss still falls.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => pick(sft!, "eval/nll", "final") - pick(sft!, "eval/nll", "min") - 0.01,
    },
    {
      sentence: "Forgetting: SFT loses more than half of its accuracy on sorting, which it was not trained on.",
      source: "arXiv 2508.11408, §1; arXiv 2509.04259",
      margin: ({ sft }) => pick(sft!, "eval/accuracy/sort", "initial") / 2 - pick(sft!, "eval/accuracy/sort", "final"),
    },
    {
      sentence: "IDFT's lowest accuracy lies above SFT's.",
      source: "arXiv 2602.12222, §3",
      margin: ({ sft, idft }) => pick(idft!, ACCURACY, "min") - pick(sft!, ACCURACY, "min"),
    },
    {
      sentence: "φ-weighting forgets less of sorting than SFT.",
      source: "arXiv 2508.11408, §3.3",
      margin: (arms) =>
        pick(arms["sft-phi"]!, "eval/accuracy/sort", "final") - pick(arms.sft!, "eval/accuracy/sort", "final"),
    },
  ],
};
