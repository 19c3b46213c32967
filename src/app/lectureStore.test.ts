// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LESSONS } from "../lab/lessons/index.ts";
import { SCENES } from "../lab/link/lecture.ts";
import { lectureHash, readLink } from "../lab/link/link.ts";
import { openedAt } from "./draftStore.ts";
import { pageOf } from "./lessonLinks.ts";

const LESSON = pageOf(LESSONS[0]!);
const RACE = "https://lab.example.org/#v=1&preset=grpo-parity&seed=7&race=sft.grpo&view=present";
const PHASES = "#v=1&preset=sft-parity&seed=1&steps=6&phases=2&phase2.algorithm=grpo&phase2.steps=8";

let desk: typeof import("./lectureStore.ts");
const scenes = () => desk.lectureStore.getState().scenes;

/** As after a reload. */
async function visit(): Promise<void> {
  vi.resetModules();
  desk = await import("./lectureStore.ts");
}

beforeEach(async () => {
  localStorage.clear();
  await visit();
});
afterEach(() => localStorage.clear());

test("lessons and links become scenes, are reordered and noted, and one link holds them", () => {
  for (const text of [LESSON, RACE, PHASES]) expect(desk.addScene(text)).toBeUndefined();
  expect(scenes().map(({ title }) => title)).toEqual([LESSONS[0]!.title, "GRPO on Parity", "SFT, then GRPO on Parity"]);
  desk.moveScene(scenes()[2]!.id, -1);
  desk.noteScene(scenes()[1]!.id, "Two phases.\u0007");
  desk.moveScene(scenes()[0]!.id, -1);
  const { view, issues } = readLink(desk.lectureLink({ scenes: scenes() }));
  expect(issues).toEqual([]);
  expect(view.lecture!.map(({ note }) => note)).toEqual(["", "Two phases.", ""]);
  const race = openedAt(lectureHash(view.lecture!, 3));
  expect(race.issues).toEqual([]);
  expect(race.view).toMatchObject({ race: ["sft", "grpo"], present: true, scene: 3 });
  expect(race.config.start.seed).toBe(7);
  expect(openedAt(lectureHash(view.lecture!, 2)).config.phases).toHaveLength(1);
  expect(openedAt(lectureHash(view.lecture!, 1)).view.page).toBe(LESSON);
});

test("the lecture is there again after a reload, and a stored one that is damaged opens as far as it is whole", async () => {
  desk.addScene(LESSON);
  desk.addScene(PHASES);
  desk.noteScene(scenes()[0]!.id, "First.");
  await visit();
  expect(scenes().map(({ note }) => note)).toEqual(["First.", ""]);
  localStorage.setItem("policy-lab.lecture", "#v=2&lecture=2&scene1=lesson.never-tried&scene2=<script>");
  await visit();
  expect(scenes().map(({ shows }) => shows)).toEqual(["lesson.never-tried"]);
  desk.removeScene(scenes()[0]!.id);
  expect(localStorage.getItem("policy-lab.lecture")).toBeNull();
});

test.each([
  ["nonsense", /Unknown setting "nonsense"/],
  ["#v=1&preset=nothing", /There is no preset called "nothing"/],
  ["#page=method", /names neither/],
  ["", /names neither/],
  [lectureHash([{ shows: LESSON, note: "" }]), /got a lecture/],
])("%s is refused as a scene, in a sentence", (text, sentence) => {
  expect(desk.addScene(text)).toMatch(sentence);
  expect(scenes()).toEqual([]);
});

test("a link that is too long for a scene is refused with what would be missing", () => {
  expect(desk.addScene(`#v=1&preset=grpo-parity&note=${"µ".repeat(500)}`)).toMatch(
    /^The note was cut to its first \d+/,
  );
  expect(scenes()).toEqual([]);
});

test("a lecture has an end", () => {
  for (let i = 0; i < SCENES; i++) expect(desk.addScene(LESSON)).toBeUndefined();
  expect(desk.addScene(LESSON)).toBe(`A lecture must have at most ${SCENES} scenes, and so many are there.`);
});

test("a scene of a lesson that there is not says so, and shows what it can", () => {
  const { issues, view } = openedAt(lectureHash([{ shows: "lesson.nothing", note: "" }]));
  expect(issues.map(({ message }) => message)).toEqual([
    'Scene 1 of the lecture must name one of the lessons, got "lesson.nothing".',
  ]);
  expect(view.page).toBeUndefined();
});
