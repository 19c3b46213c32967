import { expect, test } from "vitest";
import { initials } from "../../../lab/schema.ts";
import { TASKS } from "../../../lab/tasks/index.ts";
import { exampleOf } from "./example.ts";

test("every task has an example, the same each time, and both answers to it are right", () => {
  expect(TASKS.length).toBeGreaterThanOrEqual(6);
  for (const task of TASKS) {
    const params = initials(task.params);
    const { prompt, native, expert } = exampleOf(task, params);
    expect(exampleOf(task, params)).toEqual({ prompt, native, expert });
    const kinds = task.kinds?.(params) ?? [task.id];
    for (const answer of [native, expert]) {
      const rewards = kinds.map((kind) => task.verify({ prompt, kind }, answer, params));
      expect(Math.max(...rewards), `${task.id}: ${prompt} ${answer}`).toBe(1);
    }
  }
});
