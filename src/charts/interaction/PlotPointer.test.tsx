// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { stepScale } from "../scales/xScale.ts";
import { PlotPointer, type PlotPointerProps } from "./PlotPointer.tsx";

afterEach(cleanup);

const loss = { label: "loss", tone: 1 as const, points: [{ x: 40, y: 2 }], valueAt: () => 1.25 };
/** 100 steps on 1000 pixels: ten for each. */
const box = {
  xScale: stepScale(100),
  yScale: { min: 0, max: 1, ticks: [0, 1] },
  width: 1040,
  height: 110,
};

function show(props: Partial<PlotPointerProps> = {}) {
  const spies = { onCursor: vi.fn(), onPin: vi.fn(), onZoom: vi.fn() };
  const all = { title: "Loss", lines: [loss], cursor: undefined, pinned: undefined, box, readoutText: String };
  render(<PlotPointer {...all} {...spies} {...props} />);
  return { ...spies, slider: screen.getByRole("slider", { name: "Step of Loss" }) };
}

test("says the step and its values once there is a cursor, and only where it is without one", () => {
  const { slider } = show();
  expect(slider.getAttribute("aria-valuenow")).toBe("40");
  expect(slider.getAttribute("aria-valuetext")).toBe("newest step");
  cleanup();
  expect(show({ cursor: 12 }).slider.getAttribute("aria-valuetext")).toBe("step 12: loss 1.25");
});

test.each([
  ["ArrowRight", 13],
  ["ArrowLeft", 11],
  ["PageUp", 22],
  ["Home", 0],
  ["End", 100],
])("%s moves the cursor of all charts to step %i", (key, step) => {
  const { slider, onPin } = show({ cursor: 12, pinned: 12 });
  fireEvent.keyDown(slider, { key });
  expect(onPin).toHaveBeenCalledExactlyOnceWith(step);
});

test("Enter pins the cursor and lets it go, Escape lets it go", () => {
  const first = show();
  fireEvent.keyDown(first.slider, { key: "Enter" });
  expect(first.onPin).toHaveBeenCalledWith(40);
  cleanup();
  const second = show({ cursor: 40, pinned: 40 });
  fireEvent.keyDown(second.slider, { key: "Enter" });
  fireEvent.keyDown(second.slider, { key: "Escape" });
  expect(second.onPin.mock.calls).toEqual([[undefined], [undefined]]);
});

test("plus and minus zoom about the cursor, 0 shows the whole run, other keys are the browser's", () => {
  const { slider, onZoom } = show({ cursor: 100 });
  for (const key of ["+", "0", "x"]) fireEvent.keyDown(slider, { key });
  expect(onZoom.mock.calls).toEqual([[{ from: 50, to: 100 }], [undefined]]);
  expect(fireEvent.keyDown(slider, { key: "Tab" })).toBe(true);
  expect(fireEvent.keyDown(slider, { key: "+", ctrlKey: true })).toBe(true);
});

test("a click pins the step, a sweep zooms in on what it covers, and pointing leaves no trace", () => {
  const { slider, onPin, onZoom, onCursor } = show();
  const at = (x: number) => ({ clientX: x, clientY: 50, button: 0, pointerId: 1, pointerType: "mouse" });
  fireEvent.pointerDown(slider, at(334));
  fireEvent.pointerUp(slider, at(335));
  expect(onPin).toHaveBeenCalledExactlyOnceWith(30);
  fireEvent.pointerDown(slider, at(234));
  fireEvent.pointerMove(slider, at(434));
  fireEvent.pointerUp(slider, at(634));
  expect(onZoom).toHaveBeenCalledExactlyOnceWith({ from: 20, to: 60 });
  expect(onCursor).toHaveBeenLastCalledWith(40);
  fireEvent.pointerLeave(slider);
  expect(onCursor).toHaveBeenLastCalledWith(undefined);
  expect(onPin).toHaveBeenCalledTimes(1);
});

test("where something can be drawn, a stroke draws and does not zoom", () => {
  const onStroke = vi.fn();
  const { slider, onZoom, onPin } = show({ onStroke });
  const at = (x: number, y: number) => ({ clientX: x, clientY: y, button: 0, pointerId: 1, pointerType: "mouse" });
  fireEvent.pointerDown(slider, at(234, 20));
  fireEvent.pointerMove(slider, at(334, 60));
  fireEvent.pointerUp(slider, at(334, 60));
  expect(onStroke.mock.calls.map(([step, place, , final]) => [step, place, final])).toEqual([
    [20, 20, false],
    [30, 60, false],
    [30, 60, true],
  ]);
  expect(onZoom).not.toHaveBeenCalled();
  expect(onPin).not.toHaveBeenCalled();
});
