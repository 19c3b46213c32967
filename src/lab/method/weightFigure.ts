import type { AnyObjective } from "../objectives/objective.ts";
import { type AnyValues, initials } from "../schema.ts";
import { leastEntropy, mostEntropy, probabilityAt, WORDS } from "./entropyRange.ts";
import { BEFORE, LENGTH, type Probe, probeBatches, ROLES, type Role } from "./probeBatch.ts";

interface WeightPoint {
  readonly x: number;
  readonly y: number;
}

/** One line of a figure, with the values that lie between it and the other one of its area. */
interface WeightCurve {
  readonly label: string;
  readonly points: readonly WeightPoint[];
}

/** What an algorithm's weight does to a token, worked out by the algorithm itself. */
export interface WeightFigure {
  /** The horizontal axis: the token's probability, or the entropy there in nats. */
  readonly over: "p" | "H";
  /** The end of that axis. */
  readonly end: number;
  readonly curves: readonly WeightCurve[];
  /** The first two curves are the ends of what the entropy allows. */
  readonly spread: boolean;
  /** What the vertical axis is. */
  readonly unit: string;
  /** One or two sentences: of what tokens and when. */
  readonly about: string;
}

const STEPS = 60;
/** The logarithm of 0 is no log-probability. */
const EDGE = 0.002;
const GRID = Array.from({ length: STEPS + 1 }, (_, i) => Math.min(1 - EDGE, Math.max(EDGE, i / STEPS)));
const CLOCK = { step: 1, totalSteps: 100 } as const;
/** Entropies that both of these probabilities allow. */
const SAME_H = [0.8, 1.2, 1.6];
const TWO_P = [0.3, 0.6] as const;

const known = new WeakMap<AnyObjective, WeightFigure>();

/** The figure of an objective as it is defined: the credit that {@link AnyObjective.apply} gives a token. Made once. */
export function weightFigure(objective: AnyObjective): WeightFigure {
  const before = known.get(objective);
  if (before) return before;
  const made = figureOf(objective);
  known.set(objective, made);
  return made;
}

function figureOf(objective: AnyObjective): WeightFigure {
  const params = initials(objective.params);
  const roles = objective.feeds.flatMap((feed) => ROLES[feed]);
  const weight = (role: Role, probe: Probe) => weightAt(objective, params, role, probe);
  const unit = scales(objective) ? "weight, before the mean over tokens" : "credit of each token of a pair";
  const about = aboutOf(objective, params);
  const differs = (role: Role) =>
    TWO_P.some((p) => !same(weight(role, { p, H: leastEntropy(p) }), weight(role, { p, H: mostEntropy(p) })));
  const [role] = roles;
  if (!role || !roles.some(differs)) {
    const curves = roles.map((one) => overP(one.label, (p) => weight(one, { p, H: mostEntropy(p) })));
    return { over: "p", end: 1, curves, spread: false, unit, about };
  }
  const hasP = SAME_H.some((H) => !same(weight(role, { p: TWO_P[0], H }), weight(role, { p: TWO_P[1], H })));
  if (!hasP) {
    const end = Math.log(WORDS);
    const points = Array.from({ length: STEPS + 1 }, (_, i) => {
      const H = (end * i) / STEPS;
      return { x: H, y: weight(role, { p: Math.min(1 - EDGE, probabilityAt(H)), H }) };
    });
    return {
      over: "H",
      end,
      curves: [{ label: role.label, points }],
      spread: false,
      unit,
      about: `${about} ${OVER_H}`,
    };
  }
  const ends = [
    overP("H as low as can be", (p) => weight(role, { p, H: leastEntropy(p) })),
    overP("H as high as can be", (p) => weight(role, { p, H: mostEntropy(p) })),
  ];
  const others = roles.slice(1).map((one) => overP(one.label, (p) => weight(one, { p, H: mostEntropy(p) })));
  return { over: "p", end: 1, curves: [...ends, ...others], spread: true, unit, about: `${about} ${BETWEEN}` };
}

const OVER_H = `Its probability does not matter, only the entropy there, beside ${9 * LENGTH} other tokens of every certainty.`;
const BETWEEN = `The area is what the entropy H can be at that p: all the rest on one other token, or spread over the ${WORDS - 1} others.`;

const same = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

const overP = (label: string, weight: (p: number) => number): WeightCurve => ({
  label,
  points: GRID.map((p) => ({ x: p, y: weight(p) })),
});

/** A pair is the whole of its batch here: its credit is the weight. Elsewhere the mean over tokens is taken off. */
const scales = ({ family }: AnyObjective) => family !== "prefer";

/** −∂L/∂log π of the first token of the role's answer, before the mean over the tokens of its batch. */
function weightAt(objective: AnyObjective, params: AnyValues, role: Role, probe: Probe): number {
  const batches = probeBatches(objective.feeds, role, probe);
  const { credits } = objective.apply(batches, params, CLOCK);
  const { mask } = batches.find(({ name }) => name === role.batch)!.feed;
  const push = -(credits.get(role.batch)?.dLogp[role.row * LENGTH] ?? 0);
  // A push of −0 is none.
  return (scales(objective) ? push * mask.length : push) || 0;
}

function aboutOf(objective: AnyObjective, params: AnyValues): string {
  const { feeds } = objective;
  const needs = objective.needs?.(params) ?? [];
  const demos = feeds.includes("demos");
  const own = feeds.includes("rollouts");
  const pairs = feeds.some((feed) => feed === "offlinePairs" || feed === "onlinePairs");
  const held = [needs.includes("old") && "when it was sampled", needs.includes("reference") && "under the reference"];
  const when = held.filter((one) => one !== false).join(" and ");
  const who = pairs
    ? `One pair of answers of ${LENGTH} tokens: all of one answer have probability p, those of the other ${BEFORE}.`
    : own && demos
      ? "Expert's tokens, and tokens of two own answers, one right and one wrong."
      : own
        ? "Tokens of two own answers, one right and one wrong."
        : "A token of an expert's answer.";
  const role = feeds.flatMap((feed) => ROLES[feed])[0]!;
  const { mu } = objective.apply(
    probeBatches(feeds, role, { p: BEFORE, H: mostEntropy(BEFORE) }),
    params,
    CLOCK,
  ).metrics;
  return [
    who,
    when !== "" && `Each had probability ${BEFORE} ${when}.`,
    mu !== undefined && `At the first step, where µ is ${mu.toFixed(2)}.`,
  ]
    .filter((sentence) => sentence !== false)
    .join(" ");
}
