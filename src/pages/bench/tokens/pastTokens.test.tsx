// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stateOf, type TestLab } from "../../../app/testLab.ts";
import { columnAt, stepAt } from "../../../lab/record/testTokens.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { historyOf } from "../../shared/historyContext.ts";
import { hear, openPart } from "../../shared/testPart.tsx";
import { TokenPanel } from "../TokenPanel.tsx";

const SFT = "#v=1&task=countdown&algorithm=sft&seed=1&steps=10";
let page: TestLab;

async function open(hash = SFT): Promise<void> {
  page = openPart(hash, <TokenPanel />);
  await act(() => historyOf(page.lab).ready);
}

/** Three steps whose tokens say which they are of: p = exp(−step). */
async function train(): Promise<void> {
  await hear(
    page,
    ...[stateOf("ready", 0), stateOf("training", 0)],
    { type: "watched", runId: "run-1", ...columnAt(0), rows: [{ prompt: "31=", tokens: ["1", "3"] }] },
    ...[1, 2, 3].flatMap((step): LabEvent[] => [
      { type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] },
      { type: "tokens", runId: "run-1", ...stepAt(step) },
      { type: "watched", runId: "run-1", ...columnAt(step) },
    ]),
    stateOf("finished", 3),
  );
}

function leave(): void {
  cleanup();
  historyOf(page.lab).dispose();
  page.lab.dispose();
}

const panel = () => screen.getByRole("figure", { name: "Token weights" });
const first = () => within(panel()).getAllByRole("gridcell")[0]!.getAttribute("aria-label");
const pin = (cursor: number | undefined) =>
  act(async () => {
    page.lab.draft.setState(({ view: { cursor: _, ...view } }) => ({
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
  await act(() => historyOf(page.lab).settled());
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
  expect(page.worker.questions.some(({ type }) => type === "inspect")).toBe(false);
});

test("a past run that is drawn alone is shown instead of the one in the worker, until it is let go", async () => {
  await open();
  await train();
  const kept = historyOf(page.lab);
  const { id } = kept.store.getState().records[0]!;
  act(() => page.lab.change({ algorithm: "dft" }));
  act(() => page.lab.train());
  await hear(
    page,
    stateOf("ready", 0, "run-2"),
    stateOf("training", 0, "run-2"),
    { type: "tokens", runId: "run-2", ...stepAt(7) },
    stateOf("paused", 7, "run-2"),
  );
  expect(panel().textContent).toContain("step 7 did to each token");
  act(() => kept.solo(id));
  await waitFor(() => expect(panel().textContent).toContain("step 3 of “SFT” did to each token"));
  act(() => kept.solo(undefined));
  expect(panel().textContent).toContain("step 7 did to each token");
});
