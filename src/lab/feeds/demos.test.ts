import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { Policy } from "../policy/policy.ts";
import { checkpointBytes, readCheckpoint } from "../train/checkpoint.ts";
import { parameterHash } from "../train/parameterHash.ts";
import { Run } from "../train/run.ts";
import { hintReader } from "../train/testHintReader.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import type { FeedPage } from "./feedPage.ts";

const configFor = (algorithm: string, extra: FlatConfig = {}) =>
  parseConfig({
    ...{ task: "sort", digits: 3, algorithm, start: "random", size: "nano", steps: 6, lr: 1e-3 },
    ...{ demoBatch: 4, demoCount: 24, evalProblems: 8, evalOod: false },
    ...extra,
  });

const open: Policy[] = [];
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});
async function kept(policy: Promise<Policy>): Promise<Policy> {
  open.push(await policy);
  return policy;
}

const hashOf = async (policy: Policy) => parameterHash((await policy.export()).weights);

describe("demonstrations by the starting policy", () => {
  it("are counted and shown with λ for each token", async () => {
    const run = await Run.start(await kept(hintReader()), configFor("hinted"));
    const { metrics, rows } = await run.advance(true);
    const shares = (["own_frac", "hinted_frac", "dropped_frac"] as const).map((name) => metrics[`hinted/${name}`]!);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(metrics["hinted/mean_lambda"]).toBeGreaterThan(0);
    for (const row of rows) {
      const lambda = row.views.hint_lambda!;
      expect(lambda).toHaveLength(row.tokens.length);
      expect(lambda.every((share) => share === 1) || lambda[0] === 0).toBe(true);
    }
    expect(metrics["cll/demos/mean"]).toBeGreaterThan(-1);
  });

  it("are the same set whichever algorithm learns from it, with the hints' knobs in either place", async () => {
    const once = async (algorithm: string, extra: FlatConfig) => {
      const run = await Run.start(await kept(hintReader()), configFor(algorithm, { hintBeta: 2, ...extra }));
      await run.advance();
      return hashOf(run.policy);
    };
    const forced = await once("hinted", { hintedLoss: "sft" });
    expect(await once("sft", { demoStyle: "hinted" })).toBe(forced);
    expect(await once("hinted", { hintedLoss: "idft" })).toBe(await once("idft", { demoStyle: "hinted" }));
    expect(await once("sft", { demoStyle: "own" })).not.toBe(forced);
  });

  it.each(["own", "hinted"])("are made again alike (%s) when a run goes on from a checkpoint", async (demoStyle) => {
    const whole = await Run.start(await kept(hintReader()), configFor("sft", { demoStyle, updatesPerBatch: 2 }));
    let bytes: Uint8Array | undefined;
    while (!whole.finished) {
      await whole.advance();
      if (whole.step === 3) bytes = checkpointBytes({ policy: await whole.policy.export(), progress: whole.progress });
    }
    const { policy: state, progress } = readCheckpoint(bytes!);
    const policy = await kept(nanoPolicy());
    await policy.import(state);
    const rest = Run.resume(policy, progress);
    while (!rest.finished) await rest.advance();
    expect(await hashOf(policy)).toBe(await hashOf(whole.policy));
  });

  it("say in one sentence that there are none, where the policy gets nothing right", async () => {
    const hinted = await Run.start(await kept(nanoPolicy()), configFor("hinted"));
    await expect(hinted.advance()).rejects.toThrow(
      /^The starting policy must answer at least one of 24 problems right even with the hint, got none: start from a native checkpoint\.$/,
    );
    const own = await Run.start(await kept(nanoPolicy()), configFor("sft", { demoStyle: "own" }));
    await expect(own.advance()).rejects.toThrow(/right at its first try, got none/);
  });
});

it("say who wrote each row where several did, and only there", async () => {
  const policy = await kept(nanoPolicy());
  const mixed = await Run.start(policy, configFor("sft", { flawedShare: 0.5 }));
  const { rows } = await mixed.advance(true);
  const writers = new Set(rows.map(({ writer }) => writer));
  expect([...writers].every((writer) => writer === "flawed" || writer === "expert")).toBe(true);
  const { items } = (await mixed.browse({ feed: "demos", from: 0, count: 24 })) as FeedPage;
  const first = items.map(({ answers }) => answers[0]!.writer);
  expect(first.filter((writer) => writer === "flawed")).toHaveLength(12);
  const pure = await Run.start(policy, configFor("sft"));
  for (const row of (await pure.advance(true)).rows) expect(row).not.toHaveProperty("writer");
});
