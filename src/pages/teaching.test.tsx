// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLab, stateOf, type TestLab } from "../app/testLab.ts";
import { sealed } from "../lab/link/wholeness.ts";
import { OBJECTIVES } from "../lab/objectives/index.ts";
import type { LabEvent } from "../lab/worker/protocol.ts";
import { App } from "./App.tsx";
// Parts that are loaded when they are shown: here at once, as a busy machine takes seconds for them.
import "../app/recordings/readRecorded.ts";
import "./bench/Bench.tsx";

const recording = readFileSync("public/studies/chord-mu-countdown.json", "utf8");

let page: TestLab;

async function turn(ms = 1000): Promise<void> {
  for (let i = 0; i < 3; i++) await act(() => vi.advanceTimersByTimeAsync(ms));
}

async function open(hash: string): Promise<void> {
  page = openLab(hash);
  render(<App lab={page.lab} />);
  await loaded(() => document.querySelector("main")?.firstElementChild);
  await turn();
}

async function hear(...events: LabEvent[]): Promise<void> {
  act(() => page.worker.emit(...events));
  await turn();
}

/** Not the tests' clock: modules are loaded in real time. */
const realTimer = setTimeout;

/** Waits for a part of the page that is loaded when it is first asked for. */
async function loaded(there: () => unknown): Promise<void> {
  for (let tries = 0; tries < 200 && !there(); tries++) {
    await act(() => new Promise<void>((resolve) => void realTimer(resolve, 20)));
    await turn(10);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  vi.stubGlobal("fetch", async () => new Response(recording));
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a newcomer sees a recorded run before any worker has answered, and trains it with one button", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1");
  const first = screen.getByRole("region", { name: "A recorded run" });
  expect(first.textContent).toMatch(/In 120 steps, the share of held-out problems that it solves/);
  expect(screen.getByRole("figure", { name: "Accuracy" }).textContent).toMatch(/greedy 0\.\d/);
  expect(screen.getAllByRole("gridcell").length).toBeGreaterThan(20);
  const tokens = screen.getByRole("figure", { name: "Token weights" });
  expect(tokens.textContent).toContain("step 120");
  fireEvent.change(within(first).getByRole("slider", { name: /tokens at step/ }), { target: { value: "0" } });
  await turn();
  expect(tokens.textContent).toContain("step 1 ");

  await hear(stateOf("ready", 0));
  fireEvent.click(screen.getByRole("button", { name: "Train it yourself" }));
  expect(page.worker.commands.at(-1)).toEqual({ type: "train", runId: "run-1" });
  await hear(stateOf("training", 1), { type: "metrics", runId: "run-1", rows: [{ step: 1, values: { loss: 2.5 } }] });
  expect(screen.queryByRole("region", { name: "A recorded run" })).toBeNull();
  expect(screen.getByRole("figure", { name: "Loss" }).textContent).toContain("2.5");
});

test("before training, one sentence says what the run will be and what it will cost", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&steps=30&at=3:lr:0.001");
  expect(
    screen.getByText(/Train will make 30 updates of GRPO on .*one change made by hand: about .* tokens/),
  ).toBeTruthy();
});

test("a teacher's link shows its note as text, locks what it locks and hides what it hides", async () => {
  const note = "<b>Press Train</b>\nand watch entropy.";
  const query = new URLSearchParams({ note, lock: "lr.presets", hide: "algorithm.muPeak", charts: "entropy.tokens" });
  await open(`#v=1&preset=chord-mu-countdown&seed=1&${query}`);
  const aside = screen.getByRole("complementary", { name: "Note of the link" });
  expect(aside.textContent).toContain("<b>Press Train</b>");
  expect(aside.querySelector("b")).toBeNull();
  expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Preset" }).disabled).toBe(true);
  expect(screen.queryByRole("radiogroup", { name: "Algorithm" })).toBeNull();
  const rate = screen.getByRole<HTMLInputElement>("textbox", { name: "Learning rate" });
  expect(rate.matches(":disabled") || rate.closest("fieldset[disabled]") !== null).toBe(true);
  expect(screen.queryByRole("textbox", { name: /µ peak/i })).toBeNull();
  expect(screen.getByRole("figure", { name: "Entropy" })).toBeTruthy();
  expect(screen.queryByRole("figure", { name: "Accuracy" })).toBeNull();
  expect(screen.queryByRole("figure", { name: "Samples" })).toBeNull();
  expect(page.lab.link()).toContain("lock=lr.presets");
});

test("a lecturer locks one control, hides another, and the link opens that way", async () => {
  await open("#v=1&preset=grpo-parity&seed=1");
  fireEvent.click(screen.getByText("Prepare a link"));
  const choose = (name: string, value: string) =>
    fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });
  choose("the algorithm", "locked");
  choose("the presets", "hidden");
  const address = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Address/ }).value;
  expect(address()).toMatch(/&hide=presets&lock=algorithm&ok=[\w-]{2}$/);
  choose("the presets", "");
  expect(address()).toMatch(/&lock=algorithm&ok=[\w-]{2}$/);
  choose("the presets", "hidden");
  const link = address();
  cleanup();
  page.lab.dispose();

  await open(link.slice(link.indexOf("#")));
  expect(screen.queryByRole("combobox", { name: "Preset" })).toBeNull();
  expect(screen.getByRole("radio", { name: "SFT" }).closest("fieldset[disabled]")).not.toBeNull();
  expect(screen.getByRole("textbox", { name: "Learning rate" }).closest("fieldset[disabled]")).toBeNull();
});

test("with all of it locked, nothing in the settings can be changed and Train still can be pressed", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&lock=all");
  const settings = screen.getByRole("region", { name: "Settings" });
  const free = [...settings.querySelectorAll("input, select, button")].filter(
    (e) => e.closest("fieldset[disabled]") === null,
  );
  expect(free).toEqual([]);
  expect(screen.getByRole("button", { name: "Train" }).getAttribute("aria-disabled")).toBe("false");
});

test("an embedded experiment shows its charts and the run's buttons, and starts no worker by itself", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&embed=1&charts=reward");
  expect(page.worker).toBeUndefined();
  expect(screen.getAllByRole("figure")).toHaveLength(1);
  expect(screen.getByRole("figure", { name: "Reward" })).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Settings" })).toBeNull();
  const out = screen.getByRole<HTMLAnchorElement>("link", { name: /Open this experiment/ });
  expect(out.href).toContain("charts=reward");
  expect(out.href).not.toContain("embed");
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  expect(page.worker.commands.map(({ type }) => type)).toEqual(["open"]);
});

test("a receipt is made from a run, and whoever replays it reads whether it came out the same", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&steps=4");
  const badge: LabEvent = {
    ...{ type: "backend", runId: "run-1", policy: "tfjs", backend: "wasm" },
    ...{ device: "SIMD", reason: "No GPU.", parameters: 1 },
  };
  const rows = [1, 2, 3, 4].map((step) => ({ step, values: { reward: 0.1 * step, loss: 1 / step } }));
  const answerHash = async () => {
    act(() => page.worker.answer("hash", { step: 4, hash: "782f3ffa8d2cd603" }));
    await turn();
  };
  await hear(badge, stateOf("ready", 0));
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  await hear(stateOf("training", 4), { type: "metrics", runId: "run-1", rows }, stateOf("finished", 4));
  fireEvent.click(screen.getByText("Prepare a link"));
  fireEvent.click(screen.getByRole("button", { name: "Add a receipt of this run" }));
  expect(page.worker.questions).toEqual([{ type: "hash", runId: "run-1" }]);
  await answerHash();
  const address = screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Address/ }).value;
  expect(address).toContain("&receipt=");
  cleanup();
  page.lab.dispose();

  await open(address.slice(address.indexOf("#")));
  expect(screen.getByRole("region", { name: "Receipt" }).textContent).toContain("The faint lines are the sender's run");
  await hear(badge, stateOf("ready", 0));
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  await hear(stateOf("training", 2), { type: "metrics", runId: "run-1", rows: rows.slice(0, 2) });
  expect(screen.getByRole("region", { name: "Receipt" }).textContent).toBe("So far as the sender's, up to step 2.");
  await hear({ type: "metrics", runId: "run-1", rows: rows.slice(2) }, stateOf("finished", 4));
  expect(page.worker.questions).toEqual([{ type: "hash", runId: "run-1" }]);
  await answerHash();
  expect(screen.getByRole("region", { name: "Receipt" }).textContent).toMatch(/^Identical/);
});

test("a run that was slowed while nobody saw the tab says so when it is seen again, until it is dismissed", async () => {
  await open("#v=1&preset=grpo-parity&seed=1");
  const row = (step: number) => ({ step, values: { reward: 0.5, loss: 1, entropy: 0.5 } });
  const pace: LabEvent = {
    ...{
      type: "pace",
      runId: "run-1",
      step: 5,
      stepsPerSecond: 10,
      tokensPerSecond: 900,
      secondsLeft: 5,
      deviceBytes: 0,
    },
  };
  const see = (hidden: boolean) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
  };
  await hear(
    stateOf("ready", 0),
    stateOf("training", 5),
    { type: "metrics", runId: "run-1", rows: [1, 2, 3, 4, 5].map(row) },
    pace,
  );
  see(true);
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  // Ten steps in twenty seconds and more, where ten a second went before.
  await hear(stateOf("training", 15), { type: "metrics", runId: "run-1", rows: [15].map(row) });
  see(false);
  await turn();
  const alerts = screen.getByRole("region", { name: "Alerts" });
  expect(alerts.textContent).toContain("Hidden tab slowed");
  expect(alerts.textContent).toMatch(/at 0\.\d steps a second instead of 10\.0/);
  fireEvent.click(within(alerts).getByRole("button", { name: "Dismiss: Hidden tab slowed" }));
  expect(alerts.textContent).toBe("");

  // A short look away says nothing.
  see(true);
  await act(() => vi.advanceTimersByTimeAsync(2000));
  see(false);
  await turn();
  expect(alerts.textContent).toBe("");
});

test("an alert says what it means, stands on its chart, and goes when it is dismissed", async () => {
  await open("#v=1&preset=grpo-parity&seed=1");
  const row = (step: number) => ({ step, values: { frac_reward_zero_std: 1, reward: 0, entropy: 0.5 } });
  await hear(stateOf("ready", 0), stateOf("training", 5), {
    type: "metrics",
    runId: "run-1",
    rows: [1, 2, 3, 4, 5].map(row),
  });
  const alerts = screen.getByRole("region", { name: "Alerts" });
  expect(alerts.textContent).toContain("No learning signal");
  expect(alerts.textContent).toContain("mostly wrong ones");
  fireEvent.click(within(alerts).getByRole("button", { name: "Dismiss: No learning signal" }));
  expect(alerts.textContent).toBe("");
});

test.each([
  ["synced", Math.LN2, true],
  ["synced", 0.5, false],
  ["fixed", Math.LN2, false],
])(
  "a %s reference and a loss of %f: that margin 0 and ln 2 are by construction is said only where both are so",
  async (mode, loss, says) => {
    await open(`#v=1&task=parity&algorithm=dpo-online&seed=1&referenceMode=${mode}&syncEvery=1`);
    const said = () => screen.queryByText(/the margin is 0 and the loss ln 2/) !== null;
    expect(said()).toBe(false);
    await hear(stateOf("ready", 0), stateOf("training", 1));
    const rows = Array.from({ length: 6 }, (_, i) => ({ step: i + 1, values: { loss, "rewards/margins": 0 } }));
    await hear({ type: "metrics", runId: "run-1", rows });
    expect(said()).toBe(says);
  },
);

test("the method page writes every algorithm from its declaration, and its address leads back to the experiment", async () => {
  await open("#v=1&preset=grpo-parity&seed=7&page=method");
  await loaded(() => screen.queryByRole("region", { name: "GRPO" }));
  for (const { title, summary } of OBJECTIVES) {
    const section = screen.getByRole("region", { name: title });
    expect(section.textContent, title).toContain(summary);
    expect(section.querySelector("math"), title).not.toBeNull();
  }
  const table = screen.getByRole("region", { name: "Knobs of GRPO" });
  expect(within(table).getAllByRole("row").length).toBe(
    Object.keys(OBJECTIVES.find(({ id }) => id === "grpo")!.params).length + 1,
  );
  const bench = within(screen.getByRole("navigation", { name: "Pages" })).getByRole<HTMLAnchorElement>("link", {
    name: "Workbench",
  });
  expect(bench.hash).toBe(sealed("#v=2&preset=grpo-parity&seed=7"));
});
