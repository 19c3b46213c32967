import { afterAll, describe, expect, it } from "vitest";
import * as parity from "../../testing/wgslParity.ts";
import { suiteName, testDevice } from "../device/testDevice.ts";
import { testPolicies } from "../testPolicies.ts";
import type { WgslPolicy } from "../wgslPolicy.ts";

const found = await testDevice();
const device = found.device!;
const SHAPE = parity.NANO_SHAPE;
const policyOf = testPolicies(device);
const small = [parity.testBatch(SHAPE, 3, 9)];
const large = [parity.testBatch(SHAPE, 20, 30, 2)];

const learn = (policy: WgslPolicy, batches = small) =>
  policy.learn(batches, () => parity.meanCredit(batches), parity.TEST_ADAM);
const refused = (policy: WgslPolicy) =>
  policy
    .learn(
      small,
      () => {
        throw new RangeError("refused");
      },
      parity.TEST_ADAM,
    )
    .catch(() => "refused" as const);

/** What comes of requests that are asked for all at once, and of the same ones awaited one by one; with the weights after. */
async function bothWays(requests: readonly ((policy: WgslPolicy) => Promise<unknown>)[]) {
  const results: unknown[] = [];
  for (const atOnce of [true, false]) {
    const policy = await policyOf();
    const answers: unknown[] = [];
    if (atOnce) answers.push(...(await Promise.all(requests.map((request) => request(policy)))));
    else for (const request of requests) answers.push(await request(policy));
    results.push({ answers, state: await policy.export() });
  }
  return results;
}

afterAll(() => found.device?.destroy());

describe.skipIf(!device)(
  suiteName("steps made ready while the GPU works on the one before", found),
  { timeout: 240_000 },
  () => {
    it.each([
      ["that follow one whose objective refuses", [learn, refused, learn, refused, refused, learn]],
      ["that do not fit into the buffers of the one before", [learn, (p: WgslPolicy) => learn(p, large), learn]],
      [
        "with scores, rollouts and snapshots in between",
        [
          learn,
          (policy: WgslPolicy) => policy.score(large[0]!),
          learn,
          learn,
          (policy: WgslPolicy) => policy.snapshot("reference"),
          learn,
          (policy: WgslPolicy) => policy.score(small[0]!, "reference"),
          (policy: WgslPolicy) => {
            const { prompts, options } = parity.samplingOf(SHAPE, { temperature: 1, topP: 1 });
            return policy.sample(prompts, options);
          },
          learn,
        ],
      ],
    ])("give the bits of steps awaited one by one: %s", async (_, requests) => {
      const [atOnce, oneByOne] = await bothWays(requests as ((policy: WgslPolicy) => Promise<unknown>)[]);
      expect(atOnce).toEqual(oneByOne);
    });

    it("have the GPU at work before the last step's report is told, also when they are asked for one at a time", async () => {
      const policy = await policyOf();
      const submits: number[] = [];
      const begin = policy.counters().submits;
      const steps: Promise<void>[] = [];
      const ask = () => {
        const step = learn(policy).then(() => {
          submits.push(policy.counters().submits - begin);
          if (steps.length < 6) ask();
        });
        steps.push(step);
      };
      for (let n = 0; n <= policy.ahead; n++) ask();
      for (let n = 0; n < steps.length; n++) await steps[n];
      // Step n is reported with the answer of step n + 1, which has been followed by step n + 2 by then.
      expect(submits.slice(0, 4)).toEqual([3, 4, 5, 6]);
    });

    it("refuse in the words they would have used, and nobody else's request suffers", async () => {
      const policy = await policyOf();
      const [first] = small;
      const foreign = { ...first!, ids: first!.ids.map(() => 10_000) };
      const steps = [learn(policy), learn(policy, [foreign]), learn(policy)];
      const [before, between, after] = await Promise.allSettled(steps);
      expect(before!.status).toBe("fulfilled");
      expect(between).toMatchObject({ reason: { name: "PolicyError", kind: "input" } });
      expect(after!.status).toBe("fulfilled");
      expect((await policy.export()).updates).toBe(2);
    });

    it("are nobody's trouble but their own where they are malformed", async () => {
      const policy = await policyOf();
      const [first] = small;
      const malformed = { ...first!, starts: undefined } as never;
      const steps = [learn(policy), learn(policy, [malformed]), learn(policy)];
      expect((await Promise.allSettled(steps)).map(({ status }) => status)).toEqual([
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
      expect((await policy.export()).updates).toBe(2);
    });

    it.each([0, 1, 5, 20])("all end when the policy is disposed of %i ms after they were asked for", async (ms) => {
      const policy = await policyOf();
      const steps = [learn(policy), learn(policy), learn(policy), policy.score(small[0]!)];
      const ends = Promise.allSettled(steps);
      await new Promise((resolve) => setTimeout(resolve, ms));
      policy.dispose();
      for (const end of await ends) if (end.status === "rejected") expect(end.reason).toMatchObject({ kind: "device" });
    });

    it.each([
      ["while they train", {}],
      ["while a rollout is being compiled", { gate: "linear" as const }],
    ])("all end when the device is lost %s", async (_, hint) => {
      const own = await testDevice();
      const policy = await policyOf(SHAPE, parity.testWeights(SHAPE), { device: own.device! });
      await learn(policy);
      const { prompts, options } = parity.samplingOf(SHAPE, { temperature: 1, topP: 1, ...hint });
      const last = [learn(policy), policy.sample(prompts, options), learn(policy), learn(policy)];
      const ends = Promise.allSettled(last);
      own.device!.destroy();
      for (const end of await ends) expect(end).toMatchObject({ reason: { name: "PolicyError", kind: "device" } });
      policy.dispose();
    });
  },
);
