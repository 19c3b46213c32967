// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openLab, stateOf, type TestLab } from "../../app/testLab.ts";
import { LESSONS } from "../../lab/lessons/index.ts";
import { lectureHash } from "../../lab/link/link.ts";
import { App } from "../App.tsx";

const [FIRST, SECOND] = LESSONS as [(typeof LESSONS)[number], (typeof LESSONS)[number]];
const LECTURE = [
  { shows: `lesson.${FIRST.id}`, note: "<script>alert(1)</script>" },
  { shows: "v=1&preset=grpo-parity&seed=7&steps=9", note: "" },
  { shows: "v=1&preset=sft-parity&seed=3&steps=6&phases=2&phase2.algorithm=grpo&phase2.steps=4&lr=fast", note: "" },
];

let page: TestLab;
const title = () => screen.getByRole("heading", { level: 1 }).textContent;
/** Not the tests' clock: the browser says in its own time that the address has changed. */
const realTimer = setTimeout;
const addressHeard = async () => {
  await act(() => new Promise<void>((resolve) => void realTimer(resolve, 50)));
  await act(() => vi.advanceTimersByTimeAsync(1000));
};
const key = async (name: string, target: Element = document.body) => {
  fireEvent.keyDown(target, { key: name });
  await addressHeard();
};
const commands = () => page.worker.commands.map(({ type }) => type);

// Loaded when it is asked for: here it is there at once.
beforeAll(() => import("./PresentPage.tsx"));

async function open(hash: string): Promise<void> {
  page = openLab(hash);
  render(<App lab={page.lab} />);
  await act(() => vi.advanceTimersByTimeAsync(1000));
}

beforeEach(() => {
  vi.useFakeTimers();
  // No server here, so no recorded seeds: the page is whole without them.
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a lecture is stepped through from scene to scene, each with its experiment and its note as text, and trains nothing", async () => {
  await open(lectureHash(LECTURE));
  expect(title()).toBe(FIRST.title);
  expect(screen.getByText("<script>alert(1)</script>")).toBeTruthy();
  expect(document.querySelector("main script")).toBeNull();
  await key("ArrowLeft");
  expect(title()).toBe(FIRST.title);
  await key("ArrowRight");
  expect(title()).toBe("GRPO on Parity");
  expect(page.lab.draft.getState().config.start.seed).toBe(7);
  expect(location.hash).toBe(lectureHash(LECTURE, 2));
  fireEvent.click(screen.getByRole("button", { name: "Next →" }));
  await addressHeard();
  expect(title()).toBe("SFT, then GRPO on Parity");
  // What is wrong with the scene's own link is said where it is opened.
  expect(screen.getByRole("alert").textContent).toContain('got "fast"');
  await key("ArrowRight");
  expect(title()).toBe("SFT, then GRPO on Parity");
  expect(commands()).not.toContain("train");
  expect(new Set(commands())).toEqual(new Set(["open"]));
});

test("space trains and pauses also while a clicked button has the focus, and presses a button that Tab led to", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&view=present");
  act(() => page.worker.emit(stateOf("ready", 0)));
  const next = screen.getByRole("button", { name: "Next →" });
  fireEvent.pointerDown(next);
  next.focus();
  await key(" ", next);
  expect(commands().at(-1)).toBe("train");
  act(() => page.worker.emit(stateOf("training", 2)));
  await key(" ", next);
  expect(commands().at(-1)).toBe("pause");
  act(() => page.worker.emit(stateOf("paused", 3)));
  fireEvent.keyDown(next, { key: "Tab" });
  const sent = commands().length;
  expect(fireEvent.keyDown(next, { key: " " })).toBe(true);
  expect(commands()).toHaveLength(sent);
});

test("Escape leaves to the lesson or the workbench, with the experiment as it is", async () => {
  await open("#v=1&preset=grpo-parity&seed=9&view=present");
  await key("Escape");
  expect(page.lab.draft.getState().view.present).toBe(false);
  expect(page.lab.draft.getState().config.start.seed).toBe(9);
  cleanup();
  page.lab.dispose();
  await open(`#page=lesson.${SECOND.id}&view=present`);
  expect(title()).toBe(SECOND.title);
  await key("Escape");
  expect(location.hash).toBe(`#page=lesson.${SECOND.id}`);
  expect(title()).toBe(SECOND.title);
});

test("keys that a browser or a field needs are left alone", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&view=present");
  for (const given of [
    { key: "ArrowLeft", altKey: true },
    { key: "f", ctrlKey: true },
    { key: "f", metaKey: true },
  ])
    expect(fireEvent.keyDown(document.body, given)).toBe(true);
  expect(page.lab.draft.getState().view.present).toBe(true);
});

test("a race is trained when it is asked for, each algorithm in turn, over charts that were cleared", async () => {
  await open("#v=1&preset=grpo-parity&seed=1&steps=4&race=sft.grpo&view=present");
  expect(title()).toBe("SFT, GRPO: a race on Parity");
  await key(" ");
  const opened = page.worker.commands.filter((command) => command.type === "open");
  expect(opened.at(-1)?.config.algorithm).toBe("sft");
  expect(screen.getByRole("status").textContent).toContain("Run 1 of 2");
});
