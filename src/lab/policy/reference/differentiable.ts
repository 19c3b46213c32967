/*
 * The parts of a Llama in float64, one loop nest each. A part returns its result and how to go back: `back` takes the
 * gradient of the result, adds those of the parameters to their slopes, and returns the gradient of the input.
 * n tokens of one sequence; C, D, F as in shape.ts.
 */

export interface Differentiable {
  readonly y: Float64Array;
  back(dy: Float64Array): Float64Array;
}

/** y = x·Wᵀ with W [out, in], as Hugging Face stores it. */
export function linear(x: Float64Array, weight: Float64Array, slope: Float64Array, width: number): Differentiable {
  const tokens = x.length / width;
  const out = weight.length / width;
  const y = new Float64Array(tokens * out);
  for (let t = 0; t < tokens; t++) {
    const from = t * width;
    let o = 0;
    // Four sums at a time, none of which waits for another: the tests spend most of their time here.
    for (; o + 4 <= out; o += 4) {
      const [w0, w1, w2, w3] = [o * width, (o + 1) * width, (o + 2) * width, (o + 3) * width];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let i = 0; i < width; i++) {
        const value = x[from + i]!;
        s0 += value * weight[w0 + i]!;
        s1 += value * weight[w1 + i]!;
        s2 += value * weight[w2 + i]!;
        s3 += value * weight[w3 + i]!;
      }
      y.set([s0, s1, s2, s3], t * out + o);
    }
    for (; o < out; o++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += x[from + i]! * weight[o * width + i]!;
      y[t * out + o] = sum;
    }
  }
  return {
    y,
    back(dy) {
      const dx = new Float64Array(x.length);
      for (let t = 0; t < tokens; t++) {
        for (let o = 0; o < out; o++) {
          const d = dy[t * out + o]!;
          // The head's, of every token that is not scored.
          if (d === 0) continue;
          for (let i = 0; i < width; i++) {
            dx[t * width + i]! += d * weight[o * width + i]!;
            slope[o * width + i]! += d * x[t * width + i]!;
          }
        }
      }
      return dx;
    },
  };
}

/** y = gain ⊙ x / sqrt(mean(x²) + ε). */
export function rmsNorm(x: Float64Array, gain: Float64Array, slope: Float64Array, epsilon: number): Differentiable {
  const width = gain.length;
  const tokens = x.length / width;
  const y = new Float64Array(x.length);
  const scales = new Float64Array(tokens);
  for (let t = 0; t < tokens; t++) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += x[t * width + i]! ** 2;
    scales[t] = 1 / Math.sqrt(squares / width + epsilon);
    for (let i = 0; i < width; i++) y[t * width + i] = gain[i]! * x[t * width + i]! * scales[t]!;
  }
  return {
    y,
    back(dy) {
      const dx = new Float64Array(x.length);
      for (let t = 0; t < tokens; t++) {
        const scale = scales[t]!;
        let dot = 0;
        for (let i = 0; i < width; i++) {
          const at = t * width + i;
          dot += dy[at]! * gain[i]! * x[at]!;
          slope[i]! += dy[at]! * x[at]! * scale;
        }
        for (let i = 0; i < width; i++) {
          const at = t * width + i;
          dx[at] = scale * (dy[at]! * gain[i]! - (x[at]! * scale * scale * dot) / width);
        }
      }
      return dx;
    },
  };
}

/** Rotary positions 0, 1, …: the pair (x_i, x_{i + D/2}) of every head turns by position · θ^(−2i/D). */
export function rotate(x: Float64Array, heads: number, headWidth: number, theta: number): Differentiable {
  const half = headWidth / 2;
  const tokens = x.length / (heads * headWidth);
  const turn = (from: Float64Array, direction: 1 | -1) => {
    const to = new Float64Array(from.length);
    for (let t = 0; t < tokens; t++) {
      for (let i = 0; i < half; i++) {
        const angle = direction * t * theta ** (-i / half);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (let h = 0; h < heads; h++) {
          const a = (t * heads + h) * headWidth + i;
          const b = a + half;
          to[a] = from[a]! * cos - from[b]! * sin;
          to[b] = from[b]! * cos + from[a]! * sin;
        }
      }
    }
    return to;
  };
  return { y: turn(x, 1), back: (dy) => turn(dy, -1) };
}

/** silu(gate) ⊙ up, elementwise. */
export function gated(
  gate: Float64Array,
  up: Float64Array,
): { readonly y: Float64Array; back(dy: Float64Array): { readonly dGate: Float64Array; readonly dUp: Float64Array } } {
  const sigmoid = gate.map((g) => 1 / (1 + Math.exp(-g)));
  return {
    y: gate.map((g, i) => g * sigmoid[i]! * up[i]!),
    back: (dy) => ({
      dGate: dy.map((d, i) => d * up[i]! * sigmoid[i]! * (1 + gate[i]! * (1 - sigmoid[i]!))),
      dUp: dy.map((d, i) => d * gate[i]! * sigmoid[i]!),
    }),
  };
}

export function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!);
}
