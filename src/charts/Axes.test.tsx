// @vitest-environment happy-dom
import { act, cleanup, render } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Axes, prepareAxes } from "./Axes.tsx";
import type { TakeTurn } from "./chartProps.ts";
import { stepScale } from "./scales/xScale.ts";
import { yScaleFor } from "./scales/yScale.ts";

const network = { away: false, asked: 0 };
vi.mock("./Frame.tsx", () => ({
  get Frame() {
    network.asked++;
    if (network.away) throw new Error("Failed to fetch");
    return ({ width }: { width: number }) => <i data-recharts={width} />;
  },
}));
afterEach(cleanup);

const CHARTS = 7;
const yScale = yScaleFor([], { log: false, cut: false, count: 3 });
const box = { xScale: stepScale(40), yScale, width: 300, height: 120, numberText: String };

/** Charts as a page has them, and the turns that they have asked for. */
function page() {
  const turns = new Set<() => void>();
  const rest: TakeTurn = (draw) => {
    const once = () => {
      turns.delete(once);
      draw();
    };
    turns.add(once);
    return () => void turns.delete(once);
  };
  const charts = (width: number, at: TakeTurn | undefined) =>
    Array.from({ length: CHARTS }, (_, chart) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a chart is its place
      <div key={chart}>
        <Axes {...box} width={width} rest={at} />
      </div>
    ));
  const { container, rerender } = render(charts(300, rest));
  const draw = (width: number, at: TakeTurn | undefined) => rerender(charts(width, at));
  const shown = (what: string) => container.querySelectorAll(`:not([hidden]) > ${what}`).length;
  const turn = () => act(() => [...turns][0]!());
  return { rest, turns, draw, shown, turn };
}

test("charts come to rest one by one, each in a turn that it asked for; whatever changes has plain axes at once", async () => {
  const { rest, turns, draw, shown, turn } = page();
  expect([shown("svg"), turns.size]).toEqual([CHARTS, 0]);
  await act(prepareAxes);
  expect([shown("svg"), shown("i"), turns.size]).toEqual([CHARTS, 0, CHARTS]);
  for (let n = 1; n <= CHARTS; n++) {
    turn();
    expect([shown("svg"), shown("i"), turns.size]).toEqual([CHARTS - n, n, CHARTS - n]);
  }

  // Another width of all of them, as when a window is resized.
  draw(400, rest);
  expect([shown("svg"), shown("i"), turns.size]).toEqual([CHARTS, 0, CHARTS]);
  draw(500, rest);
  turn();
  expect([shown("svg"), shown("[data-recharts='500']"), turns.size]).toEqual([CHARTS - 1, 1, CHARTS - 1]);

  // One whose scales change in its very turn asks for another one.
  act(() => {
    [...turns][0]!();
    draw(600, rest);
  });
  expect([shown("svg"), shown("i"), turns.size]).toEqual([CHARTS, 0, CHARTS]);

  // Lines grow: nothing rests, and nothing waits for its turn.
  draw(600, undefined);
  expect([shown("svg"), shown("i"), turns.size]).toEqual([CHARTS, 0, 0]);
});

test("recharts that could not be loaded are asked for once more each time that charts come to rest", async () => {
  vi.resetModules();
  Object.assign(network, { away: true, asked: 0 });
  const anew = await import("./Axes.tsx");
  const turns: (() => void)[] = [];
  const rest: TakeTurn = (draw) => {
    turns.push(draw);
    return () => {};
  };
  const charts = (at: TakeTurn | undefined) => [1, 2].map((key) => <anew.Axes key={key} {...box} rest={at} />);
  const { container, rerender } = render(charts(rest));
  const trained = async () => {
    rerender(charts(undefined));
    await act(async () => rerender(charts(rest)));
  };
  await trained();
  expect(network.asked).toBe(0);
  await expect(anew.prepareAxes()).rejects.toThrow();
  await trained();
  expect([network.asked, turns.length]).toEqual([2, 0]);
  network.away = false;
  await trained();
  await vi.waitFor(() => expect(turns).toHaveLength(2));
  act(() => turns.forEach((draw) => void draw()));
  expect([network.asked, container.querySelectorAll("i").length]).toEqual([3, 2]);
});
