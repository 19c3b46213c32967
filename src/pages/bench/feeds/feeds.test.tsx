// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stateOf, type TestLab } from "../../../app/testLab.ts";
import type { EmptyFeed, FeedItem, FeedPage, FeedQuery } from "../../../lab/feeds/feedPage.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { Preparation } from "../../shared/Preparation.tsx";
import { openPart } from "../../shared/testPart.tsx";
import FeedPanel from "./FeedPanel.tsx";

const TOTAL = 21;
const CHORD = "#v=1&preset=chord-phi-countdown&seed=1&steps=10&groupSize=4";
let page: TestLab;

beforeEach(() => {
  document.body.innerHTML = "";
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
});

const settle = (ms = 400) => act(() => new Promise<void>((resolve) => setTimeout(resolve, ms)));

async function open(hash: string): Promise<void> {
  page = openPart(
    hash,
    <>
      <FeedPanel />
      <Preparation />
    </>,
  );
  await hear(stateOf("ready", 0));
}

async function hear(...events: LabEvent[]): Promise<void> {
  await act(async () => page.worker.emit(...events));
}

const asked = (): FeedQuery[] =>
  page.worker.questions.flatMap((question) => (question.type === "browse" ? [question.query] : []));
const item = (index: number): FeedItem => ({
  index,
  prompt: `prompt ${index}=`,
  answers: [{ writer: "expert", completion: `answer ${index}`, ended: true, reward: 1, judge: "verifier", correct: 1 }],
});

/** Answers the newest question as the worker would, out of {@link TOTAL} items. */
async function answer(change: Partial<FeedPage> | EmptyFeed = {}): Promise<void> {
  const query = asked().at(-1)!;
  const { feed, from, count } = query;
  const places = Array.from({ length: TOTAL }, (_, index) => index).slice(from, from + count);
  const shown = { feed, from, total: TOTAL, found: TOTAL, groupSize: 1, items: places.map(item), ...change };
  await act(async () => page.worker.answer("browse", "empty" in change ? change : (shown as FeedPage)));
}

const items = () => screen.getAllByRole("button").filter((one) => one.closest("li"));
const status = () => screen.getAllByRole("status")[0]!.textContent;
const key = (name: string) => fireEvent.keyDown(document.activeElement!, { key: name });

test("pages are turned and items walked through with the arrow keys, and the focus stays in the list", async () => {
  await open(CHORD);
  expect(asked()).toEqual([{ feed: "demos", from: 0, count: 8 }]);
  await answer();
  expect(status()).toBe("1–8 of 21 demonstrations");
  act(() => items()[0]!.focus());
  key("ArrowDown");
  expect(document.activeElement).toBe(items()[1]);
  key("ArrowRight");
  expect(asked().at(-1)).toMatchObject({ from: 8 });
  await answer();
  expect(document.activeElement).toBe(items()[1]);
  expect(document.activeElement!.textContent).toContain("prompt 9=");
  key("PageDown");
  await answer();
  expect(status()).toBe("17–21 of 21 demonstrations");
  key("ArrowRight");
  expect(asked().at(-1)).toMatchObject({ from: 16 });
  key("End");
  expect(document.activeElement!.textContent).toContain("prompt 20=");
  key("ArrowDown");
  expect(document.activeElement!.textContent).toContain("prompt 20=");
  key("Home");
  key("ArrowUp");
  expect(asked().at(-1)).toMatchObject({ from: 8 });
  await answer();
  expect(document.activeElement!.textContent).toContain("prompt 15=");
});

test("who stands behind the end of a shorter page stands at its end", async () => {
  await open(CHORD);
  await answer();
  act(() => items()[7]!.focus());
  key("ArrowRight");
  await answer();
  key("ArrowRight");
  await answer();
  expect(document.activeElement).toBe(items()[4]);
});

test("a number leads to its page and place, a search asks once the typing rests", async () => {
  await open(CHORD);
  await answer();
  const number = screen.getByRole("spinbutton", { name: "Go to" });
  fireEvent.change(number, { target: { value: "14" } });
  fireEvent.submit(number.closest("form")!);
  expect(asked().at(-1)).toMatchObject({ from: 8 });
  await answer();
  expect(document.activeElement).toBe(items()[5]);
  expect(document.activeElement!.textContent).toContain("prompt 13=");
  const search = screen.getByRole("searchbox", { name: "Search" });
  for (const typed of ["7", "7,", "7,3"]) fireEvent.change(search, { target: { value: typed } });
  await settle(500);
  expect(asked().filter((query) => query.search)).toEqual([{ feed: "demos", from: 0, count: 8, search: "7,3" }]);
  await answer({ found: 1, items: [item(17)] });
  expect(status()).toBe("1–1 of 1 found among 21");
  expect(items()[0]!.textContent).toContain("18prompt 17=");
});

test("an opened item is read by the present weights, with its credit written out and its candidates as bars", async () => {
  await open(CHORD);
  await answer();
  fireEvent.click(items()[2]!);
  expect(page.worker.questions.at(-1)).toEqual({ type: "openItem", runId: "run-1", feed: "demos", index: 2 });
  const row: TokenRow = {
    feed: "demos",
    prompt: "prompt 2=",
    tokens: ["3", "+"],
    logp: [Math.log(0.5), Math.log(0.25)],
    entropy: [0.7, 1.1],
    weight: [(0.1 * 0.25) / 60, (0.1 * 0.1875) / 60],
    views: { p: [0.5, 0.25], phi: [0.25, 0.1875], weight: [0.25, 0.1875] },
    batch: { rows: 8, tokens: 60, length: 30 },
  };
  const candidates = [
    row.tokens.map((token) => [
      { token, p: 0.75 },
      { token: "7", p: 0.25 },
    ]),
  ];
  const opened = { feed: "demos", index: 2, step: 0, rows: [row], candidates, metrics: { mu: 0.1 } } as const;
  await act(async () => page.worker.answer("openItem", opened));
  await settle(0);
  expect(screen.getByText(/Read by the weights after step 0; .* CHORD-φ would give it in step 1/)).toBeTruthy();
  expect(items()[2]!.getAttribute("aria-current")).toBe("true");
  const account = screen.getByRole("region", { name: "The focused token of the opened item" });
  expect(await within(account).findByText("µ · p(1−p) / N")).toBeTruthy();
  expect(account.textContent).toContain("= 0.1 × 0.5 × 0.5 / 60");
  expect(within(account).getAllByRole("listitem")).toHaveLength(2);
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByText("Choose one above: Enter opens it.")).toBeTruthy();
});

test("rollouts stand in their groups, with the mean reward, or that there is nothing to learn", async () => {
  await open(CHORD);
  await answer();
  fireEvent.click(screen.getByRole("button", { name: "Rollouts" }));
  expect(asked().at(-1)).toEqual({ feed: "rollouts", from: 0, count: 12 });
  await answer({ feed: "rollouts", empty: "untrained" });
  expect(status()).toContain("press Train or Step");
  await hear(stateOf("training", 1));
  await hear(stateOf("paused", 1));
  const own = (index: number, reward: number, advantage: number): FeedItem => ({
    index,
    prompt: index < 4 ? "a=" : "b=",
    answers: [{ writer: "own", completion: "x", ended: true, reward, judge: "verifier", correct: reward, advantage }],
  });
  const rewards = [1, 0, 0, 0, 1, 1, 1, 1];
  const rollouts = rewards.map((reward, index) => own(index, reward, index === 0 ? 1.5 : index < 4 ? -0.5 : 0));
  await answer({ total: 8, found: 8, groupSize: 4, step: 1, items: rollouts });
  expect(status()).toBe("1–8 of 8 rollouts, groups of 4 · the batch of step 1");
  expect(screen.getByText("mean reward 0.25")).toBeTruthy();
  expect(screen.getByText("all earned 1: nothing to learn")).toBeTruthy();
  expect(within(screen.getByRole("list", { name: "Answers to a=" })).getAllByRole("button")[0]!.textContent).toContain(
    "A +1.5",
  );
});

test("a feed that the algorithm does not read says what it reads instead; pairs say of how many prompts they are", async () => {
  await open("#v=1&task=countdown&algorithm=dpo-offline&pairSource=buffer&steps=10");
  await answer({ total: 3, found: 3, prompts: 256, items: [0, 1, 2].map(item) });
  expect(status()).toBe("1–3 of 3 offline pairs · 3 of 256 prompts gave a pair");
  await hear();
  fireEvent.click(screen.getByRole("button", { name: "Demonstrations" }));
  await answer({ feed: "demos", empty: "unused" });
  expect(status()).toMatch(/reads no demonstrations: it learns from offline pairs\./);
  await hear({ type: "state", runId: "run-1", state: { phase: "failed", step: 0, message: "no" } });
  expect(status()).toContain("press Train to begin again");
});

test("while nothing has begun the worker follows the knobs, so that the feeds are those of the experiment shown", async () => {
  await open(CHORD);
  await answer();
  act(() => page.lab.change({ algorithm: "sft" }));
  await settle(500);
  expect(page.worker.commands.filter(({ type }) => type === "open")).toHaveLength(2);
  expect(page.lab.run.getState().run!.config.algorithm).toBe("sft");
});
