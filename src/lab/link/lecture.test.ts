import { expect, test } from "vitest";
import { ConfigError } from "../schema.ts";
import { SCENE_LIMIT, SCENE_NOTE_LIMIT, SCENES } from "./lecture.ts";
import { lectureHash, parseLink, readLink, writeLink } from "./link.ts";
import { PLAIN_VIEW } from "./view.ts";

const LECTURE = [
  { shows: "lesson.never-tried", note: "Who tries what?\nAsk the room & wait = 1 minute." },
  { shows: "v=2&preset=grpo-parity&seed=7&steps=9&ok=aa", note: "" },
  { shows: "page=lesson.entropy", note: "<b>text</b>" },
];

const messages = (hash: string) => readLink(hash).issues.map(({ message }) => message);

test("a lecture goes into a link and comes out of it, with the scene that is shown", () => {
  const first = readLink(lectureHash(LECTURE));
  expect(first.issues).toEqual([]);
  expect(first.view).toEqual({ ...PLAIN_VIEW, lecture: LECTURE, scene: 1 });
  expect(first.experiment).toBe(false);
  expect(lectureHash(LECTURE)).not.toContain("&scene=");
  expect(readLink(lectureHash(LECTURE, 3)).view.scene).toBe(3);
});

test("a lecture that was cut at any character is never taken for a whole one", () => {
  const hash = lectureHash(LECTURE, 2);
  for (let length = 12; length < hash.length; length++) {
    const { issues, view } = readLink(hash.slice(0, length));
    expect(issues.length, hash.slice(0, length)).toBeGreaterThan(0);
    for (const scene of view.lecture ?? []) expect(LECTURE.map(({ shows }) => shows)).toContain(scene.shows);
  }
});

test.each([
  [
    "#v=1&lecture=0&scene1=lesson.a",
    'A lecture must say how many scenes it has (lecture=1 to 24), got "0": it was left out.',
  ],
  ["#v=1&lecture=many", 'got "many"'],
  [`#v=1&lecture=${SCENES + 1}`, `got "${SCENES + 1}"`],
  ["#v=1&scene1=lesson.a", "got none"],
  ["#v=1&lecture=2&scene1=lesson.a", "Scene 2 of the lecture is missing: the others are shown."],
  ["#v=1&lecture=1&scene1=lesson.a&scene2=lesson.b", "must have none beyond scene1, got scene2: left out."],
  [
    "#v=1&lecture=2&scene1=lesson.a&scene2=wings",
    'Scene 2 of the lecture must name a lesson (lesson.<name>) or be a link, got "wings": it was left out.',
  ],
  [
    "#v=1&lecture=2&scene1=lesson.a&scene2=lecture%3D1%26scene1%3Dlesson.a",
    "Scene 2 of the lecture must be no lecture itself: it was left out.",
  ],
  [`#v=1&lecture=2&scene1=lesson.a&scene2=preset%3D${"x".repeat(SCENE_LIMIT)}`, "must have at most 1000 characters"],
  ["#v=1&lecture=1&scene1=javascript:alert(1)", "has no scene that can be shown"],
  ["#v=1&lecture=1&scene1=lesson.a&scene=2", 'scene must be a whole number in [1, 1], got "2": 1 was taken.'],
  [
    `#v=1&lecture=1&scene1=lesson.a&scene1.note=${"x".repeat(SCENE_NOTE_LIMIT + 1)}`,
    "must have at most 300 characters: the rest was cut.",
  ],
])("%s is refused with a sentence", (hash, sentence) => {
  expect(messages(hash).join(" ")).toContain(sentence);
});

test("a note keeps no control characters and stays text", () => {
  const { view } = readLink(lectureHash([{ shows: "lesson.a", note: "a\u0007b\u202e<i>c" }]));
  expect(view.lecture).toEqual([{ shows: "lesson.a", note: "ab<i>c" }]);
});

test("a command line that is given a lecture says that its scenes have links of their own", () => {
  expect(() => parseLink(lectureHash(LECTURE))).toThrow(ConfigError);
  expect(() => parseLink(lectureHash(LECTURE))).toThrow("train one of its scenes by its own link");
});

test("a race goes into a link in the order of the menu, and one algorithm is none", () => {
  const { config } = readLink("#v=1&preset=grpo-parity&seed=3");
  const { hash } = writeLink({ config, presetId: "grpo-parity", view: { ...PLAIN_VIEW, race: ["sft", "grpo"] } });
  expect(hash).toMatch(/^#v=2&preset=grpo-parity&seed=3&race=sft\.grpo&ok=[\w-]{2}$/);
  expect(readLink(hash).view.race).toEqual(["sft", "grpo"]);
  expect(readLink("#v=1&race=grpo.sft.grpo").view.race).toEqual(["sft", "grpo"]);
  expect(readLink("#v=1&preset=grpo-parity&race=grpo").view.race).toEqual([]);
  expect(messages("#v=1&preset=grpo-parity&race=grpo")).toEqual([
    'In a link, race must be two algorithms or more, got "grpo".',
  ]);
  expect(messages("#v=1&preset=grpo-parity&race=grpo.wings.sft")[0]).toContain('race must be algorithms, got "wings"');
});

test("a presentation goes into a link, and another way to look is refused by name", () => {
  const { config } = readLink("#v=1&preset=grpo-parity&seed=3");
  const { hash } = writeLink({ config, presetId: "grpo-parity", view: { ...PLAIN_VIEW, present: true } });
  expect(hash).toContain("&view=present&ok=");
  expect(readLink(hash).view).toEqual({ ...PLAIN_VIEW, present: true });
  expect(messages("#v=1&preset=grpo-parity&view=cinema")).toEqual(['In a link, view must be present, got "cinema".']);
});
