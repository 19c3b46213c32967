import { describe, expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { logSigmoid, sigmoid } from "../statistics.ts";
import { dot, fitBradleyTerry } from "./bradleyTerry.ts";

const rng = (row: number) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);

describe("a Bradley–Terry fit", () => {
  it("finds the log-odds of one feature by hand: 3 of 4 preferences give ln 3 without a prior", () => {
    const d = (x: number) => Float64Array.of(x);
    const w = fitBradleyTerry([d(1), d(1), d(1), d(-1)], 1e-12);
    expect(w[0]).toBeCloseTo(Math.log(3), 9);
  });

  it("is where the slope of likelihood and prior vanishes", () => {
    const differences = Array.from({ length: 60 }, (_, row) => {
      const r = rng(row);
      return Float64Array.from({ length: 5 }, () => r.below(5) - 2);
    });
    const w = fitBradleyTerry(differences, 0.3);
    const slope = w.map((x, i) => -0.3 * x + differences.reduce((sum, d) => sum + sigmoid(-dot(w, d)) * d[i]!, 0));
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-9);
  });

  it("recovers the weights that preferences were drawn from", () => {
    const truth = [1.5, -1, 0, 0.5];
    const differences = Array.from({ length: 20_000 }, (_, row) => {
      const r = rng(row);
      const d = Float64Array.from(truth, () => r.below(5) - 2);
      return r.next() < sigmoid(dot(truth, d)) ? d : d.map((x) => -x);
    });
    fitBradleyTerry(differences, 0.1).forEach((w, i) => {
      expect(Math.abs(w - truth[i]!)).toBeLessThan(0.08);
    });
  });

  it("stays finite where one feature decides everything and where two cannot be told apart", () => {
    const w = fitBradleyTerry(
      Array.from({ length: 50 }, () => Float64Array.of(3, 1, 1, 0)),
      0.1,
    );
    expect([...w].every(Number.isFinite)).toBe(true);
    expect(w[1]).toBeCloseTo(w[2]!, 12);
    expect(w[3]).toBe(0);
    expect([...fitBradleyTerry([], 0.1)]).toEqual([]);
  });

  it("takes logarithms of the smallest probabilities", () => {
    expect(logSigmoid(-800)).toBe(-800);
    expect(logSigmoid(800)).toBe(-0);
    expect([sigmoid(-800), sigmoid(800), sigmoid(0)]).toEqual([0, 1, 0.5]);
  });
});
