// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Verdict } from "./Verdict.tsx";

afterEach(cleanup);

test("a reward in parts says them in one line, in their order", () => {
  const { container } = render(<Verdict reward={1.4} parts={{ length: 0.25, pattern: 1, right: 1 }} />);
  expect(container.textContent).toBe("reward 1.4 right 1 · pattern 1 · length 0.25");
});
