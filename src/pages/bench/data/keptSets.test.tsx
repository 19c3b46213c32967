// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { stateOf } from "../../../app/testLab.ts";
import { storedLines } from "../../../lab/data/storedLines.ts";
import { dataSetOf } from "../../../lab/tasks/dataSet.ts";
import { openPart } from "../../shared/testPart.tsx";
import { KeptSets } from "./KeptSets.tsx";
import { onData } from "./onData.ts";

afterEach(cleanup);

async function open() {
  const page = openPart("", <KeptSets onUse={() => undefined} />);
  const { hash, facts, rows } = dataSetOf([...Array(12).keys()].map((n) => ({ prompt: `${n}+`, completion: "12" })));
  const read = { hash, facts, sample: rows, lines: storedLines(rows) };
  let task = "";
  await act(async () => {
    task = await page.lab.data.keep("mine.jsonl", read);
  });
  return { ...page, lab: page.lab, task };
}

const listed = () => screen.queryByRole("button", { name: "Train on mine.jsonl" }) !== null;
const press = (name: string) => act(() => void fireEvent.click(screen.getByRole("button", { name })));

test("a set that is forgotten can be brought back, where the focus is", async () => {
  const { lab } = await open();
  press("Forget mine.jsonl");
  expect([listed(), document.activeElement?.textContent]).toEqual([false, "Undo"]);
  expect(document.body.textContent).toContain("“mine.jsonl” is forgotten.");
  press("Undo");
  expect(listed()).toBe(true);
  lab.dispose();
});

test("a set on which a run is under way is not forgotten", async () => {
  const { lab, task } = await open();
  const before = lab.draft.getState().config.task;
  act(() => lab.change(onData(task, 1, lab.draft.getState().config)));
  await act(async () => lab.train());
  const { id } = lab.run.getState().run!;
  act(() => lab.draft.setState(({ config }) => ({ config: { ...config, task: before } })));
  act(() => lab.run.receive(stateOf("ready", 0, id)));
  press("Forget mine.jsonl");
  expect(listed()).toBe(false);
  press("Undo");
  act(() => lab.run.receive(stateOf("training", 1, id)));
  press("Forget mine.jsonl");
  expect([listed(), lab.data.store.getState().undo]).toEqual([true, undefined]);
  expect(lab.notices.getState().map(({ text }) => text)).toContain(
    "A run on “mine.jsonl” is under way: stop it before its rows are forgotten.",
  );
  lab.dispose();
});
