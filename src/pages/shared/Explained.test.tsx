// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { GLOSSARY } from "../../lab/glossary.ts";
import { ExplainedText } from "./Explained.tsx";

afterEach(cleanup);

test("a marked word is focusable, described by its entry, and shows it while it has the focus", () => {
  render(
    <p>
      <ExplainedText text="The [policy] is asked." />
    </p>,
  );
  const word = screen.getByRole("button", { name: "policy" });
  const meaning = screen.getByText(GLOSSARY.policy.meaning);
  expect(meaning.hidden).toBe(true);
  expect(document.getElementById(word.getAttribute("aria-describedby")!)).toBe(meaning);
  fireEvent.focus(word);
  expect(meaning.hidden).toBe(false);
  fireEvent.blur(word);
  expect(meaning.hidden).toBe(true);
});

test("Escape closes an explanation, and the pointer may rest on it", () => {
  render(<ExplainedText text="[expert|An expert] answers." />);
  const word = screen.getByRole("button", { name: "An expert" });
  const meaning = screen.getByText(GLOSSARY.expert.meaning);
  fireEvent.pointerEnter(word.parentElement!);
  expect(meaning.hidden).toBe(false);
  fireEvent.keyDown(word, { key: "Escape" });
  expect(meaning.hidden).toBe(true);
});
