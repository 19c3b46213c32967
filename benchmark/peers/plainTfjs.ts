import "@tensorflow/tfjs-core/dist/register_all_gradients";
import {
  add,
  argMax,
  concat,
  div,
  keep,
  logSoftmax,
  mul,
  multinomial,
  neg,
  oneHot,
  reshape,
  type Scalar,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { Prompts, Sequences } from "../../src/lab/policy/policy.ts";
import { chooseBackend } from "../../src/lab/policy/tfjs/backend.ts";
import { type Contender, type Host, OPTIMIZER, type Start, type Trainee, type Writer } from "../contender.ts";
import { type Keys, lastOf, plainLogits, plainWeights } from "./plainLlama.ts";

/** What one writes with tfjs and its manual open. */
export const plainTfjs: Contender = {
  name: "plain tfjs",
  ours: false,
  what: "the same decoder in tfjs ops, gradients from tfjs's tape, AdamW per variable as in tf.train.adam",
  sameMathematics: true,
  backends: ["wasm", "webgpu", "cpu"],
  async train(start, host) {
    await begin(host);
    return trainee(start);
  },
  async write(start, host) {
    await begin(host);
    return writer(start);
  },
};

function begin({ backend, wasmPaths }: Host) {
  return chooseBackend(backend, { wasmPaths });
}

/** @internal also read by the test that compares its loss with ours. */
export function trainee({ shape, weights }: Start): Trainee {
  const variables = Object.fromEntries(
    Object.entries(plainWeights(shape, weights)).map(([name, value]) => {
      const made = variable(value);
      value.dispose();
      return [name, made];
    }),
  );
  const list = Object.values(variables);
  const moments = new Map(list.map((one) => [one, { m: variable(zerosLike(one)), v: variable(zerosLike(one)) }]));
  let updates = 0;
  return {
    async step(batch) {
      updates++;
      const loss = tidy(() => {
        const { value, grads } = variableGrads(() => loss_(batch), list);
        for (const one of list) adamW(one, moments.get(one)!, grads[one.name]!, updates);
        return keep(value);
      });
      const [nats] = await loss.data();
      loss.dispose();
      return nats!;
    },
    dispose() {
      for (const { m, v } of moments.values()) for (const one of [m, v]) one.dispose();
      for (const one of list) one.dispose();
    },
  };

  function loss_({ rows: B, length, ids, mask }: Sequences): Scalar {
    const T = length - 1;
    const all = tensor(ids, [B, length], "int32") as Tensor2D;
    const logits = plainLogits(shape, variables, slice(all, [0, 0], [B, T]));
    const targets = oneHot(slice(all, [0, 1], [B, T]), shape.vocabSize);
    const logp = sum(mul(logSoftmax(logits), targets), -1); // [B, T]
    const scored = tensor(mask, [B, T]);
    return neg(div(sum(mul(logp, scored)), sum(scored))) as Scalar;
  }
}

function adamW(one: Variable, { m, v }: { m: Variable; v: Variable }, gradient: Tensor, t: number): void {
  const { lr, beta1, beta2, epsilon, weightDecay } = OPTIMIZER;
  m.assign(add(mul(m, beta1), mul(gradient, 1 - beta1)));
  v.assign(add(mul(v, beta2), mul(square(gradient), 1 - beta2)));
  const mHat = div(m, 1 - beta1 ** t);
  const vHat = div(v, 1 - beta2 ** t);
  const kept = one.rank > 1 ? mul(one, 1 - lr * weightDecay) : one;
  one.assign(sub(kept, mul(div(mHat, add(sqrt(vHat), epsilon)), lr)));
}

function writer({ shape, weights }: Start): Writer {
  const model = plainWeights(shape, weights);
  return {
    async write(prompts: Prompts, newTokens, draw) {
      const { rows: B, length: P } = prompts;
      let past: Keys[] = [];
      let next = tensor(prompts.ids, [B, P], "int32") as Tensor;
      const written: Tensor[] = [];
      for (let n = 0; n < newTokens; n++) {
        const from = n === 0 ? 0 : P + n - 1;
        const before = past;
        const step = tidy(() => {
          const grown = [...before];
          const logits = lastOf(plainLogits(shape, model, next, from, grown));
          // The same seed in each step would draw alike; 0 is no seed at all to tfjs.
          const ids = draw === null ? argMax(logits, -1) : multinomial(logits as Tensor2D, 1, 1 + draw * newTokens + n);
          return { ids: reshape(ids, [B, 1]), grown };
        });
        for (const { k, v } of before) for (const one of [k, v]) one.dispose();
        past = step.grown;
        if (n === 0) next.dispose();
        next = step.ids;
        written.push(next);
      }
      const all = tidy(() => concat(written as Tensor2D[], 1));
      const ids = (await all.data()) as Int32Array;
      for (const one of [all, ...written]) one.dispose();
      for (const { k, v } of past) for (const one of [k, v]) one.dispose();
      return ids.slice();
    },
    dispose() {
      for (const one of Object.values(model)) one.dispose();
    },
  };
}
