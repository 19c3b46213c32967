// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { stepScale } from "../scales/xScale.ts";
import MuHandles from "./MuHandles.tsx";

afterEach(cleanup);

const corners = [
  { step: 1, mu: 0.9 },
  { step: 50, mu: 0.5 },
  { step: 100, mu: 0.1 },
];
const box = { xScale: stepScale(100), yScale: { min: 0, max: 1, ticks: [0, 1] }, width: 1040, height: 110 };

function show(from = 1) {
  const onChange = vi.fn();
  render(<MuHandles {...{ corners, box, from, onChange }} steps={100} />);
  return { onChange, handle: (n: number) => screen.getByRole("slider", { name: `µ handle ${n} of 3` }) };
}

test("every handle says its µ and its step; what is past has none", () => {
  const { handle } = show(20);
  expect(screen.getAllByRole("slider")).toHaveLength(2);
  expect(handle(2).getAttribute("aria-valuetext")).toBe("µ 0.5 at step 50");
  expect(handle(3).getAttribute("aria-valuenow")).toBe("0.1");
});

test.each([
  ["ArrowUp", false, { step: 50, mu: 0.51 }],
  ["ArrowDown", true, { step: 50, mu: 0.4 }],
  ["ArrowRight", false, { step: 51, mu: 0.5 }],
  ["ArrowLeft", true, { step: 40, mu: 0.5 }],
  ["Home", false, { step: 50, mu: 0 }],
])("%s (shift: %s) moves a handle", (key, shiftKey, to) => {
  const { onChange, handle } = show();
  fireEvent.keyDown(handle(2), { key, shiftKey });
  expect(onChange).toHaveBeenCalledExactlyOnceWith([corners[0], to, corners[2]], 1, true);
});

test("Enter adds a handle after this one, Delete takes it away", () => {
  const { onChange, handle } = show();
  fireEvent.keyDown(handle(1), { key: "Enter" });
  expect(onChange.mock.calls[0]![0]).toEqual([corners[0], { step: 25, mu: 0.7 }, corners[1], corners[2]]);
  fireEvent.keyDown(handle(2), { key: "Delete" });
  expect(onChange.mock.calls[1]![0]).toEqual([corners[0], corners[2]]);
});

test("a handle follows the pointer and is let go where the pointer leaves it", () => {
  const { onChange, handle } = show();
  // Ten pixels a step from 34 on, and a hundred for all of µ from 6 on.
  const at = (step: number, mu: number) => ({
    clientX: 34 + 10 * step,
    clientY: 6 + 100 * (1 - mu),
    button: 0,
    pointerId: 1,
  });
  fireEvent.pointerMove(handle(2), at(10, 0.1));
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.pointerDown(handle(2), at(50, 0.5));
  fireEvent.pointerMove(handle(2), at(60, 0.75));
  fireEvent.pointerUp(handle(2), at(70, 0.8));
  fireEvent.pointerMove(handle(2), at(10, 0.1));
  expect(onChange.mock.calls.map(([next, , final]) => [next[1], final])).toEqual([
    [{ step: 60, mu: 0.75 }, false],
    [{ step: 70, mu: 0.8 }, true],
  ]);
});
