// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Sample } from "../../lab/train/report.ts";
import { BeforeAfter } from "./BeforeAfter.tsx";

afterEach(cleanup);

const sample = (completion: string): Sample => ({ prompt: "asked", completion, ended: true, reward: 1, split: "id" });

/** The parts of the answer after, those that are marked as changed in brackets. */
function marked(before: string, after: string): string[] {
  const pending = { before: "", after: "" };
  const { container } = render(
    <BeforeAfter before={[sample(before)]} after={[sample(after)]} count={1} pending={pending} />,
  );
  const parts = [...container.querySelectorAll("dd:last-child [data-changed]")];
  return parts.map((part) =>
    part.getAttribute("data-changed") === "true" ? `[${part.textContent}]` : part.textContent,
  );
}

test("an answer is called what the task calls it, and right where the task has no words for it", () => {
  const props = { after: undefined, count: 1, pending: { before: "", after: "" } };
  const verdicts = { right: "a story", wrong: "no story" };
  const wrong = { ...sample(" Ben cried."), reward: 0 };
  const { container, rerender } = render(<BeforeAfter {...props} before={[wrong]} verdicts={verdicts} />);
  expect(container.textContent).toContain("✗ no story");
  rerender(<BeforeAfter {...props} before={[sample(" Ben cried.")]} verdicts={verdicts} />);
  expect(container.textContent).toContain("✓ a story");
  rerender(<BeforeAfter {...props} before={[sample("3")]} />);
  expect(container.textContent).toContain("✓ right");
});

test("an answer of characters is compared by characters", () => {
  expect(marked("3*8-5", "3+8-5")).toEqual(["3", "[+]", "8", "-", "5"]);
});

test("an answer of words is compared by words", () => {
  expect(marked(" The wind blew. Ben cried.", " The wind blew. Ben smiled.")).toEqual([
    ...["The", "wind", "blew.", "Ben"],
    "[smiled.]",
  ]);
});
