// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { LESSONS } from "../../lab/lessons/index.ts";
import { LessonWords } from "./LessonWords.tsx";

afterEach(cleanup);

const SAID = "Means of 5 recorded seeds with their 95% interval.";

test("the algorithms of the opening lesson and the words of its figures explain themselves, each once", () => {
  render(<LessonWords lesson={LESSONS[0]!} said={SAID} />);
  const words = screen.getAllByRole("button").map(({ textContent }) => textContent);
  expect(words.slice(0, 3)).toEqual(["CHORD-µ", "GRPO", "SFT"]);
  for (const word of ["entropy", "held-out", "nat", "seed", "token", "95% interval"]) expect(words).toContain(word);
  expect(new Set(words).size).toBe(words.length);
});

test.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))("%s explains its algorithms", (_, lesson) => {
  render(<LessonWords lesson={lesson} said={SAID} />);
  for (const word of screen.getAllByRole("button")) {
    const meaning = document.getElementById(word.getAttribute("aria-describedby")!);
    expect(meaning?.textContent, word.textContent ?? "").toMatch(/\w.{20,}/);
  }
});
