import { expect, test } from "vitest";
import { initials } from "../../schema.ts";
import { TASKS } from "../../tasks/index.ts";
import { ADJECTIVES, NOUNS, VERBS } from "../../tasks/lexicon.ts";
import { everyVocabulary } from "../../train/testVocabularies.ts";
import { rewardPython } from "./rewardPython.ts";

await everyVocabulary();

test("every task has its verifier in Python, with the letter of each of its kinds", () => {
  for (const task of TASKS) {
    const source = rewardPython(task.id, initials(task.params));
    for (const kind of task.everyKind ?? [task.id]) expect(source).toContain(`def verify_${kind}(`);
  }
  expect(rewardPython("mixture", {})).toContain(
    '"countdown": ("c", verify_countdown, {"largest": 9, "formatReward": 0})',
  );
});

test("settings of the run go along", () => {
  expect(rewardPython("sort", { digits: 4, sortShift: "repeats", gradedSort: true })).toContain('"gradedSort": True');
});

test("the sentence task's words are the lexicon's", () => {
  const source = rewardPython("sentence", {});
  for (const words of [NOUNS, VERBS, ADJECTIVES]) expect(source).toContain(JSON.stringify(words).replaceAll(",", ", "));
});
