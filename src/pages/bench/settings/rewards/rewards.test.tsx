// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestLab } from "../../../../app/testLab.ts";
import { SHARED_SECTIONS } from "../../../../lab/experiment/sections.ts";
import { tryReward } from "../../../../lab/rewards/tryReward.ts";
import { dataSetOf } from "../../../../lab/tasks/dataSet.ts";
import { knowData, taskById } from "../../../../lab/tasks/index.ts";
import { useDraft } from "../../../shared/labContext.ts";
import { openPart } from "../../../shared/testPart.tsx";
import { OwnModel } from "../../data/OwnModel.tsx";
import OwnFunction from "./OwnFunction.tsx";
import { RewardSettings } from "./RewardSettings.tsx";
import RewardSources from "./RewardSources.tsx";
import Trial from "./Trial.tsx";
import { writersOf } from "./trial.ts";

const shape = {
  ...{ vocabSize: 64, width: 32, layers: 1, heads: 2, kvHeads: 2, headWidth: 16, hidden: 96, context: 256 },
  ...{ ropeTheta: 10_000, normEpsilon: 1e-5, tied: true },
};
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
  const { task, rewards } = useDraft(({ config }) => config);
  return <OwnFunction task={taskById(task)} source={String(rewards.rewardFunction)} />;
}

/** The section of rewards, with what its models come from. */
function Rewards() {
  const config = useDraft((draft) => draft.config);
  const [values, task] = [config.rewards, taskById(config.task)];
  const { schema } = SHARED_SECTIONS.rewards;
  return (
    <>
      <RewardSettings {...{ task, schema, values }} defaults={values} onAttend={() => {}} />
      <RewardSources {...{ task, values }} />
    </>
  );
}

function Sources() {
  const config = useDraft((draft) => draft.config);
  return (
    <>
      <RewardSources task={taskById(config.task)} values={config.rewards} />
      <OwnModel task={taskById(config.task)} />
    </>
  );
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
    ...["completion", "reward", "1 × right answer", "0.5 × the length"],
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

test("on a task of the lab the parts are tried on what the task writes, and the editor says what a function is given there", async () => {
  page = openPart(
    "#v=1&task=countdown&algorithm=grpo&lengthWeight=0.5&lengthTarget=2",
    <>
      <Trial />
      <Editor />
    </>,
  );
  const question = page.worker.questions.find(({ type }) => type === "tryReward");
  if (question?.type !== "tryReward") throw new Error("nothing was tried");
  expect(question.tried).toHaveLength(10);
  const judgements = await tryReward(question.config, question.tried);
  // In turn the policy's manner, the expert's and a flawed one.
  expect(judgements.slice(0, 3).map(({ correct }) => correct)).toEqual([1, 1, 0]);
  await act(async () => page.worker.answer("tryReward", { judgements }));
  expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(11);
  expect(
    screen.getByText(/^0 by the policy, the others by the task in three manners: .* a flawed one\.$/),
  ).toBeTruthy();
  // After a run with as many samples only the first manners are left.
  const beside = (policy: number) =>
    question.tried.map((one, at) => ({ ...one, from: at < policy ? "policy" : "task" }) as const);
  expect(writersOf(beside(8))).toBe(
    "8 by the policy, the others by the task in two manners: the policy's and the expert's.",
  );
  expect(writersOf(beside(9))).toBe("9 by the policy, the other by the task in the policy's manner.");
  expect(writersOf(beside(10))).toBe("10 by the policy.");
  expect(screen.getByText(/answer is one right answer, the lab's own, beside which others may be right/)).toBeTruthy();
});

test("the pairs of a reward model must be chosen on a task that has none, and a model of taste leaves parts out", () => {
  page = openPart("#v=1&task=stories&algorithm=grpo&preferenceWeight=1", <Rewards />);
  expect(screen.getByText(/This task has no pairs of its own/)).toBeTruthy();
  expect(screen.getByRole("option", { name: "choose a set of pairs" })).toBeTruthy();
  act(() => page.lab.change({ rewardSource: "model" }));
  expect(screen.queryByLabelText("Right answer")).toBeNull();
  expect(screen.getByText(/A reward model of taste is on a scale of its own/)).toBeTruthy();
});

test("a pattern that is set compares with no answer of the lab", () => {
  page = openPart("#v=1&task=countdown&algorithm=grpo&patternWeight=1", <Rewards />);
  expect(screen.getByText(/^Parts that compare take the one right answer/)).toBeTruthy();
  // One line, which Enter ends.
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Pattern" });
  fireEvent.change(field, { target: { value: ".*[*].*" } });
  act(() => field.focus());
  fireEvent.keyDown(field, { key: "Enter" });
  expect(page.lab.draft.getState().config.rewards.patternText).toBe(".*[*].*");
  expect(screen.queryByText(/^Parts that compare/)).toBeNull();
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

test("a kept judge is scored with, let go and forgotten where the reward names it, and seen under Your own model where none does", async () => {
  page = openPart(LINK, <Sources />);
  const { lab } = page;
  const facts = { hash: "00112233445566ff", name: "judge", shape, tokenizer: "BPE", notes: [] };
  await act(() => lab.models.keep({ facts: { ...facts, scores: true }, files: [] }));
  fireEvent.click(await screen.findByRole("button", { name: "Score with judge" }));
  const rewards = () => lab.draft.getState().config.rewards;
  expect(rewards()).toMatchObject({ rewardCheckpoint: facts.hash, checkpointWeight: 1 });
  expect(screen.getByText(/^Scored by judge: /)).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "Forget judge" })).toHaveLength(1);
  fireEvent.click(screen.getByRole("button", { name: "Score without judge" }));
  expect(rewards()).toMatchObject({ rewardCheckpoint: "" });
  expect(screen.getByText(/must be chosen/)).toBeTruthy();
  act(() => lab.change({ checkpointWeight: 0, algorithm: "sft" }));
  expect(await screen.findByText("judge scores answers")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Forget judge" }));
  expect(lab.models.store.getState().models).toEqual([]);
});
