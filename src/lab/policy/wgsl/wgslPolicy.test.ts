import { afterAll, describe, expect, it } from "vitest";
import { randomWeights } from "../init.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { type PolicyShape, parameterCount, SIZES } from "../shape.ts";
import { followReference } from "../testing/followReference.ts";
import { testMicroBatches } from "../testing/testMicroBatches.ts";
import * as parity from "../testing/wgslParity.ts";
import * as llama from "../vectors/testLlama.ts";
import { requestGpuDevice } from "./device/device.ts";
import { openNodeGpu } from "./device/nodeGpu.ts";
import { suiteName, testDevice, tightDevice } from "./device/testDevice.ts";
import { selfTestNumbers, selfTestShape, selfTestVerdict, selfTestWeights } from "./selfTest.ts";
import { testPolicies } from "./testPolicies.ts";
import { type WgslPolicy, wgslPolicy } from "./wgslPolicy.ts";

const found = await testDevice();
const device = found.device!;

const NANO = parity.NANO_SHAPE;
const nanoWeights = parity.testWeights(NANO);
const policyOf = testPolicies(device);

afterAll(() => found.device?.destroy());

/** Two batches of different lengths, as CHORD has them: demonstrations and rollouts. */
const twoBatches = [parity.testBatch(NANO, 4, 17), parity.testBatch(NANO, 6, 12, 2, 0.8)];
const sft = () => parity.meanCredit(twoBatches);
const bits = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

describe.skipIf(!device)(suiteName("the fast policy against float64", found), { timeout: 240_000 }, () => {
  it.each([
    ["nano", NANO, false],
    ["an odd shape: grouped heads, its own head, no size a power of two", parity.ODD_SHAPE, false],
    ["nano, as on a GPU, where threads share long sums", NANO, true],
    ["the odd shape as on a GPU", parity.ODD_SHAPE, true],
    ["a wide shape as on a GPU, where every contraction is shared", parity.WIDE_SHAPE, true],
  ])("scores and differentiates %s", async (_, shape, sharing) => {
    const weights = parity.testWeights(shape);
    const policy = await policyOf(shape, weights, { sharing });
    const batches = [parity.testBatch(shape, 5, 20), parity.testBatch(shape, 4, 33, 2, 0.7)];
    const errors = await parity.parityErrors(policy, weights, batches);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
  });

  it("passes the self-test as on a GPU", async () => {
    const policy = await policyOf(selfTestShape, selfTestWeights(), { sharing: true });
    expect(selfTestVerdict(await selfTestNumbers(policy))).toBeNull();
  });

  it("agrees with transformers and torch: logits, scores, gradient, three updates, greedy continuations", async () => {
    const policy = await policyOf(llama.shape, llama.weights);
    const { logits, logp, entropy } = llama.expected;
    const masked = (rows: number[][]) => rows.flat().map((value, i) => value * llama.everything.mask[i]!);
    const spoken = await policy.logits(llama.everything);
    const first = logits.flat(2);
    expect(llama.relativeError(spoken.subarray(0, first.length), first, 0.2)).toBeLessThan(1e-5);
    const scores = await policy.score(llama.everything);
    expect(llama.relativeError(scores.logp, masked(logp), 0.2)).toBeLessThan(1e-5);
    expect(llama.relativeError(scores.entropy, masked(entropy), 0.2)).toBeLessThan(1e-5);
    const gradient = await policy.gradient([llama.batch], [llama.credit]);
    expect(llama.relativeError(gradient, llama.gradient, 0.5)).toBeLessThan(1e-5);

    const { greedy, greedyPromptLength: length, ids } = llama.expected;
    const prompts = {
      rows: ids.length,
      length,
      ids: Int32Array.from(ids.flatMap((row) => row.slice(0, length))),
      starts: llama.starts,
    };
    const maxNewTokens = greedy[0]!.length - length;
    const key = { seed: 0, stream: 0, step: 0 };
    const rollouts = await policy.sample(prompts, { maxNewTokens, temperature: 0, topP: 1, key });
    expect([...rollouts.ids]).toEqual(greedy.flatMap((row) => row.slice(length)));

    const norms: number[] = [];
    for (let step = 0; step < 3; step++) {
      const report = await policy.learn([llama.batch], () => [llama.meanLossCredit()], llama.adamW);
      norms.push(report.gradNorm);
    }
    expect(llama.relativeError(norms, llama.expected.gradNorms, 0)).toBeLessThan(1e-5);
    // Adam divides small gradients by their own size, so that their rounding shows in full.
    expect(llama.relativeError((await policy.export()).weights, llama.weightsAfterThree, 0.2)).toBeLessThan(1e-4);
  });

  it.each(Object.keys(parity.ASSIGNMENTS))("stays within 1e-4 of float64 for 50 steps of %s", async (name) => {
    const distances = await followReference(await policyOf(), name, 50, name === "sft" ? 1 : 10);
    expect(distances.loss).toBeLessThan(1e-4);
    expect(distances.gradient).toBeLessThan(1e-4);
    expect(distances.gradNorm).toBeLessThan(1e-3);
    expect(distances.paramNorm).toBeLessThan(1e-5);
  });

  // Two streams are compiled for one shape only: a large kernel, on an adapter that compiles slowly.
  const drawn = async (
    options: (typeof parity.SAMPLERS)[number]["options"],
    shape: PolicyShape,
    policy: WgslPolicy,
  ) => {
    const all = parity.samplingOf(shape, options);
    const mine = await policy.sample(all.prompts, all.options);
    const theirs = await referencePolicy(shape, parity.testWeights(shape)).sample(all.prompts, all.options);
    expect([...mine.ids]).toEqual([...theirs.ids]);
    expect([...mine.lengths]).toEqual([...theirs.lengths]);
    expect([...mine.ended]).toEqual([...theirs.ended]);
    for (const key of ["logp", "entropy", "lambda"] as const) {
      expect(mine[key] !== undefined, key).toBe(theirs[key] !== undefined);
      if (mine[key]) expect(parity.relativeError(mine[key], theirs[key]!), key).toBeLessThan(1e-5);
    }
  };

  it.each(parity.SAMPLERS)("draws the reference's tokens: $title", async ({ options }) => {
    for (const shape of options.gate ? [NANO] : [NANO, parity.ODD_SHAPE]) {
      await drawn(options, shape, await policyOf(shape));
    }
  });

  it.skipIf(!device?.features.has("subgroups" as GPUFeatureName))(
    "draws the same tokens where the threads of a subgroup share each draw",
    async () => {
      const policy = await wgslPolicy(NANO, parity.testWeights(NANO), { device, subgroups: true });
      try {
        for (const { options } of parity.SAMPLERS) await drawn(options, NANO, policy);
      } finally {
        policy.dispose();
      }
    },
  );

  it("cuts prompts and new tokens into dispatches that a slow GPU is through with soon, and draws the same", async () => {
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 0.9 });
    const whole = await (await policyOf()).sample(prompts, options);
    // Five tokens of all rows at a time.
    const dispatchWork = 5.5 * parameterCount(NANO) * prompts.rows;
    const policy = await policyOf(NANO, nanoWeights, { dispatchWork });
    const before = policy.counters().dispatches;
    expect(await policy.sample(prompts, options)).toEqual(whole);
    const longest = prompts.length - Math.min(...prompts.starts);
    const expected = Math.ceil((longest - 1) / 5) + Math.ceil(options.maxNewTokens / 5);
    expect(policy.counters().dispatches - before).toBe(expected);
    expect(expected).toBeGreaterThan(4);
  });

  it("draws for a row what it draws for it in other company", async () => {
    const policy = await policyOf();
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 0.9 });
    const all = await policy.sample(prompts, options);
    const rows = prompts.rows - 1; // one has no neighbour in its workgroup then
    const fewer = { ...prompts, rows, ids: prompts.ids.subarray(0, rows * prompts.length) };
    const some = await policy.sample({ ...fewer, starts: prompts.starts.subarray(0, rows) }, options);
    expect(some.ids).toEqual(all.ids.subarray(0, rows * all.length));
    expect(some.logp).toEqual(all.logp.subarray(0, rows * all.length));
  });

  it("says of its rollouts what scoring them says", async () => {
    const policy = await policyOf();
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 1 });
    const rollouts = await policy.sample(prompts, options);
    const length = prompts.length + rollouts.length;
    const ids = new Int32Array(prompts.rows * length);
    const mask = new Float32Array(prompts.rows * (length - 1));
    for (let row = 0; row < prompts.rows; row++) {
      ids.set(prompts.ids.subarray(row * prompts.length, (row + 1) * prompts.length), row * length);
      ids.set(rollouts.ids.subarray(row * rollouts.length, (row + 1) * rollouts.length), row * length + prompts.length);
      const at = row * (length - 1) + prompts.length - 1;
      mask.fill(1, at, at + rollouts.lengths[row]!);
    }
    const scores = await policy.score({ rows: prompts.rows, length, ids, starts: prompts.starts, mask });
    const spoken = scores.logp.filter((_, i) => mask[i] === 1);
    const drawn = rollouts.logp.filter(
      (_, i) => i % rollouts.length < rollouts.lengths[Math.floor(i / rollouts.length)]!,
    );
    expect(parity.relativeError(spoken, drawn)).toBeLessThan(1e-5);
  });
});

describe.skipIf(!device)(suiteName("the fast policy", found), { timeout: 240_000 }, () => {
  // Heads of their own and shared, two layers of each.
  const shapes = ["two layers", "grouped heads, two layers, own head"];
  testMicroBatches((shape, weights, workBytes) => wgslPolicy(shape, weights, { device, workBytes }), 0, 4e5, shapes);

  it("goes on with half a piece where the device has no memory, and says so; refuses where there is less", async () => {
    const batches = [parity.testBatch(NANO, 40, 20), parity.testBatch(NANO, 30, 20)];
    const step = (policy: WgslPolicy) => policy.learn(batches, () => parity.meanCredit(batches), parity.TEST_ADAM);
    const roomy = await policyOf();
    const before = roomy.memory().bytes;
    const report = await step(roomy);
    // Nearly all of it is the activations.
    const largest = 0.7 * (roomy.memory().bytes - before);
    const notices: string[] = [];
    const onNotice = (sentence: string) => notices.push(sentence);
    const tight = await policyOf(NANO, nanoWeights, {
      device: tightDevice(device, ({ size }) => size <= largest),
      onNotice,
    });
    expect(await step(tight)).toEqual(report);
    expect(bits((await tight.export()).weights)).toEqual(bits((await roomy.export()).weights));
    expect(notices).toEqual([
      expect.stringMatching(/^Activations of \d+ tokens must find [\d.]+ [KM]iB of memory, got none: from here on/),
    ]);
    const full = await policyOf(NANO, nanoWeights, {
      device: tightDevice(device, ({ size }) => size <= largest / 4),
      onNotice,
    });
    await expect(step(full)).rejects.toMatchObject({
      kind: "limits",
      message: expect.stringMatching(/^Activations of \d+ tokens must find .*, got none at the second attempt$/),
    });
    // In no pieces: said in a sentence at once.
    const whole = expect.stringMatching(/^Activations of \d+ tokens must find [\d.]+ [KM]iB of memory, got none$/);
    await expect(full.logits(batches[0]!)).rejects.toMatchObject({ kind: "limits", message: whole });
    await expect(full.kernelTimes(batches)).rejects.toMatchObject({ kind: "limits", message: whole });
    // Nothing was trained, and what is small enough still is.
    expect(bits((await full.export()).weights)).toEqual(bits(nanoWeights));
  });
});

describe.skipIf(!device)(suiteName("the fast policy's memory", found), { timeout: 240_000 }, () => {
  it("is bounded for rollouts by what was refused of them, and the plan of a step goes before they are asked for again", async () => {
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 0.9 });
    const batches = [parity.testBatch(NANO, 40, 20)];
    const step = (policy: WgslPolicy) => policy.learn(batches, () => parity.meanCredit(batches), parity.TEST_ADAM);
    const roomy = await policyOf();
    const report = await step(roomy);
    const drawn = await roomy.sample(prompts, options);
    const next = await step(roomy);
    const notices: string[] = [];
    let [refusing, left] = [false, 0];
    // A device with no room for keys and values while it keeps a plan.
    const crowded = tightDevice(device, ({ label }) => !(refusing && label === "key/value cache"));
    const onNotice = (sentence: string) => {
      notices.push(sentence);
      refusing = false;
      left = policy.memory().bytes;
    };
    const policy = await policyOf(NANO, nanoWeights, { device: crowded, onNotice });
    const empty = policy.memory().bytes;
    const first = step(policy);
    refusing = true;
    // Asked for while the report of the step waits in the plan that has to go.
    expect(await policy.sample(prompts, options)).toEqual(drawn);
    expect(await first).toEqual(report);
    expect(notices).toEqual([
      expect.stringMatching(/^Keys, values and answers of rollouts must find [\d.]+ [KM]iB of/),
    ]);
    expect(left).toBe(empty);
    expect(await step(policy)).toEqual(next);
    expect(notices).toHaveLength(1);
  });

  it("leaves a waiting report its norms while a gradient is made in micro-batches", async () => {
    const batches = [parity.testBatch(NANO, 40, 20)];
    const credits = parity.meanCredit(batches);
    const [one, other] = [await policyOf(NANO, nanoWeights, { workBytes: 1e6 }), await policyOf()];
    const reports = [];
    for (const policy of [one, other]) {
      const report = policy.learn(batches, () => credits, parity.TEST_ADAM);
      // Twice the credit has twice the norm.
      const twice = credits.map(({ dLogp }) => ({ dLogp: Float64Array.from(dLogp, (value) => 2 * value) }));
      reports.push(await Promise.all([report, policy.gradient(batches, twice)]));
    }
    expect(reports[0]).toEqual(reports[1]);
  });
});

describe.skipIf(!device)(suiteName("the fast policy's bits", found), { timeout: 240_000 }, () => {
  it("are the same again, whatever else the policy has done, and after export and import", async () => {
    const a = await policyOf();
    const b = await policyOf();
    await b.score(parity.testBatch(NANO, 30, 40)); // b has grown
    for (let n = 0; n < 3; n++) await a.learn(twoBatches, sft, parity.TEST_ADAM);
    await b.learn(twoBatches, sft, parity.TEST_ADAM);
    const middle = await b.export();
    const c = await policyOf(NANO, new Float32Array(nanoWeights.length));
    await c.import(middle);
    for (let n = 0; n < 2; n++) await c.learn(twoBatches, sft, parity.TEST_ADAM);
    const [left, right] = [await a.export(), await c.export()];
    expect(bits(right.weights)).toEqual(bits(left.weights));
    expect(bits(right.secondMoment)).toEqual(bits(left.secondMoment));
    expect(right.updates).toBe(3);
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 0.9 });
    expect(await c.sample(prompts, options)).toEqual(await a.sample(prompts, options));
  });

  it("belong to the weights that were asked for: snapshots, mixtures, restoring", async () => {
    const policy = await policyOf();
    await expect(policy.score(twoBatches[0]!, "reference")).rejects.toThrow(/reference weights must be taken/);
    await expect(policy.snapshot("reference", 0.5)).rejects.toThrow(/must have been taken before it can be mixed/);
    const before = await policy.score(twoBatches[0]!);
    await policy.snapshot("reference");
    await policy.snapshot("behaviour");
    await policy.learn(twoBatches, sft, parity.TEST_ADAM);
    expect(await policy.score(twoBatches[0]!, "reference")).toEqual(before);
    await policy.snapshot("behaviour", 0.25);
    const { weights, snapshots } = await policy.export();
    expect(bits(snapshots.reference!)).toEqual(bits(nanoWeights));
    const mixed = weights.map((value, i) => 0.25 * value + 0.75 * nanoWeights[i]!);
    expect(parity.relativeError(snapshots.behaviour!, mixed)).toBeLessThan(1e-6);
    await policy.restore("reference");
    expect(await policy.score(twoBatches[0]!)).toEqual(before);
  });
});

describe.skipIf(!device)(suiteName("the fast policy's account", found), { timeout: 240_000 }, () => {
  it("of a training step on two batches: few dispatches, two submits, nothing created, bytes constant", async () => {
    const policy = await policyOf();
    await policy.learn(twoBatches, sft, parity.TEST_ADAM);
    const [before, memory] = [policy.counters(), policy.memory()];
    const steps = 10;
    for (let n = 0; n < steps; n++) await policy.learn(twoBatches, sft, parity.TEST_ADAM);
    const after = policy.counters();
    expect(after.dispatches - before.dispatches).toBeLessThanOrEqual(steps * (25 * NANO.layers + 12));
    expect(after.submits - before.submits).toBe(2 * steps);
    expect(after).toMatchObject({
      buffers: before.buffers,
      bindGroups: before.bindGroups,
      pipelines: before.pipelines,
    });
    expect(policy.memory()).toEqual(memory);
  });

  it("of a run: bytes and objects stay what they are over a thousand steps, with rollouts and snapshots", async () => {
    // What is asked of a GPU does not depend on what it answers: one that computes nothing is through in a second.
    const empty = await openNodeGpu(["backend=null"]);
    const idle = await requestGpuDevice(empty.gpu);
    const policy = await wgslPolicy(NANO, nanoWeights, { device: idle, ownDevice: true, trusting: true });
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 1 });
    const batches = [parity.testBatch(NANO, 1, 6)];
    const credits = () => parity.meanCredit(batches);
    const round = async (steps: number) => {
      const reports = Array.from({ length: steps }, () => policy.learn(batches, credits, parity.TEST_ADAM));
      await policy.sample(prompts, options);
      await policy.snapshot("reference");
      await Promise.all(reports);
    };
    await round(2);
    const [{ buffers, bindGroups, pipelines }, memory] = [policy.counters(), policy.memory()];
    for (let n = 0; n < 5; n++) await round(200);
    expect(policy.counters()).toMatchObject({ buffers, bindGroups, pipelines });
    expect(policy.memory()).toEqual(memory);
    policy.dispose();
    expect(policy.memory()).toEqual({ bytes: 0, buffers: 0 });
  });

  it("of the largest size's kernels: two updates and a rollout at its whole context, in one of its six layers", async () => {
    const shape = { ...SIZES.base, layers: 1 };
    const policy = await wgslPolicy(shape, randomWeights(shape, 1), { device });
    try {
      const batch = parity.testBatch(shape, 1, shape.context);
      const losses: number[] = [];
      for (let step = 0; step < 2; step++) {
        const { gradNorm } = await policy.learn(
          [batch],
          (scores) => {
            losses.push(parity.meanLoss([batch], scores));
            return parity.meanCredit([batch]);
          },
          { ...parity.TEST_ADAM, lr: 1e-4 },
        );
        expect(gradNorm).toBeGreaterThan(0);
      }
      expect(losses[1]!).toBeLessThan(losses[0]!);
      const { prompts, options } = parity.samplingOf(shape, { temperature: 1, topP: 1 });
      const { logp } = await policy.sample(prompts, { ...options, maxNewTokens: 4 });
      expect(logp.every((value) => value <= 0 && value > -20)).toBe(true);
    } finally {
      policy.dispose();
    }
  });

  it("of the largest size: a step and a rollout are accepted whole, on a GPU that computes nothing", async () => {
    const shape = SIZES.base;
    const empty = await openNodeGpu(["backend=null"]);
    const idle = await requestGpuDevice(empty.gpu);
    const policy = await wgslPolicy(shape, randomWeights(shape, 1), { device: idle, ownDevice: true, trusting: true });
    idle.pushErrorScope("validation");
    const batch = parity.testBatch(shape, 1, shape.context);
    await policy.learn([batch], () => parity.meanCredit([batch]), parity.TEST_ADAM);
    const { prompts, options } = parity.samplingOf(shape, { temperature: 1, topP: 1 });
    await policy.sample(prompts, { ...options, maxNewTokens: 4 });
    expect(await idle.popErrorScope()).toBeNull();
    expect(policy.counters().dispatches).toBeGreaterThan(12 * shape.layers);
    policy.dispose();
  });

  it("leaves no validation error behind: a step and a rollout under an error scope", async () => {
    device.pushErrorScope("validation");
    const policy = await policyOf();
    await policy.learn(twoBatches, sft, parity.TEST_ADAM);
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 1 });
    await policy.sample(prompts, options);
    await policy.snapshot("reference");
    await policy.snapshot("reference", 0.5);
    expect(await device.popErrorScope()).toBeNull();
  });

  it("of steps that are asked for ahead: one submit and one read-back each, and every report its own", async () => {
    const [ahead, behind] = [await policyOf(), await policyOf()];
    await ahead.learn(twoBatches, sft, parity.TEST_ADAM);
    const before = ahead.counters();
    const reports = [];
    for (let n = 0; n < 6; n++) reports.push(ahead.learn(twoBatches, sft, parity.TEST_ADAM));
    const came = await Promise.all(reports);
    const after = ahead.counters();
    // Six answers, and the last report that has nothing left to ride on.
    expect(after.readbacks - before.readbacks).toBe(7);
    // Each backward pass goes with the next forward pass; the first and the last have nobody to go with.
    expect(after.submits - before.submits).toBe(7);
    await behind.learn(twoBatches, sft, parity.TEST_ADAM);
    for (const report of came) expect(report).toEqual(await behind.learn(twoBatches, sft, parity.TEST_ADAM));
  });

  it("of a rollout batch: one submit, one read-back, at most 2 + tokens / 16 dispatches", async () => {
    const policy = await policyOf();
    const { prompts, options } = parity.samplingOf(NANO, { temperature: 1, topP: 1 });
    await policy.sample(prompts, options);
    const before = policy.counters();
    await policy.sample(prompts, options);
    const after = policy.counters();
    expect(after.dispatches - before.dispatches).toBeLessThanOrEqual(2 + options.maxNewTokens / 16);
    expect(after).toMatchObject({
      ...before,
      dispatches: after.dispatches,
      submits: before.submits + 1,
      readbacks: before.readbacks + 1,
    });
  });

  it("names what a policy needs and what the device allows, before anything is made", async () => {
    const policy = await policyOf();
    const before = policy.memory();
    const [rows, length] = [30_000, 48];
    const batch = {
      rows,
      length,
      ids: new Int32Array(rows * length),
      starts: new Int32Array(rows),
      mask: new Float32Array(rows * (length - 1)),
    };
    // All logits at once; what trains would go in micro-batches.
    await expect(policy.logits(batch)).rejects.toThrow(
      /^this policy needs a \d+ MiB buffer for its activations of 1440000 tokens, this GPU allows \d+ MiB$/,
    );
    expect(policy.memory()).toEqual(before);
  });

  it("refuses a row that there is no room for before anything is trained", async () => {
    const empty = await openNodeGpu(["backend=null"]);
    const idle = await requestGpuDevice(empty.gpu);
    const open = (longestRow: number) => wgslPolicy(NANO, nanoWeights, { device: idle, trusting: true, longestRow });
    (await open(NANO.context)).dispose();
    await expect(open(1e8)).rejects.toMatchObject({
      kind: "limits",
      message: expect.stringMatching(/activations of 100000000 tokens, this GPU allows \d+ MiB$/),
    });
    idle.destroy();
  });

  it("refuses shapes that are too large for its kernels in one sentence", async () => {
    const shape = { ...NANO, heads: 1, kvHeads: 1, headWidth: 136 };
    await expect(policyOf(shape)).rejects.toThrow("the fast policy needs headWidth to be at most 128, got 136");
  });

  it("is closed by dispose, and later requests fail as what they are", async () => {
    const policy = await wgslPolicy(NANO, nanoWeights, { device });
    await policy.learn(twoBatches, sft, parity.TEST_ADAM);
    policy.dispose();
    expect(policy.memory()).toEqual({ bytes: 0, buffers: 0 });
    await expect(policy.score(twoBatches[0]!)).rejects.toMatchObject({ name: "PolicyError", kind: "device" });
  });

  it("survives an assignment that throws: no update is made and the next request is served", async () => {
    const policy = await policyOf();
    const refuse = () => {
      throw new RangeError("the objective refuses");
    };
    await expect(policy.learn(twoBatches, refuse, parity.TEST_ADAM)).rejects.toThrow("the objective refuses");
    const state = await policy.export();
    expect(bits(state.weights)).toEqual(bits(nanoWeights));
    expect(state.updates).toBe(0);
  });
});
