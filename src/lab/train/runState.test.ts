import { expect, it } from "vitest";
import { advance, allowed, type Phase, TRANSITIONS } from "./runState.ts";

it("lets a run move only where the table says", () => {
  expect(advance({ phase: "ready", step: 0 }, { phase: "training", step: 0 }).phase).toBe("training");
  expect(() => advance({ phase: "finished", step: 9 }, { phase: "training", step: 9 })).toThrow(
    "from finished to training",
  );
});

it("can be stopped from every phase in which something is under way, and from no other", () => {
  const stoppable = (Object.keys(TRANSITIONS) as Phase[]).filter((phase) => allowed(phase).stop);
  expect(stoppable).toEqual(["loading", "compiling", "ready", "training", "paused"]);
});
