import { describe, expect, test } from "vitest";
import { OBJECTIVES } from "../lab/objectives/index.ts";
import type { Objective } from "../lab/objectives/objective.ts";
import { ConfigError, type Field, type FieldValue } from "../lab/schema.ts";
import { NonFiniteError } from "./nonFinite.ts";
import { runObjective } from "./objective.ts";

const EDGES = [0, -1e-300, -0.7, -9, -36, -1000, Number.NEGATIVE_INFINITY];

/** Rows of every edge in turn, beside references at every other edge; the last token is not scored. */
function tokensAt(shift: number) {
  const rows = EDGES.map((logp, b) => [logp, EDGES[(b + shift) % EDGES.length]!]).slice(0, 6);
  const moved = (by: number) =>
    rows.map((_, b) => EDGES.slice(0, 2).map((_, t) => EDGES[(b + t + by) % EDGES.length]!));
  return {
    logp: rows,
    entropy: rows.map((_, b) => [b % 2 ? 0 : Math.log(5), 0.3]),
    meanLogp: rows.map((_, b) => [b % 2 ? Number.NEGATIVE_INFINITY : -1.7, -2]),
    vocabSize: 5,
    mask: rows.map((_, b) => [1, b < 5 ? 1 : 0]),
    oldLogp: moved(shift),
    refLogp: moved(shift + 2),
    rewards: [1, 0, 0, 0, 1, 1],
    groupSize: 2,
  };
}

function inputAt({ feeds }: Objective, shift: number, params: object) {
  const entries = feeds.map((feed) => {
    const isPairs = feed === "offlinePairs" || feed === "onlinePairs";
    return [feed, isPairs ? { chosen: tokensAt(shift), rejected: tokensAt(shift + 3) } : tokensAt(shift)];
  });
  return { params, feeds: Object.fromEntries(entries) };
}

function valuesOf({ kind, range, options, initial }: Field): FieldValue[] {
  if (kind === "flag") return [!initial];
  if (options) return options.map(({ value }) => value);
  return range ? [range.min, range.max] : [];
}

/** The setting alone, and together with every choice that gives it a say. */
function settingsOf({ params }: Objective): object[] {
  const knobs = Object.entries(params).flatMap(([key, field]) => valuesOf(field).map((value) => ({ [key]: value })));
  return [{}, ...knobs, ...knobs.map((set) => ({ ...set, ...sayingMore(params) }))];
}

function sayingMore(params: Objective["params"]) {
  const more = {
    gradientMode: "feb2026",
    phiClip: 20,
    entropyCoef: 1,
    klCoef: 1,
    nllCoef: 1,
    klIn: "reward",
    alpha: 1,
  };
  return Object.fromEntries(Object.entries(more).filter(([key]) => Object.hasOwn(params, key)));
}

describe.each(OBJECTIVES.map((objective) => [objective.id, objective] as const))("%s", (id, objective) => {
  test("every number is finite at both ends of every knob, with tokens of every probability", () => {
    for (const params of settingsOf(objective)) {
      for (const shift of [0, 1, 3, 5]) {
        const run = () => runObjective(id, inputAt(objective, shift, params), { views: true });
        try {
          const printed = JSON.stringify(run()).replaceAll('"dEntropy":null', "");
          expect(printed).not.toContain("null");
        } catch (error) {
          // Ends of two knobs that exclude one another.
          if (error instanceof ConfigError && /gammaMin|dualClip|iwLow/.test(error.message)) continue;
          throw new Error(`${JSON.stringify(params)} ${shift}: ${error}`, { cause: error });
        }
      }
    }
  });

  test("far beyond the sliders a number is finite or refused by name", () => {
    for (const [key, { kind }] of Object.entries(objective.params)) {
      if (kind !== "real" && kind !== "int") continue;
      for (const value of kind === "int" ? [2 ** 40] : [1e-300, 1e9, 1e300]) {
        try {
          runObjective(id, inputAt(objective, 1, { [key]: value }));
        } catch (error) {
          if (error instanceof NonFiniteError)
            expect(error.message).toMatch(/^\S+ must be a finite number, got (-?Infinity|NaN)/);
          else if (error instanceof ConfigError) expect(error.message).toMatch(new RegExp(`\\(${key}\\).*got`));
          else throw error;
        }
      }
    }
  });

  test.each(["logp", "entropy", "oldLogp", "refLogp", "rewards", "mask", "meanLogp"])(
    "NaN, +Infinity, text and a missing row of %s are refused with path and value",
    (field) => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, "1", null]) {
        const input = inputAt(objective, 1, {});
        const feed = objective.feeds[0]!;
        const found = (input.feeds as Record<string, Record<string, unknown>>)[feed]!;
        const tokens = ("chosen" in found ? found.chosen : found) as Record<string, unknown[]>;
        const path = `feeds.${feed}${"chosen" in found ? ".chosen" : ""}.${field}`;
        const whole = tokens[field]!;
        const spoilt = (rows: unknown[]) => [
          Array.isArray(rows[0]) ? [bad, ...rows[0].slice(1)] : bad,
          ...rows.slice(1),
        ];
        tokens[field] = spoilt(whole);
        expect(() => runObjective(id, input)).toThrow(path);
        expect(() => runObjective(id, input)).toThrow(`got ${typeof bad === "number" ? bad : JSON.stringify(bad)}`);
        tokens[field] = whole.slice(1);
        expect(() => runObjective(id, input)).toThrow(
          / must have 6 (rows|numbers), got 5\.| must have 5 rows, got 6\./,
        );
      }
    },
  );
});
