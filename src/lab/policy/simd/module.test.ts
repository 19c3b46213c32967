import { describe, expect, it } from "vitest";
import { canFuse, kernelModule } from "./module.ts";
import { allowRelaxedSimd } from "./relaxedSimd.node.ts";

allowRelaxedSimd();

/** What TypeScript calls, besides what only tests and measurements do. */
const CALLED = [
  ...[
    "heapBase",
    "setShape",
    "setTables",
    "plan",
    "forward",
    "backward",
    "logitsAt",
    "statesAt",
    "scoresAt",
    "creditsAt",
  ],
  ...["tablesAt", "positionsAt", "rowStartAt", "sourceAt", "sourcePositionAt", "rowScoredAt", "nextAt", "scalesAt"],
  ...[
    "planRollout",
    "promptOfAt",
    "writtenAt",
    "rollout",
    "runCount",
    "update",
    "gradientNorm",
    "weightsNorm",
    "mixVectors",
  ],
  ...["multiplyAdd", "setTeam", "teamBytes", "isBroken", "stallCount", "dismiss", "help", "reportFailure"],
];

const variants = (await canFuse()) ? (["plain", "fused"] as const) : (["plain"] as const);

describe.each(variants)("the %s module", (variant) => {
  it("exports the kernels and asks for nothing but a memory", async () => {
    const module = await kernelModule(variant);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(expect.arrayContaining(CALLED));
  });
});
