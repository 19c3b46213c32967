import { logSigmoid, sigmoid } from "../statistics.ts";

/*
 * Bradley–Terry by maximum a posteriori: P(a over b) = σ(w · (f(a) − f(b))), a Gaussian prior of precision `ridge` on w
 * (which also settles features that always move together). Concave, so Newton's method finds the one maximum. float64.
 */

const MOST_STEPS = 100;
const TOLERANCE = 1e-10;

/** Weights [features] that maximise Σ log σ(w · d) − ridge/2 |w|², d = preferred − other [pairs][features]. */
export function fitBradleyTerry(differences: readonly Float64Array[], ridge: number): Float64Array {
  const size = differences[0]?.length ?? 0;
  let w = new Float64Array(size);
  let objective = value(w, differences, ridge);
  for (let step = 0; step < MOST_STEPS; step++) {
    const newton = solve(curvature(w, differences, ridge), slope(w, differences, ridge));
    let [share, next, reached] = [1, w, objective];
    // Far from the maximum a whole Newton step can overshoot.
    for (; share > 1e-6; share /= 2) {
      next = w.map((x, i) => x + share * newton[i]!);
      reached = value(next, differences, ridge);
      if (reached >= objective) break;
    }
    [w, objective] = [next, reached];
    if (Math.max(0, ...newton.map(Math.abs)) < TOLERANCE) break;
  }
  return w;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function value(w: Float64Array, differences: readonly Float64Array[], ridge: number): number {
  return differences.reduce((sum, d) => sum + logSigmoid(dot(w, d)), (-ridge / 2) * dot(w, w));
}

function slope(w: Float64Array, differences: readonly Float64Array[], ridge: number): Float64Array {
  const gradient = w.map((x) => -ridge * x);
  for (const d of differences) {
    const surprise = sigmoid(-dot(w, d));
    for (let i = 0; i < d.length; i++) gradient[i]! += surprise * d[i]!;
  }
  return gradient;
}

/** Minus the Hessian, [features][features]: positive definite for ridge > 0. */
function curvature(w: Float64Array, differences: readonly Float64Array[], ridge: number): Float64Array[] {
  const matrix = Array.from(w, (_, i) => new Float64Array(w.length).fill(ridge, i, i + 1));
  for (const d of differences) {
    const p = sigmoid(dot(w, d));
    for (let i = 0; i < d.length; i++) {
      if (d[i] === 0) continue;
      for (let j = 0; j < d.length; j++) matrix[i]![j]! += p * (1 - p) * d[i]! * d[j]!;
    }
  }
  return matrix;
}

/** A⁻¹ b by Cholesky's A = L Lᵀ. */
function solve(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  const L = a.map((row) => Float64Array.from(row));
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = L[i]![j]!;
      for (let k = 0; k < j; k++) sum -= L[i]![k]! * L[j]![k]!;
      L[i]![j] = i === j ? Math.sqrt(sum) : sum / L[j]![j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i]![k]! * x[k]!;
    x[i]! /= L[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k]![i]! * x[k]!;
    x[i]! /= L[i]![i]!;
  }
  return x;
}
