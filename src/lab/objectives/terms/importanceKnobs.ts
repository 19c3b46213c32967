import { choice, real } from "../../schema.ts";
import type { Defining, Term } from "../objective.ts";
import { factor } from "./batch.ts";

/** The knobs of a weight π/π_ref on demonstrations. */
export const importanceKnobs = {
  iwLevel: choice(
    "sequence",
    [
      { value: "sequence", label: "Answer", help: "One weight for every answer." },
      { value: "token", label: "Token", help: "One weight for every token." },
    ],
    { label: "Level", help: "What a weight belongs to.", source: "sum_over_time of the reference code" },
  ),
  iwTemperature: real(
    1,
    { min: 0, max: 10, step: 0.1 },
    {
      label: "Sharpness τ",
      help: "Factor on an answer's mean log-ratio; 0 is SFT.",
      symbol: "\\tau",
      source: "1 as called, 2 in the class",
    },
  ),
  iwMax: real(
    16,
    { min: 0.01, max: 1000, log: true },
    {
      label: "Largest weight",
      help: "Where an answer's weight is cut off.",
      symbol: "c",
      source: "16 in the reference code",
    },
  ),
  iwLow: real(
    0.2,
    { min: 0, max: 1, step: 0.05 },
    {
      label: "Token floor",
      help: "Smallest weight of a token.",
      source: "0.2",
      notAbove: { key: "iwHigh", when: ({ iwLevel }) => iwLevel === "token" },
    },
  ),
  iwHigh: real(
    1.8,
    { min: 1, max: 100, step: 0.05 },
    { label: "Token ceiling", help: "Largest weight of a token.", source: "1.8" },
  ),
};

/** Weights that differ from 1 at all. */
export const WEIGHTED: Defining = {
  within: ({ iwLevel, iwTemperature, iwLow, iwHigh }) =>
    iwLevel === "token" ? Number(iwLow) < Number(iwHigh) : Number(iwTemperature) > 0,
  otherwise: () => "weights off",
};

/** A weight with what it is made of. */
export function explainImportance(level: "sequence" | "token", weight: number): Term {
  return factor(level === "token" ? "clamp(p / p_ref)" : "min(exp(τ · mean log-ratio), c)", weight);
}
