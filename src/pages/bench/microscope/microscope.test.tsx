// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stateOf, type TestLab } from "../../../app/testLab.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { hear, openPart } from "../../shared/testPart.tsx";
import { TokenPanel } from "../TokenPanel.tsx";

let page: TestLab;

function open(hash: string): void {
  page = openPart(hash, <TokenPanel />);
  fireEvent.pointerDown(document.body);
}

beforeEach(() => {
  document.body.innerHTML = "";
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
});

const row: TokenRow = {
  feed: "demos",
  prompt: "3,5,8:16=",
  tokens: ["3", "+", "5"],
  logp: [Math.log(0.5), Math.log(0.25), Math.log(0.9)],
  entropy: [0.7, 1.1, 0.3],
  weight: [0.1 / 60, 0.1 / 60, 0.1 / 60],
  views: { p: [0.5, 0.25, 0.9], phi: [0.25, 0.1875, 0.09], cll: [0, -0.3, 0.2], weight: [1, 1, 1] },
  batch: { rows: 8, tokens: 60, length: 30 },
};
const tokens: LabEvent = { type: "tokens", runId: "run-1", step: 2, rows: [row] };
const askedTypes = () => page.worker.questions.map(({ type }) => type);

test("tokens are coloured by whatever the step knows of them, and the legend says in words what that is", async () => {
  open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  await hear(page, stateOf("ready", 0), stateOf("training", 2), tokens);
  const figure = screen.getByRole("figure", { name: "Token weights" });
  const select = within(figure).getByRole<HTMLSelectElement>("combobox", { name: "Colour by" });
  expect(select.value).toBe("credit");
  expect(figure.textContent).toContain("made less likely");
  fireEvent.change(select, { target: { value: "phi" } });
  expect(figure.textContent).toContain("undecided, at most 0.25");
  const first = within(figure).getAllByRole("gridcell")[0]!;
  expect(first.getAttribute("data-push")).toBe("level");
  expect(first.getAttribute("aria-label")).toContain("φ = p(1−p) 0.25");
});

test("the credit is written out with µ and N of the step", async () => {
  open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  await hear(
    page,
    stateOf("ready", 0),
    stateOf("training", 2),
    { type: "metrics", runId: "run-1", rows: [{ step: 2, values: { mu: 0.1 } }] },
    tokens,
  );
  const account = screen.getByRole("region", { name: "The focused token" });
  expect(account.textContent).toContain("µ · 1 / N");
  expect(account.textContent).toContain("= 0.1 × 1 / 60");
});

test("candidates are asked for at rest, once for a row, and drawn as bars", async () => {
  open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  await hear(page, stateOf("ready", 0), stateOf("training", 2), tokens);
  expect(askedTypes()).not.toContain("inspect");
  expect(screen.getByText("pause to see the other candidates")).toBeTruthy();
  await hear(page, stateOf("paused", 2));
  expect(page.worker.questions.filter(({ type }) => type === "inspect")).toEqual([
    { type: "inspect", runId: "run-1", row: { feed: "demos", prompt: row.prompt, tokens: row.tokens } },
  ]);
  const candidates = row.tokens.map((token) => [
    { token, p: 0.75 },
    { token: "7", p: 0.25 },
  ]);
  await act(async () => page.worker.answer("inspect", { step: 2, candidates }));
  const bars = within(screen.getByRole("list", { name: "Candidates at this place" })).getAllByRole("listitem");
  expect(bars.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/written here0\.75$/),
    expect.stringMatching(/“7”0\.25$/),
  ]);
});

test("the same answer under another algorithm stands below, on one scale, with its numbers on demand", async () => {
  open("#v=1&preset=chord-mu-countdown&seed=1&steps=10");
  await hear(page, stateOf("ready", 0), stateOf("training", 2), tokens);
  const section = screen.getByRole("region", { name: "Compare algorithms" });
  fireEvent.change(within(section).getByRole("combobox", { name: "Compare with" }), { target: { value: "dft" } });
  expect(section.textContent).toContain("full colour: 1");
  fireEvent.click(within(section).getByRole("button", { name: "numbers" }));
  const rows = within(section).getAllByRole("row");
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    "tokenCHORD-µDFT",
    "1 “3”+1+0.5",
    "2 “+”+1+0.25",
    "3 “5”+1+0.9",
  ]);
});

test("one demonstration is followed through the run and scrubbed to any of its steps", async () => {
  open("#v=1&preset=chord-phi-countdown&seed=1&steps=10");
  await hear(page, stateOf("ready", 0));
  const strip = screen.getByRole("figure", { name: "One demonstration through the run" });
  expect(strip.textContent).toContain("every step a column");
  expect(page.worker.commands).toContainEqual({ type: "watch", runId: "run-1", count: 4 });
  const at = (step: number, p: number): LabEvent => ({
    type: "watched",
    runId: "run-1",
    step,
    scores: [{ logp: Float32Array.of(Math.log(p), Math.log(0.5)), entropy: Float32Array.of(0.5, 0.5) }],
    ...(step === 0 && { rows: [{ prompt: "31=", tokens: ["1", "3"] }] }),
  });
  await hear(page, stateOf("training", 4), at(0, 0.1), at(2, 0.2), at(4, 0.4));
  expect(strip.textContent).toContain("after step 4: “1” weight w +0.24");
  const slider = within(strip).getByRole("slider", { name: "Step of the strip" });
  fireEvent.change(slider, { target: { value: "0" } });
  expect(strip.textContent).toContain("after step 0: “1” weight w +0.09");
  await hear(page, at(6, 0.5));
  expect(strip.textContent).toContain("after step 0");
  fireEvent.change(slider, { target: { value: "3" } });
  expect(strip.textContent).toContain("after step 6: “1” weight w +0.25");
  fireEvent.click(within(strip).getByRole("button", { name: "numbers" }));
  expect(within(strip).getByRole("table").textContent).toContain("step 6");
});
