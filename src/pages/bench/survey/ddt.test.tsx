// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { stateOf, type TestLab } from "../../../app/testLab.ts";
import type { SurveyedSet } from "../../../lab/train/ddtSurvey.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { openPart } from "../../shared/testPart.tsx";
import { DdtPanel } from "./DdtPanel.tsx";

let page: TestLab;

function open(hash: string): void {
  page = openPart(hash, <DdtPanel />);
}

const hear = (...events: LabEvent[]) => act(() => page.worker.emit(...events));
const ready = stateOf("ready", 0);

afterEach(() => {
  cleanup();
  page.lab.dispose();
});

const set = (source: SurveyedSet["source"], below1: number): SurveyedSet => ({
  source,
  rows: 2,
  tokens: 4,
  mean: -0.5,
  std: 1,
  min: -4,
  max: 1,
  positiveRatio: 0.5,
  below1,
  below3: 0.25,
  below5: 0,
  rowSums: [-3, 1],
  histogram: { min: -8, max: 4, counts: [1, 0, 3] },
  sequences: [
    {
      prompt: "31=",
      tokens: ["1", "3"],
      cll: [0.5, -3.5],
      sum: [0.5, -3],
      band: [1, 1.5],
      ...(source === "hinted" && {
        trace: [
          { token: "1", lambda: 0, chosenBy: "hint" as const },
          { token: "3", lambda: 0.4, chosenBy: "mixture" as const },
        ],
      }),
    },
  ],
  ...(source === "hinted" && { yields: { asked: 4, own: 1, hinted: 1, wrong: 1, cutOff: 1, repeating: 0 } }),
});

test("a survey waits for the policy, is asked for once, and says what it is doing", () => {
  open("#v=1&algorithm=hinted&task=sort");
  const button = screen.getByRole("button", { name: "Survey now" });
  fireEvent.click(button);
  expect(page.worker.questions).toEqual([]);
  hear(ready);
  expect(screen.getByText(/Nothing surveyed yet/)).toBeTruthy();
  fireEvent.click(screen.getByRole("checkbox", { name: "native" }));
  fireEvent.click(button);
  fireEvent.click(button);
  expect(page.worker.questions.filter(({ type }) => type === "survey")).toEqual([
    { type: "survey", runId: "run-1", sources: ["own", "expert", "hinted"], count: 64 },
  ]);
  expect(screen.getByText(/the starting policy is writing/)).toBeTruthy();
});

test("what came back is drawn, tabled and traced; who chose each token is said", async () => {
  open("#v=1&algorithm=hinted&task=sort");
  hear(ready);
  fireEvent.click(screen.getByRole("button", { name: "Survey now" }));
  const survey = { problems: 4, sets: [set("own", 0), set("hinted", 0.25)] };
  await act(async () => page.worker.answer("survey", { step: 3, survey }));
  expect(screen.getByText("Surveyed by the weights after step 3.")).toBeTruthy();
  const table = screen.getByRole("region", { name: "CLL of every data set, numbers" });
  expect(within(table).getAllByRole("row").at(-1)!.textContent).toBe("hinted2−0.51−450%25%25%0%");
  expect(screen.getByRole("img", { name: /Histogram of CLL, hinted.*25% below −1/ })).toBeTruthy();
  expect(screen.getByRole("img", { name: /Cumulative CLL of own samples: ends at −3, outside ±1\.5/ })).toBeTruthy();
  expect(
    screen.getByText(/of 4 problems 1 were right at once, 1 with the hint; dropped: 1 wrong, 1 cut off, 0 repeating/),
  ).toBeTruthy();
  const trace = screen.getByRole("grid", { name: "Tokens of hinted" });
  const cells = within(trace).getAllByRole("gridcell");
  expect(cells[0]!.getAttribute("aria-label")).toContain("chosen by the hinted stream alone");
  cells[0]!.focus();
  fireEvent.keyDown(cells[0]!, { key: "ArrowRight" });
  expect(document.activeElement).toBe(cells[1]);
  expect(screen.getByText(/“3”: CLL −3\.5, λ 0\.4, chosen by a mixture/)).toBeTruthy();
});

test("a failed run says why it cannot be surveyed", () => {
  open("#v=1&algorithm=sft&task=sort");
  hear({ type: "state", runId: "run-1", state: { phase: "failed", step: 2, message: "the GPU was lost" } });
  expect(screen.getByText(/can no longer be asked/)).toBeTruthy();
});

test("a survey that cannot be made says why, and can be asked for again", async () => {
  open("#v=1&algorithm=sft&task=sort");
  hear(ready);
  fireEvent.click(screen.getByRole("button", { name: "Survey now" }));
  await act(async () => page.worker.refuse("survey", "No answer was right."));
  expect(screen.getByText("No answer was right.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Survey now" }));
  expect(page.worker.questions).toHaveLength(2);
});

test("only a run with a reward model has one to measure", async () => {
  open("#v=1&algorithm=grpo&task=sentence&rewardSource=model");
  hear(ready);
  fireEvent.click(screen.getByRole("button", { name: "Measure it" }));
  expect(page.worker.questions.at(-1)).toEqual({ type: "rewardModel", runId: "run-1" });
  const bins = Array.from({ length: 10 }, (_, n) => ({
    from: n / 10,
    to: (n + 1) / 10,
    count: n === 9 ? 0 : 5,
    predicted: n / 10 + 0.05,
    observed: n / 10,
  }));
  const report = { pairs: 2000, accuracy: 0.78, ceiling: 0.8, logLoss: 0.5, ece: 0.05, bins };
  await act(async () => page.worker.answer("rewardModel", report));
  expect(screen.getByText(/foretells 78% of 2000 held-out preferences/)).toBeTruthy();
  expect(screen.getByRole("img", { name: /error 0\.05/ })).toBeTruthy();
  cleanup();
  open("#v=1&algorithm=grpo&task=sentence");
  hear(ready);
  expect(screen.queryByRole("button", { name: "Measure it" })).toBeNull();
});
