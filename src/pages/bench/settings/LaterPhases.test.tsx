// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openLab, stateOf, type TestLab } from "../../../app/testLab.ts";
import { totalSteps } from "../../../lab/experiment/phases.ts";
import { hashOfFunction, ownFunctionsIn } from "../../../lab/rewards/ownFunctions.ts";
import { dataSetOf } from "../../../lab/tasks/dataSet.ts";
import { knowData } from "../../../lab/tasks/index.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { App } from "../../App.tsx";

let page: TestLab;

async function open(hash: string): Promise<void> {
  page = openLab(hash);
  render(<App lab={page.lab} />);
  for (let turn = 0; turn < 3; turn++) await act(() => vi.advanceTimersByTimeAsync(500));
}

function hear(...events: LabEvent[]): void {
  act(() => page.worker.emit(...events));
  for (let turn = 0; turn < 2; turn++) act(() => vi.advanceTimersByTime(3000));
}

const config = () => page.lab.draft.getState().config;
const then = () => screen.getByRole("region", { name: "Then" });
const phase = (number: number) => within(then()).getByRole("group", { name: new RegExp(`^Phase ${number}:`) });

// Loaded when it is needed, which no fake timer hastens.
beforeAll(() => Promise.all([import("../Bench.tsx"), import("./rewards/OwnFunction.tsx")]));
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a phase is added, changed and removed, each control named and the focus where the change is", async () => {
  await open("#v=1&preset=sft-parity&seed=1&steps=60");
  expect(config()).not.toHaveProperty("phases");
  fireEvent.click(within(then()).getByRole("button", { name: "Add a phase" }));
  expect(config().phases).toEqual([{ algorithm: "grpo" }]);
  const picker = within(then()).getByRole("combobox", { name: "Algorithm of phase 2" });
  expect(document.activeElement).toBe(picker);
  expect(within(then()).getByText("Phase 2: steps 61 to 120")).toBeTruthy();

  const steps = within(phase(2)).getByRole("textbox", { name: "Steps" });
  fireEvent.change(steps, { target: { value: "80" } });
  fireEvent.blur(steps);
  fireEvent.change(within(phase(2)).getByRole("combobox", { name: "Optimizer" }), { target: { value: "kept" } });
  expect(config().phases).toEqual([{ algorithm: "grpo", optimizer: "kept", steps: 80 }]);
  expect(config().optimizer.steps).toBe(60);
  expect(screen.getByText(/140 updates of SFT, then GRPO on/)).toBeTruthy();

  fireEvent.change(picker, { target: { value: "dpo-online" } });
  expect(config().phases).toEqual([{ algorithm: "dpo-online", optimizer: "kept", steps: 80 }]);
  fireEvent.click(within(then()).getByRole("button", { name: "Add a phase" }));
  expect(config().phases).toHaveLength(2);
  fireEvent.click(within(then()).getByRole("button", { name: "Remove phase 2" }));
  expect(config().phases).toEqual([{ algorithm: "grpo" }]);
  expect(document.activeElement).toBe(within(then()).getByRole("button", { name: "Add a phase" }));
  fireEvent.click(within(then()).getByRole("button", { name: "Remove phase 2" }));
  expect(config()).not.toHaveProperty("phases");
});

test("a live setting of the phase under way goes to the run, that of another phase to the next run", async () => {
  await open("#v=1&preset=sft-parity&seed=1&steps=4&phases=2&phase2.algorithm=grpo&phase2.steps=6");
  expect(totalSteps(config())).toBe(10);
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  const id = page.lab.run.getState().run!.id;
  hear(stateOf("ready", 0, id), stateOf("training", 6, id));
  expect(screen.getByRole("status").textContent).toContain("6 of 10");
  act(() => page.lab.change({ "phase2.lr": 5e-4 }));
  expect(page.worker.commands.at(-1)).toEqual({ type: "intervene", runId: id, phase: 2, key: "lr", value: 5e-4 });
  act(() => page.lab.change({ lr: 2e-4 }));
  expect(page.worker.commands.at(-1)).not.toMatchObject({ value: 2e-4 });
  expect(config().optimizer.lr).toBe(2e-4);
});

test("a locked page shows the phases and lets nobody change them", async () => {
  await open("#v=1&preset=sft-parity&seed=1&phases=2&phase2.algorithm=grpo&lock=all");
  expect(within(then()).getByRole<HTMLSelectElement>("combobox", { name: "Algorithm of phase 2" }).disabled).toBe(true);
  expect(within(then()).queryByRole("button", { name: /phase/ })).toBeNull();
});

test("a function that a link gives a later phase is shown, and allowed apart from the first phase's", async () => {
  const sums = Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
  const task = knowData(dataSetOf(sums), "sums.jsonl").id;
  const [first, second] = ["const reward = () => 1;", "const reward = () => 2;"];
  const given = (source: string) => `rewardFunction=${encodeURIComponent(source)}`;
  await open(
    `#v=1&task=${task}&algorithm=grpo&functionWeight=1&${given(first)}&phases=2&phase2.algorithm=grpo&phase2.${given(second)}`,
  );
  expect(ownFunctionsIn(config()).map(({ source }) => source)).toEqual([first, second]);
  act(() => page.lab.functions.allow(hashOfFunction(first)));
  const own = within(phase(2)).getByLabelText("Reward function of phase 2");
  expect(within(own).getByText(second).tagName).toBe("PRE");
  expect(within(phase(2)).queryByRole("textbox", { name: "The function" })).toBeNull();
  fireEvent.click(within(own).getByText("Allow this function"));
  expect(page.lab.functions.foreignIn(config())).toBeUndefined();

  const field = within(phase(2)).getByLabelText("reward function of phase 2, JavaScript");
  fireEvent.change(field, { target: { value: "const reward = () => 3;" } });
  fireEvent.click(within(phase(2)).getByText("Use this function"));
  expect(ownFunctionsIn(config()).map(({ source }) => source)).toEqual([first, "const reward = () => 3;"]);
});
