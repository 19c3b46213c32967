import { expect, test } from "vitest";
import { LESSONS } from "../../lab/lessons/index.ts";
import { OBJECTIVES } from "../../lab/objectives/index.ts";
import { lessonsWith } from "./tryIt.ts";

test("every arm of every lesson is found again from its algorithm", () => {
  for (const lesson of LESSONS)
    for (const { settings } of lesson.arms)
      expect(lessonsWith(String(settings.algorithm)).map(({ id }) => id)).toContain(lesson.id);
  expect(lessonsWith("nothing")).toEqual([]);
  expect(OBJECTIVES.some(({ id }) => lessonsWith(id).length > 1)).toBe(true);
});
