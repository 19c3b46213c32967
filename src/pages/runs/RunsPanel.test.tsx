// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { withRecords } from "../../app/history/historyStore.ts";
import { openLab, stateOf, type TestLab } from "../../app/testLab.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { App } from "../App.tsx";
import { historyOf } from "../shared/historyContext.ts";
import { viewOf } from "./overlayView.ts";

let page: TestLab;

const turn = async (ms = 1200) => {
  for (let n = 0; n < 3; n++) await act(() => vi.advanceTimersByTimeAsync(ms));
};

async function open(hash = "#v=1&preset=chord-mu-countdown&seed=1&steps=10"): Promise<void> {
  page = openLab(hash);
  render(<App lab={page.lab} />);
  await turn();
}

/** Trains the draft to its end; `accuracy` is where it comes out. */
async function train(accuracy: number): Promise<void> {
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  const { runId } = page.worker.commands.findLast((command) => command.type === "open")!;
  const row = (step: number, values: Record<string, number>): LabEvent => ({
    type: "metrics",
    runId,
    rows: [{ step, values }],
  });
  act(() =>
    page.worker.emit(
      stateOf("ready", 0, runId),
      row(0, { "eval/accuracy": 0.2 }),
      stateOf("training", 0, runId),
      row(1, { loss: 2 }),
      row(10, { loss: 1, "eval/accuracy": accuracy, "eval/ood/accuracy": accuracy / 2 }),
      stateOf("finished", 10, runId),
      { type: "checkpoint", runId, step: 10, bytes: new Uint8Array([1, 2]).buffer, hash: "00", sum: "45c21c2b" },
    ),
  );
  await turn();
}

const panel = () => screen.getByRole("region", { name: "Runs" });
const rows = () => within(within(panel()).getByRole("list", { name: "Kept runs" })).queryAllByRole("listitem");
const row = (name: string) => within(panel()).getByRole("listitem", { name });

async function more(name: string): Promise<void> {
  const details = row(name).querySelector("details")!;
  act(() => {
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  });
  await turn(10);
}

const press = async (within_: HTMLElement, name: string | RegExp) => {
  fireEvent.click(within(within_).getByRole("button", { name }));
  await turn(10);
};

// Loaded when it is needed, which no fake timer hastens.
beforeAll(() => Promise.all([import("../bench/Bench.tsx"), import("./RunsPage.tsx")]));
beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  // No server, so no recording of the preset.
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no server")));
});
afterEach(() => {
  cleanup();
  historyOf(page.lab).dispose();
  page.lab.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a run appears in the list with its accuracy, and the next one with what sets it apart", async () => {
  await open();
  expect(panel().textContent).toContain("Every run is kept here");
  await train(0.5);
  expect(row("CHORD-µ").textContent).toMatch(/0\.50.*10 steps/);
  act(() => page.lab.change({ muPeak: 0.9 }));
  await train(0.61);
  expect(rows()).toHaveLength(2);
  expect(row("CHORD-µ 2").textContent).toContain("+0.11: µ peak 0.9 instead of 0.5");
  expect(panel().textContent).toContain("Differences are to “CHORD-µ”");
});

test("two runs lie over one another, named and told apart; hidden and solo ones do not", async () => {
  await open();
  await train(0.5);
  act(() => page.lab.change({ algorithm: "sft" }));
  await train(0.7);
  const accuracy = () => screen.getByRole("figure", { name: "Accuracy" }).textContent;
  expect(accuracy()).toMatch(/CHORD-µ 0\.50.*SFT 0\.70.*greedy/);
  fireEvent.click(within(row("CHORD-µ")).getByRole("checkbox", { name: "CHORD-µ in the charts" }));
  await turn();
  expect(accuracy()).toMatch(/greedy 0\.70.*out 0\.35/);
  await more("CHORD-µ");
  await press(row("CHORD-µ"), "Solo");
  await turn();
  expect(accuracy()).toMatch(/greedy 0\.50/);
  expect(row("CHORD-µ").textContent).toContain("solo");
  // A run that begins is seen.
  act(() => page.lab.change({ algorithm: "dft" }));
  await train(0.6);
  expect(row("CHORD-µ").textContent).not.toContain("solo");
});

test("the baseline is drawn behind the others, and differences are to it", async () => {
  await open();
  await train(0.5);
  act(() => page.lab.change({ algorithm: "sft" }));
  await train(0.7);
  await more("SFT");
  await press(row("SFT"), "Baseline");
  expect(row("CHORD-µ").textContent).toContain("−0.20: CHORD-µ instead of SFT");
  const { own, others } = viewOf(historyOf(page.lab).store.getState(), page.lab.draft.getState().config);
  expect(own).toBeDefined();
  expect(others[0]).toMatchObject({ label: "CHORD-µ", faint: false });
  act(() => historyOf(page.lab).compareWith(historyOf(page.lab).store.getState().entries[1]!.id));
  expect(viewOf(historyOf(page.lab).store.getState(), page.lab.draft.getState().config).others[0]).toMatchObject({
    label: "CHORD-µ",
    faint: true,
  });
});

test("a run is renamed, pinned, deleted and brought back, by keyboard alone", async () => {
  await open();
  await train(0.5);
  await more("CHORD-µ");
  const field = within(row("CHORD-µ")).getByRole("textbox", { name: "Name" });
  fireEvent.change(field, { target: { value: "Half and half" } });
  fireEvent.blur(field);
  await turn(10);
  await press(row("Half and half"), "Pin");
  expect(within(row("Half and half")).getByRole("button", { name: "Pin" }).getAttribute("aria-pressed")).toBe("true");
  await press(row("Half and half"), "Delete");
  expect(rows()).toHaveLength(0);
  const undo = within(panel()).getByRole("button", { name: "Undo" });
  expect(document.activeElement).toBe(undo);
  fireEvent.click(undo);
  await turn(10);
  expect(row("Half and half").textContent).toContain("pinned");
  expect(document.activeElement).toBe(within(panel()).getByRole("heading", { name: "Runs" }));
});

test("the next run can start from a run's weights, and the settings say so", async () => {
  await open();
  await train(0.5);
  await more("CHORD-µ");
  await press(row("CHORD-µ"), "Start from it");
  const settings = screen.getByRole("region", { name: "Settings" });
  expect(settings.textContent).toContain("from the weights of “CHORD-µ” at step 10");
  await press(settings, "Use the setting");
  expect(settings.textContent).not.toContain("from the weights of");
});

test("seeds are trained in one click, counted, and joined under one name", async () => {
  await open();
  fireEvent.change(within(panel()).getByRole("textbox", { name: "How many seeds" }), { target: { value: "99" } });
  expect(panel().textContent).toContain("A whole number in [2, 20].");
  fireEvent.change(within(panel()).getByRole("textbox", { name: "How many seeds" }), { target: { value: "3" } });
  await press(panel(), "3 seeds");
  expect(panel().textContent).toContain("Training CHORD-µ, 3 seeds: run 1 of 3");
  await press(panel(), "Leave out the rest");
  expect(within(panel()).getByRole("button", { name: "5 seeds" })).toBeTruthy();
});

test("a race takes two algorithms at least", async () => {
  await open();
  const race = within(panel()).getByRole("group", { name: "Algorithms in the race", hidden: true });
  for (const name of ["CHORD-µ", "CHORD-φ", "GRPO"]) {
    fireEvent.click(within(race).getByRole("checkbox", { name, hidden: true }));
  }
  expect(within(panel()).getByRole("button", { name: "Choose two or more", hidden: true })).toBeTruthy();
  fireEvent.click(within(race).getByRole("checkbox", { name: "DFT", hidden: true }));
  fireEvent.click(within(panel()).getByRole("button", { name: "Race 2 algorithms", hidden: true }));
  await turn(10);
  expect(panel().textContent).toContain("run 1 of 2");
  expect(page.lab.run.getState().run!.config.algorithm).toBe("sft");
});

test("the page of runs compares all of them: finals with deltas, and the settings that differ", async () => {
  await open();
  await train(0.5);
  act(() => page.lab.change({ muPeak: 0.9 }));
  await train(0.61);
  act(() => page.lab.draft.setState(({ view }) => ({ view: { ...view, page: "runs" } })));
  await vi.waitFor(() => screen.getByRole("table"), 30_000);
  await turn(10);
  const heads = screen.getAllByRole("columnheader").map(({ textContent }) => textContent);
  expect(heads).toEqual(["Run", "Accuracy", "Out of distribution", "µ peak", "Baseline"]);
  const second = screen.getByRole("row", { name: /CHORD-µ 2/ });
  expect(second.textContent).toMatch(/0\.610 \[0\.52, 0\.69\]\+0\.110.*0\.9/);
  fireEvent.click(screen.getByRole("radio", { name: "Compare with CHORD-µ 2" }));
  expect(screen.getByRole("row", { name: /^CHORD-µ 10/ }).textContent).toContain("−0.110");
});

test("a device that is lost twice leaves the choice to the reader", async () => {
  await open();
  await train(0.5);
  const { id } = historyOf(page.lab).store.getState().records[0]!;
  act(() => historyOf(page.lab).store.setState({ recovery: { id, text: "“CHORD-µ” lost its device again." } }));
  const alert = within(panel()).getByRole("alert");
  await press(alert, "Go on with WebAssembly");
  const opened = page.worker.commands.findLast(({ type }) => type === "open");
  expect(opened).toMatchObject({ type: "open", policy: "auto", backend: "wasm" });
});

test("hundreds of runs are drawn fifty at a time", async () => {
  await open();
  await train(0.5);
  const { store } = historyOf(page.lab);
  const [entry] = store.getState().entries;
  act(() =>
    store.setState({
      entries: Array.from({ length: 120 }, (_, n) => ({ ...entry!, id: `run-${n}`, name: `Run ${n}` })),
    }),
  );
  expect(rows()).toHaveLength(50);
  await press(panel(), "50 more of 120");
  await press(panel(), "20 more of 120");
  expect(rows()).toHaveLength(120);
});

test("among many runs each takes one line, and the rest of what is said of it opens with its menu", async () => {
  await open();
  await train(0.5);
  const { store } = historyOf(page.lab);
  const [entry] = store.getState().entries;
  const copies = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...entry!,
      id: `run-${n}`,
      name: `Run ${n}`,
      runs: [{ ...entry!.runs[0]!, id: `r${n}` }],
    }));
  act(() => store.setState({ entries: copies(5) }));
  expect(row("Run 3").querySelector(":scope > p")!.textContent).toContain("10 steps");
  act(() => store.setState({ entries: copies(30) }));
  expect(row("Run 3").querySelector(":scope > p")).toBeNull();
  expect(row("Run 3").querySelector("details > p")!.textContent).toContain("10 steps · greedy accuracy [0.41, 0.59]");
  expect(within(row("Run 3")).getByText("0.50")).toBeTruthy();
  // Other panels keep their place: the list scrolls in its own.
  expect(screen.getByRole("list", { name: "Kept runs" }).hasAttribute("data-many")).toBe(true);
});

test("a step of the run that trains renders no row of the list but its own", async () => {
  await open();
  await train(0.9);
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  const { runId } = page.worker.commands.findLast((command) => command.type === "open")!;
  const metrics = (step: number): LabEvent => ({ type: "metrics", runId, rows: [{ step, values: { loss: step } }] });
  act(() => page.worker.emit(stateOf("ready", 0, runId), stateOf("training", 0, runId), metrics(1)));
  await turn();
  expect(rows()).toHaveLength(2);

  // A row reads the message of its run whenever it is rendered.
  const { store } = historyOf(page.lab);
  const rendered: string[] = [];
  const watched = store
    .getState()
    .records.map((record) =>
      Object.defineProperty({ ...record }, "message", { enumerable: true, get: () => void rendered.push(record.name) }),
    );
  const [live, kept] = watched.map(({ name }) => name);
  act(() => store.setState(withRecords(watched)));
  expect(rendered).toContain(kept);
  rendered.length = 0;
  for (let step = 2; step < 12; step++) {
    act(() => page.worker.emit(stateOf("training", step, runId), metrics(step)));
    await act(() => vi.advanceTimersByTimeAsync(500));
  }
  expect(row(live!).textContent).toContain("training, 1");
  expect(rendered).not.toContain(kept);
});
