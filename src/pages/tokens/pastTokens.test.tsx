// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLab, type Lab } from "../../app/lab.ts";
import { WorkerStandIn } from "../../app/workerStandIn.ts";
import { columnAt, stepAt } from "../../lab/runs/testTokens.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { LabContext } from "../labContext.ts";
import { runsOf } from "../runs/runsContext.ts";
import { TokenPanel } from "./TokenPanel.tsx";

const SFT = "#v=1&task=countdown&algorithm=sft&seed=1&steps=10";
let worker: WorkerStandIn;
let lab: Lab;

async function open(hash = SFT): Promise<void> {
  history.replaceState(null, "", `/${hash}`);
  lab = createLab(window, () => {
    worker = new WorkerStandIn();
    return worker;
  });
  render(
    <LabContext value={lab}>
      <TokenPanel />
    </LabContext>,
  );
  act(() => lab.prepare());
  await act(() => runsOf(lab).ready);
}

async function hear(...events: LabEvent[]): Promise<void> {
  await act(async () => {
    worker.emit(...events);
    await new Promise((resolve) => setTimeout(resolve, 600));
  });
}

const state = (phase: "ready" | "training" | "finished", step: number): LabEvent => ({
  type: "state",
  runId: "run-1",
  state: { phase, step },
});

/** Three steps whose tokens say which they are of: p = exp(−step). */
async function train(): Promise<void> {
  await hear(
    ...[state("ready", 0), state("training", 0)],
    { type: "watched", runId: "run-1", ...columnAt(0), rows: [{ prompt: "31=", tokens: ["1", "3"] }] },
    ...[1, 2, 3].flatMap((step): LabEvent[] => [
      { type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] },
      { type: "tokens", runId: "run-1", ...stepAt(step) },
      { type: "watched", runId: "run-1", ...columnAt(step) },
    ]),
    state("finished", 3),
  );
}

function leave(): void {
  cleanup();
  runsOf(lab).dispose();
  lab.dispose();
}

const panel = () => screen.getByRole("figure", { name: "Token weights" });
const first = () => within(panel()).getAllByRole("gridcell")[0]!.getAttribute("aria-label");
const pin = (cursor: number | undefined) =>
  act(async () => {
    lab.draft.setState(({ view: { cursor: _, ...view } }) => ({
      view: cursor === undefined ? view : { ...view, cursor },
    }));
  });

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = "";
});
afterEach(() => {
  leave();
  indexedDB.deleteDatabase("policy-lab");
});

test("the tokens go to the step where the cursor is pinned, and back to the newest when it is let go", async () => {
  await open();
  await train();
  expect(panel().textContent).toContain("step 3 did to each token");
  expect(first()).toContain("probability 0.05");
  await pin(1);
  await waitFor(() => expect(panel().textContent).toContain("step 1 did to each token"));
  expect(first()).toContain("probability 0.37");
  await pin(undefined);
  await waitFor(() => expect(panel().textContent).toContain("step 3 did to each token"));
});

test("after a reload the run in view has its tokens and its strip again, at every kept step", async () => {
  await open();
  await train();
  await act(() => runsOf(lab).settled());
  leave();
  await open();
  await waitFor(() => expect(panel().textContent).toContain("step 3 of “SFT” did to each token"));
  await pin(2);
  await waitFor(() => expect(panel().textContent).toContain("step 2 of “SFT” did to each token"));
  expect(first()).toContain("probability 0.14");
  act(() => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
  const strip = await screen.findByRole("figure", { name: "One demonstration through the run" });
  await waitFor(() => expect(strip.textContent).toContain("after step 2: “1”"));
  expect(panel().textContent).toContain("a past run has no weights in the worker");
  expect(worker.commands.some(({ type }) => type === "inspect")).toBe(false);
});

test("a past run that is drawn alone is shown instead of the one in the worker, until it is let go", async () => {
  await open();
  await train();
  const kept = runsOf(lab);
  const { id } = kept.store.getState().records[0]!;
  act(() => lab.change({ algorithm: "dft" }));
  act(() => lab.train());
  await hear(
    { type: "state", runId: "run-2", state: { phase: "ready", step: 0 } },
    { type: "state", runId: "run-2", state: { phase: "training", step: 0 } },
    { type: "tokens", runId: "run-2", ...stepAt(7) },
    { type: "state", runId: "run-2", state: { phase: "paused", step: 7 } },
  );
  expect(panel().textContent).toContain("step 7 did to each token");
  act(() => kept.solo(id));
  await waitFor(() => expect(panel().textContent).toContain("step 3 of “SFT” did to each token"));
  act(() => kept.solo(undefined));
  expect(panel().textContent).toContain("step 7 did to each token");
});
