/*
 * One training step and one rollout of the portable policy on wasm in Node, beside a plain tfjs version of the same
 * step (tape, one variable a matrix, tf.train.adam), in the same process. Prints medians of interleaved repeats as JSON.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import { randomWeights } from "../src/lab/policy/init.ts";
import type { Prompts, Sequences } from "../src/lab/policy/policy.ts";
import { layoutOf, type PolicyShape, SIZES } from "../src/lab/policy/shape.ts";
import { type TfjsPolicy, tfjsPolicy } from "../src/lab/policy/tfjs/tfjsPolicy.ts";
import { wasmPaths } from "../src/lab/policy/tfjs/wasmPaths.node.ts";
import { rngFor, Streams } from "../src/lab/rng.ts";

const CASES = { tiny: { rows: 16, tokens: 32 }, small: { rows: 16, tokens: 64 } } as const;
const RULE = { lr: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };
const only = process.argv[2]?.split(",");
const repeats = Number(process.argv[3] ?? 9);

for (const name of ["tiny", "small"] as const) {
  if (only && !only.includes(name)) continue;
  const { rows, tokens } = CASES[name];
  const shape = SIZES[name];
  const policy = await tfjsPolicy(shape, randomWeights(shape, 1), { backend: "wasm", wasmPaths });
  const batch = sequences(shape, rows, tokens);
  const credit = { dLogp: batch.mask.map((value) => -value / (rows * tokens)) };
  const step = () => policy.learn([batch], () => [credit], RULE);
  const plain = plainStep(shape, batch);
  const times: Record<"ours" | "plain" | "sample", number[]> = { ours: [], plain: [], sample: [] };
  let written = 0;
  for (let repeat = -2; repeat < repeats; repeat++) {
    const [ours, theirs] = [await time(step), await time(plain)];
    const sampled = await time(async () => {
      written = await rollout(policy);
    });
    if (repeat < 0) continue;
    times.ours.push(ours);
    times.plain.push(theirs);
    times.sample.push(sampled);
  }
  const [ours, theirs, sampled] = [median(times.ours), median(times.plain), median(times.sample)];
  console.log(
    JSON.stringify({
      size: name,
      device: policy.info.device,
      oursMs: round(ours),
      plainMs: round(theirs),
      ratio: round(theirs / ours),
      tokensPerSecond: Math.round((1000 * written) / sampled),
    }),
  );
  policy.dispose();
}

/** T + 1 tokens a row, all scored. */
function sequences(shape: PolicyShape, rows: number, tokens: number): Sequences {
  const rng = rngFor({ seed: 1, stream: Streams.tests, step: 0 }, 0);
  const length = tokens + 1;
  return {
    rows,
    length,
    ids: Int32Array.from({ length: rows * length }, () => 3 + rng.below(shape.vocabSize - 3)),
    starts: new Int32Array(rows),
    mask: new Float32Array(rows * tokens).fill(1),
  };
}

/** 32 rows, prompts of 12 tokens, 32 new ones. Returns how many were written. */
async function rollout(policy: TfjsPolicy): Promise<number> {
  const rows = 32;
  const length = 12;
  const prompts: Prompts = {
    rows,
    length,
    ids: new Int32Array(rows * length).fill(5),
    starts: Int32Array.from({ length: rows }, (_, row) => row % 4),
  };
  const key = { seed: 1, stream: Streams.tests, step: 1 };
  const { lengths } = await policy.sample(prompts, { maxNewTokens: 32, temperature: 1, topP: 1, key });
  return lengths.reduce((sum, count) => sum + count, 0);
}

/** The step as one writes it with tfjs's tape: no trick, no hand-written gradient. */
function plainStep(shape: PolicyShape, batch: Sequences): () => Promise<unknown> {
  const weights = randomWeights(shape, 1);
  const variables = new Map(
    layoutOf(shape).map((slot) => {
      const values = tf.tensor(weights.subarray(slot.offset, slot.offset + slot.size), [...slot.shape]);
      // Stored [in, out], so that the forward pass needs no transpose.
      const kept = slot.shape.length === 2 && !slot.name.includes("embed") ? tf.transpose(values) : values;
      return [slot.name, tf.variable(kept)];
    }),
  );
  const get = (name: string) => variables.get(`${name}.weight`)!;
  const { rows: B, length } = batch;
  const { heads: H, headWidth: D, vocabSize: V, width: C, normEpsilon } = shape;
  const S = length - 1;
  const pick = (shift: number) =>
    Int32Array.from({ length: B * S }, (_, i) => batch.ids[Math.floor(i / S) * length + (i % S) + shift]!);
  const inputs = tf.oneHot(tf.tensor1d(pick(0), "int32"), V).toFloat();
  const targets = tf.oneHot(tf.tensor1d(pick(1), "int32"), V).toFloat();
  const angles = tf.outerProduct(
    tf.range(0, S),
    tf.tensor1d(Array.from({ length: D / 2 }, (_, i) => 10_000 ** ((-2 * i) / D))),
  );
  const cos = tf.concat([tf.cos(angles), tf.cos(angles)], 1);
  const sin = tf.concat([tf.sin(angles), tf.sin(angles)], 1);
  const causal = tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([S, S]), -1, 0)), -1e9);
  const adam = tf.train.adam(RULE.lr, RULE.beta1, RULE.beta2, RULE.epsilon);

  const norm = (x: tf.Tensor, gain: tf.Tensor) => x.mul(tf.rsqrt(x.square().mean(-1, true).add(normEpsilon))).mul(gain);
  const rope = (x: tf.Tensor) => {
    const [a, b] = tf.split(x, 2, -1);
    return x.mul(cos).add(tf.concat([b!.neg(), a!], -1).mul(sin));
  };
  const split = (x: tf.Tensor) => x.reshape([B, S, H, D]).transpose([0, 2, 1, 3]);
  const loss = () => {
    let h: tf.Tensor = tf.matMul(inputs as tf.Tensor2D, get("model.embed_tokens") as tf.Tensor2D);
    for (let layer = 0; layer < shape.layers; layer++) {
      const at = `model.layers.${layer}`;
      const x = norm(h, get(`${at}.input_layernorm`));
      const q = rope(split(x.matMul(get(`${at}.self_attn.q_proj`))));
      const k = rope(split(x.matMul(get(`${at}.self_attn.k_proj`))));
      const v = split(x.matMul(get(`${at}.self_attn.v_proj`)));
      const p = tf.softmax(
        tf
          .matMul(q, k, false, true)
          .mul(1 / Math.sqrt(D))
          .add(causal),
      );
      const o = tf
        .matMul(p, v)
        .transpose([0, 2, 1, 3])
        .reshape([B * S, C]);
      h = h.add(o.matMul(get(`${at}.self_attn.o_proj`)));
      const y = norm(h, get(`${at}.post_attention_layernorm`));
      const gate = y.matMul(get(`${at}.mlp.gate_proj`));
      const up = y.matMul(get(`${at}.mlp.up_proj`));
      h = h.add(
        gate
          .mul(tf.sigmoid(gate))
          .mul(up)
          .matMul(get(`${at}.mlp.down_proj`)),
      );
    }
    const z = norm(h, get("model.norm")).matMul(get("model.embed_tokens"), false, true);
    return tf
      .logSoftmax(z)
      .mul(targets)
      .sum()
      .div(-B * S) as tf.Scalar;
  };
  return async () => {
    const value = adam.minimize(loss, true, [...variables.values()])!;
    await value.data();
    value.dispose();
  };
}

async function time(job: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await job();
  return performance.now() - start;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
