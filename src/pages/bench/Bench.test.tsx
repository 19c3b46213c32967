// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openLab, stateOf, type TestLab } from "../../app/testLab.ts";
import { OBJECTIVES } from "../../lab/objectives/index.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { App } from "../App.tsx";

let page: TestLab;

// The page loads the workbench when it is asked for: here it is there at once.
beforeAll(() => import("./Bench.tsx"));

async function open(hash: string): Promise<void> {
  page = openLab(hash);
  render(<App lab={page.lab} />);
  await act(() => vi.advanceTimersByTimeAsync(1000));
}

function hear(...events: LabEvent[]): void {
  act(() => page.worker.emit(...events));
  // What was drawn sets its own timers; what they draw in turn is there after the second advance.
  for (let turn = 0; turn < 2; turn++) act(() => vi.advanceTimersByTime(3000));
}

beforeEach(() => {
  vi.useFakeTimers();
  // No server here, so no recording: the page is whole without it.
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const expert: TokenRow = {
  feed: "demos",
  prompt: "3,5,8:16=",
  tokens: ["3", "+", "5", "<eos>"],
  logp: [-0.1, -1.2, -0.7, -0.01],
  entropy: [0.2, 1.1, 0.6, 0.02],
  weight: [0.001, 0.004, 0.002, 0],
  views: { p: [0.9, 0.3, 0.5, 0.99], phi: [0.09, 0.21, 0.25, 0.01] },
};
const own: TokenRow = { ...expert, feed: "rollouts", weight: [-0.001, -0.002, -0.001, -0.001], reward: 0 };

const figures = ["Reward", "Accuracy", "Loss", "Entropy", "µ schedule", "Token weights", "Samples"];

test("everything that scripts and screen readers rely on is there under its name before any run", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1");
  for (const name of figures) expect(screen.getByRole("figure", { name })).toBeTruthy();
  for (const name of ["Train", "Pause", "Step", "Stop", "Share"])
    expect(screen.getByRole("button", { name })).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("Step 0 of 120");
  const algorithms = within(screen.getByRole("radiogroup", { name: "Algorithm" })).getAllByRole("radio");
  expect(algorithms).toHaveLength(OBJECTIVES.length);
  for (const { title } of OBJECTIVES) expect(screen.getByRole("radio", { name: title })).toBeTruthy();
  expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Preset" }).value).toBe("chord-mu-countdown");
  expect(screen.getByText(/Expert answers lead at first/)).toBeTruthy();
  expect(screen.getByRole("main")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("the figures keep their names for every family of algorithms, µ or not", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1");
  const families = new Map(OBJECTIVES.map((objective) => [objective.family, objective]));
  for (const { title } of families.values()) {
    fireEvent.click(screen.getByRole("radio", { name: title }));
    for (const name of figures) expect(screen.getByRole("figure", { name }), `${title}: ${name}`).toBeTruthy();
  }
  fireEvent.click(screen.getByRole("radio", { name: "GRPO" }));
  expect(within(screen.getByRole("figure", { name: "µ schedule" })).getByText(/has no µ/)).toBeTruthy();
});

const charts = () =>
  screen.getAllByRole("figure").flatMap((figure) => figure.querySelector(":scope > header > h3")?.textContent ?? []);

const leading = () =>
  [...document.querySelectorAll('figure[data-leads="true"] h3')].map(({ textContent }) => textContent);

test("two charts lead and four follow: µ takes the place of the algorithm's own where there is one, unless a link asks for both", async () => {
  await open("#v=1&preset=chord-mu-countdown");
  expect(charts()).toEqual(["Accuracy", "Entropy", "Reward", "Loss", "µ schedule", "Weights over the run"]);
  expect(leading()).toEqual(["Accuracy", "Entropy"]);
  fireEvent.click(screen.getByRole("radio", { name: "GRPO" }));
  const own = ["Clipped tokens", "Weights over the run", "µ schedule"];
  expect(charts()).toEqual(["Accuracy", "Entropy", "Reward", "Loss", ...own]);
  fireEvent.click(screen.getByRole("radio", { name: "SFT" }));
  expect(leading()).toEqual(["Accuracy", "Loss"]);
  cleanup();
  page.lab.dispose();
  await open("#v=1&preset=chord-mu-countdown&charts=own.mu.tokens");
  expect(charts()).toEqual(["Expert and own terms", "µ schedule", "Weights over the run"]);
  // The first two that the link asks for.
  expect(leading()).toEqual(["Expert and own terms", "µ schedule"]);
});

test("a run is read from its events: status, values, tokens, samples, badge and reason", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  hear(
    {
      type: "backend",
      runId: "run-1",
      policy: "tfjs",
      backend: "wasm",
      device: "SIMD",
      reason: "No GPU answered, so the processor trains.",
      parameters: 110_912,
    },
    stateOf("ready", 0),
    { type: "metrics", runId: "run-1", rows: [{ step: 0, values: { "eval/accuracy": 0.25 } }] },
  );
  expect(screen.getByText("No GPU answered, so the processor trains.")).toBeTruthy();
  expect(screen.getByText(/WebAssembly · tfjs · 111k parameters/)).toBeTruthy();

  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  expect(page.worker.commands.at(-1)).toEqual({ type: "train", runId: "run-1" });
  hear(
    stateOf("training", 2),
    { type: "metrics", runId: "run-1", rows: [{ step: 2, values: { loss: 1.25, mu: 0.4, reward: 0.5 } }] },
    { type: "tokens", runId: "run-1", step: 2, rows: [expert, own] },
    {
      type: "samples",
      runId: "run-1",
      step: 2,
      samples: [{ prompt: "1,2,3:6=", completion: "1+2+3", reward: 1, ended: true, split: "train" }],
    },
    {
      type: "pace",
      runId: "run-1",
      step: 2,
      stepsPerSecond: 2,
      tokensPerSecond: 4100,
      secondsLeft: 65,
      deviceBytes: 0,
    },
  );
  expect(screen.getByRole("status").textContent).toBe("Step 2 of 10");
  expect(screen.getByText("1:05 left · 2.0 steps/s · 4.1k tokens/s")).toBeTruthy();
  expect(within(screen.getByRole("figure", { name: "Loss" })).getAllByText(/1\.25/).length).toBeGreaterThan(0);
  expect(within(screen.getByRole("figure", { name: "Accuracy" })).getAllByText(/0\.25/).length).toBeGreaterThan(0);
  const samples = screen.getByRole("figure", { name: "Samples" });
  expect(samples.textContent).toContain("1,2,3:6=1+2+3");
  expect(within(samples).getByText(/right/)).toBeTruthy();
});

test("arrow keys walk through the tokens, and the focused one gives its account", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1");
  hear({ type: "tokens", runId: "run-1", step: 1, rows: [expert, own] });
  const figure = screen.getByRole("figure", { name: "Token weights" });
  const account = within(figure).getByRole("region", { name: "The focused token" });
  // The strongest token of the first row comes first.
  expect(account.textContent).toContain("Token 2 of 4: “+”");
  expect(account.textContent).toContain("+0.004");
  const start = within(figure).getByRole("gridcell", { selected: true });
  expect(start.tabIndex).toBe(0);
  fireEvent.keyDown(start, { key: "End" });
  expect(account.textContent).toContain("end of answer");
  fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
  fireEvent.keyDown(document.activeElement!, { key: "Home" });
  expect(account.textContent).toContain("Token 1 of 4: “3”");
  expect(account.textContent).toContain("−0.001");
  expect(account.textContent).toContain("made less likely");
  expect(
    within(figure)
      .getAllByRole("gridcell")
      .filter(({ tabIndex, textContent }) => tabIndex === 0 && textContent),
  ).toHaveLength(1);
});

test("a bad link opens with a notice for each problem, and each can be dismissed", async () => {
  await open("#v=1&preset=grpo-parity&lr=fast&wings=2");
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toContain('got "fast"');
  expect(alert.textContent).toContain('Unknown setting "wings"');
  expect(screen.getByRole("status").textContent).toBe("Step 0 of 60");
  for (const button of within(alert).getAllByRole("button")) fireEvent.click(button);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("settings that differ from the shown run say what Train will do, and how to get back", async () => {
  await open("#v=1&preset=grpo-parity&seed=1");
  hear(stateOf("ready", 0), stateOf("training", 3), stateOf("paused", 3));
  fireEvent.click(screen.getByRole("radio", { name: "SFT" }));
  expect(screen.getByText(/Train starts a new run/)).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("Step 3 of 60");
  fireEvent.click(screen.getByRole("button", { name: /Back to this run/ }));
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "GRPO" }).checked).toBe(true);
  expect(screen.queryByText(/Train starts a new run/)).toBeNull();
});

test("every visible setting of the default experiment has a name and a description", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1");
  const settings = screen.getByRole("region", { name: "Settings" });
  const fields = within(settings).getAllByRole("textbox");
  expect(fields.length).toBeGreaterThan(10);
  for (const field of fields) {
    expect(field.id && settings.querySelector(`label[for="${field.id}"]`)?.textContent).toBeTruthy();
    const help = document.getElementById(field.getAttribute("aria-describedby")!);
    expect(help?.textContent).toMatch(/Default/);
  }
});

test("during a run of other settings both the settings and the middle say what is shown, and nothing is mixed", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  hear(
    stateOf("ready", 0),
    stateOf("training", 0),
    { type: "metrics", runId: "run-1", rows: [{ step: 3, values: { loss: 1 } }] },
    stateOf("training", 3),
  );
  expect(screen.queryByText(/Settings of the next run/)).toBeNull();
  act(() => page.lab.change({ task: "parity" }));
  hear();
  const shown = "CHORD-µ on Countdown";
  expect(screen.getByText(/^Settings of the next run/).textContent).toContain(`show ${shown}`);
  expect(screen.getByText(/^Shown is/).textContent).toMatch(/^Shown is CHORD-µ on Countdown; .* on Parity/);
  expect(within(screen.getByRole("region", { name: "Settings" })).getByText(/^Settings of the next run/)).toBeTruthy();
  expect(screen.getByText("More charts of CHORD-µ")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Back to this run's settings" }));
  expect(screen.queryByText(/Settings of the next run/)).toBeNull();
});

test("a run says its headline with the step, the problems and what chance would do to it, once it is measured", async () => {
  await open("#v=1&preset=chord-mu-countdown&seed=1&steps=60&evalProblems=128");
  fireEvent.click(screen.getByRole("button", { name: "Train" }));
  const measured = { "eval/accuracy": 1, "eval/accuracy_sampled": 0.7 };
  hear(
    stateOf("ready", 0),
    stateOf("training", 0),
    {
      type: "metrics",
      runId: "run-1",
      rows: [
        { step: 50, values: { loss: 1, ...measured } },
        { step: 53, values: { loss: 0.9 } },
      ],
    },
    stateOf("training", 53),
  );
  expect(screen.getByText(/^Sampled accuracy/, { selector: "p" }).textContent).toBe(
    "Sampled accuracy 0.70 [0.62, 0.77] at step 50, 128 problems",
  );
});
