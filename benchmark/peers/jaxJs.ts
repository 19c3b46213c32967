import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import type { Sequences } from "../../src/lab/policy/policy.ts";
import { layoutOf, type PolicyShape } from "../../src/lab/policy/shape.ts";
import { type Contender, OPTIMIZER, type Start, type Trainee } from "../contender.ts";

/** Arrays here follow jax-js's rule of ownership: a use consumes, `.ref` keeps. */
type Params = { [name: string]: np.Array };
type Learner = { params: Params; m: Params; v: Params };

export const jaxJs: Contender = {
  name: "jax-js (jit)",
  ours: false,
  what: "the same decoder in @jax-js/jax 0.1.25, loss, gradient and AdamW in one jitted function",
  sameMathematics: true,
  backends: ["wasm", "webgpu"],
  async train(start, { backend }) {
    const device = backend === "webgpu" ? "webgpu" : "wasm";
    const started = await init(device);
    if (!started.includes(device)) throw new Error(`jax-js must start on ${device}, it offers ${started.join(", ")}`);
    defaultDevice(device);
    return trainee(start);
  },
};

function trainee({ shape, weights }: Start): Trainee {
  const layout = layoutOf(shape);
  const fill = (valuesOf: (offset: number, size: number) => Float32Array<ArrayBuffer>): Params =>
    Object.fromEntries(
      layout.map(({ name, shape: dims, offset, size }) => [
        name,
        np.array(valuesOf(offset, size), { shape: [...dims] }),
      ]),
    );
  const zeros = () => fill((_, size) => new Float32Array(size));
  let learner: Learner = {
    params: fill((offset, size) => weights.slice(offset, offset + size)),
    m: zeros(),
    v: zeros(),
  };
  let updates = 0;
  const update = jit((state: Learner, inputs: np.Array, targets: np.Array, scale1: np.Array, scale2: np.Array) => {
    const { params, m, v } = state;
    const [loss, gradients] = valueAndGrad((p: Params) => lossOf(shape, p, inputs, targets))(tree.ref(params));
    const next: Learner = { params: {}, m: {}, v: {} };
    for (const { name, shape: dims } of layout) {
      const decay = dims.length > 1 ? 1 - OPTIMIZER.lr * OPTIMIZER.weightDecay : 1;
      const one = adamW(params[name]!, m[name]!, v[name]!, gradients[name]!, decay, scale1.ref, scale2.ref);
      next.params[name] = one.param;
      next.m[name] = one.m;
      next.v[name] = one.v;
    }
    scale1.dispose();
    scale2.dispose();
    return { loss, next };
  });
  return {
    async step(batch) {
      updates++;
      const { inputs, targets } = arraysOf(shape, batch);
      const scale = (beta: number) => np.array([1 / (1 - beta ** updates)]);
      const { loss, next } = update(learner, inputs, targets, scale(OPTIMIZER.beta1), scale(OPTIMIZER.beta2));
      learner = next;
      const [nats] = await loss.data();
      return nats!;
    },
    dispose() {
      tree.dispose(learner);
      update.dispose();
    },
  };
}

function adamW(
  param: np.Array,
  m: np.Array,
  v: np.Array,
  gradient: np.Array,
  decay: number,
  scale1: np.Array,
  scale2: np.Array,
) {
  const { lr, beta1, beta2, epsilon } = OPTIMIZER;
  const nextM = m.mul(beta1).add(gradient.ref.mul(1 - beta1));
  const nextV = v.mul(beta2).add(np.square(gradient).mul(1 - beta2));
  const denominator = np.sqrt(nextV.ref.mul(scale2)).add(epsilon);
  const step = nextM.ref.mul(scale1).div(denominator).mul(lr);
  return { param: param.mul(decay).sub(step), m: nextM, v: nextV };
}

/** Token ids read [B, T], and one-hot rows of the tokens to predict [B, T, V]. */
function arraysOf({ vocabSize: V }: PolicyShape, { rows: B, length, ids }: Sequences) {
  const T = length - 1;
  const inputs = new Int32Array(B * T);
  const targets = new Float32Array(B * T * V);
  for (let row = 0; row < B; row++) {
    for (let t = 0; t < T; t++) {
      inputs[row * T + t] = ids[row * length + t]!;
      targets[(row * T + t) * V + ids[row * length + t + 1]!] = 1;
    }
  }
  return {
    inputs: np.array(inputs, { shape: [B, T], dtype: np.int32 }),
    targets: np.array(targets, { shape: [B, T, V] }),
  };
}

/** Mean cross-entropy in nats; every token is scored. */
function lossOf(shape: PolicyShape, params: Params, inputs: np.Array, targets: np.Array): np.Array {
  const { width: C, heads: H, kvHeads: K, headWidth: D, layers } = shape;
  const [B, T] = inputs.shape as [number, number];
  const embedding = params["model.embed_tokens.weight"]!;
  const head = params["lm_head.weight"] ?? embedding.ref;
  const { cos, sin, hide } = places(shape, T);
  let x = np.take(embedding, inputs, 0); // [B, T, C]
  for (let layer = 0; layer < layers; layer++) {
    const of = (name: string) => params[`model.layers.${layer}.${name}.weight`]!;
    const h = norm(shape, x.ref, of("input_layernorm"));
    const split = (y: np.Array, count: number) => y.reshape([B, T, count, D]).transpose([0, 2, 1, 3]);
    const q = rotate(split(linear(h.ref, of("self_attn.q_proj")), H), cos.ref, sin.ref);
    const k = rotate(split(linear(h.ref, of("self_attn.k_proj")), K), cos.ref, sin.ref);
    const v = split(linear(h, of("self_attn.v_proj")), K);
    const shared = (y: np.Array) => (H === K ? y : np.repeat(y, H / K, 1));
    const scores = np.matmul(q, shared(k).transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(D));
    const p = nn.softmax(scores.add(hide.ref), -1);
    const attended = np
      .matmul(p, shared(v))
      .transpose([0, 2, 1, 3])
      .reshape([B, T, H * D]);
    x = x.add(linear(attended, of("self_attn.o_proj")));
    const h2 = norm(shape, x.ref, of("post_attention_layernorm"));
    const gate = nn.silu(linear(h2.ref, of("mlp.gate_proj")));
    x = x.add(linear(gate.mul(linear(h2, of("mlp.up_proj"))), of("mlp.down_proj")));
  }
  for (const table of [cos, sin, hide]) table.dispose();
  const h = norm(shape, x.reshape([B * T, C]), params["model.norm.weight"]!);
  const logp = nn.logSoftmax(np.matmul(h, head.transpose()).reshape([B, T, -1]), -1);
  return logp
    .mul(targets)
    .sum()
    .mul(-1 / (B * T));
}

/** x [B, T, in] · weight [out, in]. */
function linear(x: np.Array, weight: np.Array): np.Array {
  return np.matmul(x, weight.transpose());
}

function norm({ normEpsilon }: PolicyShape, x: np.Array, gain: np.Array): np.Array {
  const meanSquare = np.mean(np.square(x.ref), -1, { keepdims: true });
  return x.div(np.sqrt(meanSquare.add(normEpsilon))).mul(gain);
}

function rotate(x: np.Array, cos: np.Array, sin: np.Array): np.Array {
  const [first, second] = np.split(x.ref, 2, -1) as [np.Array, np.Array];
  const turned = np.concatenate([second.neg(), first], -1);
  return x.mul(cos).add(turned.mul(sin));
}

/** Rotary tables [T, D] and the causal mask [T, T]. */
function places({ headWidth: D, ropeTheta }: PolicyShape, T: number) {
  const cos = new Float32Array(T * D);
  const sin = new Float32Array(T * D);
  for (let i = 0; i < T * D; i++) {
    const angle = Math.floor(i / D) * ropeTheta ** (-(i % (D / 2)) / (D / 2));
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  const hide = Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0));
  const table = (values: Float32Array<ArrayBuffer>, width: number) => np.array(values, { shape: [T, width] });
  return { cos: table(cos, D), sin: table(sin, D), hide: table(hide, T) };
}
