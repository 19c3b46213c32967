// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestLab } from "../../../../app/testLab.ts";
import { tryReward } from "../../../../lab/rewards/tryReward.ts";
import { dataSetOf } from "../../../../lab/tasks/dataSet.ts";
import { knowData } from "../../../../lab/tasks/index.ts";
import { useDraft } from "../../../shared/labContext.ts";
import { openPart } from "../../../shared/testPart.tsx";
import OwnFunction from "./OwnFunction.tsx";
import Trial from "./Trial.tsx";

const rows = Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
const task = knowData(dataSetOf(rows), "sums.jsonl").id;
const LINK = `#v=1&task=${task}&algorithm=grpo&lengthWeight=0.5&lengthTarget=2`;
const SOURCE = "const reward = () => 1;";
let page: TestLab;

beforeEach(() => {
  document.body.innerHTML = "";
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
});

function Editor() {
  return <OwnFunction source={useDraft(({ config }) => String(config.rewards.rewardFunction))} />;
}

test("a function that came with a link is shown as text, and runs once it is allowed by its hash", () => {
  page = openPart(`${LINK}&functionWeight=1&rewardFunction=${encodeURIComponent(SOURCE)}`, <Editor />);
  const { lab } = page;
  const foreign = () => lab.functions.foreignIn(lab.draft.getState().config);
  expect(screen.getByText(SOURCE).tagName).toBe("PRE");
  expect(screen.getByText(new RegExp(foreign()!.hash))).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Allow this function" }));
  expect(foreign()).toBeUndefined();
  const field = screen.getByRole("textbox", { name: "reward function, JavaScript" });
  expect((field as HTMLTextAreaElement).value).toBe(SOURCE);

  // What the reader writes is the reader's own.
  fireEvent.change(field, { target: { value: "const reward = () => 2;" } });
  expect(screen.getByText("Not used yet.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Use this function" }));
  expect(lab.draft.getState().config.rewards.rewardFunction).toBe("const reward = () => 2;");
  expect(foreign()).toBeUndefined();
});

test("the parts of a reward are tried on completions of the data before anything trains", async () => {
  page = openPart(LINK, <Trial />);
  const question = page.worker.questions.find(({ type }) => type === "tryReward");
  if (question?.type !== "tryReward") throw new Error("nothing was tried");
  const judgements = await tryReward(question.config, question.tried);
  await act(async () => page.worker.answer("tryReward", { judgements }));
  const table = screen.getByRole("table");
  const heads = within(table).getAllByRole("columnheader");
  expect(heads.map(({ textContent }) => textContent)).toEqual([
    ...["completion", "reward", "1 × right answer", "0.5 × the length in characters"],
  ]);
  // An answer of one character is right and half as long as asked: 1 + 0.5 · 0.5.
  const row = within(table)
    .getAllByRole("row")
    .find(({ textContent }) => textContent.startsWith("8+1=9"))!;
  expect(
    within(row)
      .getAllByRole("cell")
      .map(({ textContent }) => textContent),
  ).toEqual(["1.25", "1", "0.5"]);
  expect(within(table).getAllByRole("row")).toHaveLength(11);
});

test("a function that nobody allowed is not tried either", async () => {
  page = openPart(`${LINK}&functionWeight=1&rewardFunction=${encodeURIComponent(SOURCE)}`, <Trial />);
  expect(screen.queryByRole("table")).toBeNull();
  expect(page.worker?.questions ?? []).toEqual([]);
  expect(screen.getByText("The function must be allowed before it runs.")).toBeTruthy();
});

test("why a completion cannot be rewarded stands in the place of the table", async () => {
  page = openPart(`${LINK}&checkpointWeight=1&rewardCheckpoint=0123456789abcdef`, <Trial />);
  await act(async () => page.worker.refuse("tryReward", "The reward checkpoint is not here."));
  expect(screen.getByText("The reward checkpoint is not here.")).toBeTruthy();
});
