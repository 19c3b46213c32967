// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { choice, type Field, type FieldValue, flag, int, real } from "../lab/schema.ts";
import { Knob } from "./Knob.tsx";

afterEach(cleanup);

const lr = real(1e-4, { min: 1e-6, max: 1e-2, log: true }, { label: "Learning rate", help: "How far.", live: true });
const steps = int(200, { min: 1, max: 10_000 }, { label: "Steps", help: "How many." });
const ood = flag(true, { label: "Out of distribution", help: "Also those." });
const schedule = choice(
  "constant",
  [
    { value: "constant", label: "constant" },
    { value: "cosine", label: "half cosine" },
  ],
  { label: "Schedule", help: "What it does." },
);

function show(
  field: Field<never> | Field<number> | Field<boolean> | Field<string>,
  value: FieldValue,
  initial = field.initial as FieldValue,
) {
  const changes: [FieldValue, boolean][] = [];
  render(
    <Knob
      name="key"
      field={field as Field}
      value={value}
      initial={initial}
      onChange={(v, final) => changes.push([v, final])}
    />,
  );
  return changes;
}

test("a number has an entry and a slider, both named after the field and described by its help", () => {
  show(lr, 1e-4);
  const entry = screen.getByRole<HTMLInputElement>("textbox", { name: "Learning rate" });
  const slider = screen.getByRole("slider", { name: "Learning rate, slider" });
  expect(entry.value).toBe("1e-4");
  expect(slider.getAttribute("aria-valuetext")).toBe("1e-4");
  const help = document.getElementById(entry.getAttribute("aria-describedby")!);
  expect(help?.textContent).toBe("How far. Default 1e-4. May be changed during a run.");
});

test("a typed number is taken on Enter, once", () => {
  const changes = show(lr, 1e-4);
  const entry = screen.getByRole("textbox", { name: "Learning rate" });
  fireEvent.change(entry, { target: { value: "3e-5" } });
  expect(changes).toEqual([]);
  fireEvent.keyDown(entry, { key: "Enter" });
  fireEvent.blur(entry);
  expect(changes).toEqual([[3e-5, true]]);
});

test("what the field refuses is said under it in its own words, and changes nothing", () => {
  const changes = show(lr, 1e-4);
  const entry = screen.getByRole("textbox", { name: "Learning rate" });
  fireEvent.change(entry, { target: { value: "fast" } });
  fireEvent.blur(entry);
  expect(changes).toEqual([]);
  expect(entry.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(/must be a number in .* got "fast"\. 1e-4 stays\.$/)).toBeTruthy();
  fireEvent.keyDown(entry, { key: "Escape" });
  expect(entry.getAttribute("aria-invalid")).toBe("false");
});

test("a slider tells passing values while it moves and a final one when it is let go", () => {
  const changes = show(lr, 1e-4);
  const slider = screen.getByRole("slider");
  fireEvent.input(slider, { target: { value: "600" } });
  fireEvent.input(slider, { target: { value: "750" } });
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  expect(changes.map(([value]) => value)).toEqual([2.5e-4, 1e-3, 1e-3]);
  expect(changes.map(([, final]) => final)).toEqual([false, false, true]);
});

test("arrow keys move a slider and an entry by a step that suits the value", () => {
  const changes = show(steps, 200);
  fireEvent.keyDown(screen.getByRole("slider"), { key: "ArrowRight" });
  fireEvent.keyDown(screen.getByRole("textbox"), { key: "ArrowDown" });
  expect(changes).toEqual([
    [210, true],
    [190, true],
  ]);
});

test("a reset is offered only where something was moved, and names what it goes back to", () => {
  show(steps, 200);
  expect(screen.queryByRole("button")).toBeNull();
  cleanup();
  const changes = show(steps, 7, 60);
  fireEvent.click(screen.getByRole("button", { name: "Reset Steps to 60" }));
  expect(changes).toEqual([[60, true]]);
});

test("a flag is a checkbox, a choice a list that marks its default", () => {
  const flags = show(ood, true);
  fireEvent.click(screen.getByRole("checkbox", { name: "Out of distribution" }));
  expect(flags).toEqual([[false, true]]);
  cleanup();
  const choices = show(schedule, "constant");
  const list = screen.getByRole("combobox", { name: "Schedule" });
  expect([...list.querySelectorAll("option")].map((option) => option.textContent)).toEqual([
    "constant (default)",
    "half cosine",
  ]);
  fireEvent.change(list, { target: { value: "cosine" } });
  expect(choices).toEqual([["cosine", true]]);
});

test("a number with more values than a slider has places gets no slider", () => {
  show(int(1, { min: 0, max: 2 ** 31 - 1 }, { label: "Seed", help: "All follows." }), 2 ** 31 - 1);
  expect(screen.queryByRole("slider")).toBeNull();
  expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("2147483647");
});
