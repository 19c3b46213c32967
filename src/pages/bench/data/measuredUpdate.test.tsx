// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { stateOf } from "../../../app/testLab.ts";
import type { ModelFacts } from "../../../lab/tasks/models.ts";
import { knowModel } from "../../../lab/tasks/models.ts";
import { openPart } from "../../shared/testPart.tsx";
import { MeasuredUpdate } from "./MeasuredUpdate.tsx";

afterEach(cleanup);

const SHAPE: ModelFacts["shape"] = {
  ...{ vocabSize: 64, width: 32, layers: 1, heads: 2, kvHeads: 2, headWidth: 16, hidden: 96 },
  ...{ context: 256, ropeTheta: 10_000, normEpsilon: 1e-5, tied: true },
};
const FACTS: ModelFacts = { hash: "0123456789abcdef", name: "tiny", shape: SHAPE, tokenizer: "BPE", notes: [] };
const button = () => screen.getByRole("button");

function open() {
  knowModel(FACTS);
  const page = openPart("", <MeasuredUpdate facts={FACTS} />);
  expect(button().hasAttribute("disabled")).toBe(true);
  act(() => page.worker.emit(stateOf("ready", 0, page.lab.run.getState().run!.id)));
  return page;
}

test("nothing is measured before a press, then once where the draft computes, and the worker is ended", async () => {
  const page = open();
  const before = page.worker;
  act(() => page.lab.draft.setState({ compute: { policy: "simd", backend: "wasm" } }));
  expect(before.questions).toEqual([]);
  await act(async () => fireEvent.click(button()));
  // What measures is loaded at the press.
  await vi.waitFor(() => expect(page.worker).not.toBe(before), 30_000);
  const { worker } = page;
  expect(worker.questions).toMatchObject([{ type: "probe", shape: SHAPE, policy: "simd", backend: "wasm" }]);
  await act(async () => worker.answer("probe", { rows: 1, length: 16, seconds: 200, where: "simd/wasm" }));
  expect(document.body.textContent).toMatch(/an update of 1 row of 16 tokens took 200 s\. With \d+ rows of \d+ tokens/);
  expect(document.body.textContent).not.toMatch(/e\+/);
  expect(worker.terminated).toBe(true);
  page.lab.dispose();
});

test("another batch or a second press ends what is being measured, and says nothing of it", async () => {
  const page = open();
  await act(async () => fireEvent.click(button()));
  const first = page.worker;
  await act(async () => page.lab.change({ prompts: 3, groupSize: 5, demoBatch: 7 }));
  expect(first.terminated).toBe(true);
  expect(document.body.textContent).toBe("Measure an update");
  await act(async () => fireEvent.click(button()));
  expect(button().textContent).toBe("Cancel");
  await act(async () => fireEvent.click(button()));
  expect([page.worker.terminated, button().textContent]).toEqual([true, "Measure an update"]);
  page.lab.dispose();
});

test("what failed is said with its reason, and nothing is measured while a run trains", async () => {
  const page = open();
  await act(async () => fireEvent.click(button()));
  await act(async () => page.worker.refuse("probe", "The device is gone."));
  expect(document.body.textContent).toContain("An update was not measured. The device is gone.");
  await act(async () => fireEvent.click(button()));
  const probing = page.worker;
  const { run } = page.lab.run.getState();
  await act(async () => page.lab.run.receive(stateOf("training", 1, run!.id)));
  expect([probing.terminated, button().hasAttribute("disabled")]).toEqual([true, true]);
  page.lab.dispose();
});
