import { expect, test } from "vitest";
import { offlineOnline } from "./offlineOnline.ts";
import { pick, type Trace } from "./study.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "offline DPO stays below online DPO, its chosen answers less likely than they were",
  async () => {
    const smaller = { prompts: 8, steps: 60, evalEvery: 60, evalProblems: 96, evalOod: false };
    const offline = await trace(offlineOnline, "offline", smaller);
    const online = await trace(offlineOnline, "s1", smaller);
    const end = (run: Trace) => pick(run, "eval/accuracy_sampled", "final");
    expect(end(online)).toBeGreaterThan(pick(online, "eval/accuracy_sampled", "initial") + 0.2);
    expect(end(offline)).toBeLessThan(end(online));
    expect(pick(offline, "rewards/chosen", "final")).toBeLessThan(0);
  },
  SLOW,
);
