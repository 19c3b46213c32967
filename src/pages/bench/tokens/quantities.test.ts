import { expect, test } from "vitest";
import type { TokenRow } from "../../../lab/train/report.ts";
import { colouringOf, quantitiesOf } from "./quantities.ts";

const expert: TokenRow = {
  feed: "demos",
  prompt: "31=",
  tokens: ["1", "3"],
  logp: [-4, -0.1],
  entropy: [0.75, 3],
  weight: [0.25, 1],
  views: { phi: [0.25, 0.05], cll: [-1.5, 3], weight: [1, 1] },
};
const own: TokenRow = {
  ...expert,
  feed: "rollouts",
  weight: [-0.001, 0.004],
  views: { ratio: [1, 2], clipped: [0, 1], advantage: [-1, -1] },
};
const rows = [expert, own];
const by = (id: string) => colouringOf(quantitiesOf(rows).find((one) => one.id === id)!, rows, "expert");

test("only what the rows carry is offered, credit first", () => {
  expect(quantitiesOf([own]).map(({ id }) => id)).toEqual([
    "credit",
    "logp",
    "entropy",
    "ratio",
    "clipped",
    "advantage",
  ]);
  expect(quantitiesOf([expert])[0]!.id).toBe("credit");
});

test("credit is measured by the strongest of each writer, and its sign chooses the colour", () => {
  const credit = by("credit");
  expect(credit.of(expert, 0)).toEqual({ push: "up", strength: 0.5, text: "+0.25" });
  expect(credit.of(own, 0)).toMatchObject({ push: "down", strength: 0.5 });
  expect(credit.of(own, 1)).toMatchObject({ push: "up", strength: 1 });
  expect(credit.scale).toBe("expert 1 · own 0.004");
});

test("sizes without a sign never wear the colours of pushes", () => {
  expect(by("logp").of(expert, 0)).toMatchObject({ push: "level", strength: 1 });
  expect(by("entropy").of(expert, 0)).toMatchObject({ push: "level", strength: 0.5 });
  expect(by("entropy").of(expert, 1).strength).toBe(1);
  expect(by("clipped").of(own, 1)).toMatchObject({ push: "level", strength: 1, text: "clipped" });
});

test("a ratio is judged around 1 and a CLL around 0", () => {
  expect(by("ratio").of(own, 0).strength).toBe(0);
  expect(by("ratio").of(own, 1)).toMatchObject({ push: "up", strength: 1 });
  expect(by("cll").of(expert, 0)).toMatchObject({ push: "down", strength: 0.5 });
});

test("a row without the quantity stays uncoloured and says so", () => {
  expect(by("phi").of(own, 0)).toEqual({ push: "level", strength: 0, text: "none" });
});
