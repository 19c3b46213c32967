import { expect, it } from "vitest";
import { Pace } from "./pace.ts";

/** Which of so many calls were shared, where a shared one takes `shared`, stalling or not, and one alone takes 2. */
function calls(count: number, shared: number, stalls: number): string {
  const pace = new Pace();
  return Array.from({ length: count }, () => {
    const shares = pace.shares();
    pace.note(shares, shares ? shared : 2, shares ? stalls : 0);
    return shares ? "s" : "a";
  }).join("");
}

it("shares every call where no thread is waited for, however long it takes", () => {
  expect(calls(60, 9, 0)).toBe("s".repeat(60));
});

it("goes on alone for a while where waiting made a call slower, then tries again", () => {
  expect(calls(52, 3, 1)).toBe(`${`s${"a".repeat(25)}`.repeat(2)}`);
});

it("puts up with waiting where threads are still faster, and looks again after a while", () => {
  expect(calls(52, 1, 1)).toBe(`${`sa${"s".repeat(24)}`.repeat(2)}`);
});
