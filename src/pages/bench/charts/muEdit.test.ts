// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import type { Lab } from "../../../app/lab.ts";
import { openLab, stateOf, type TestLab } from "../../../app/testLab.ts";
import { redrawn } from "../../../charts/interaction/muCorners.ts";
import { fromHash } from "../../../lab/link/testHash.ts";
import { muText } from "../../../lab/objectives/terms/mix.ts";
import { muPlan } from "../../shared/plannedMu.ts";
import { drawMu, type MuTarget, muIfDrawn, muPlanOf, muShape, muTargets, setMu } from "./muEdit.ts";

let bench: TestLab;

function labAt(hash: string): Lab {
  bench = openLab(hash);
  return bench.lab;
}

const HASH = "#v=1&preset=chord-mu-countdown&seed=1&steps=100";
const targets = (lab: Lab) => muTargets(lab.run.getState().run, lab);
const target = (lab: Lab): MuTarget => targets(lab)[0]!;

/** A lab whose run has made `step` updates and goes on. */
function training(step: number, hash = HASH): Lab {
  const lab = labAt(hash);
  lab.train();
  bench.worker.emit(stateOf("ready", 0), stateOf("training", step));
  bench.worker.emit({
    type: "metrics",
    runId: "run-1",
    rows: [
      { step: 0, values: {} },
      { step, values: { mu: 0.4 } },
    ],
  });
  return lab;
}

beforeEach(() => history.replaceState(null, "", "/"));

test("a schedule has handles along it over the whole run; what was drawn has its own corners", () => {
  const { corners, drawn } = muShape(target(labAt(HASH)));
  expect(drawn).toBe(false);
  expect([corners[0]!.step, corners.at(-1)!.step]).toEqual([1, 100]);
  const plan = muPlan(fromHash(HASH).config);
  for (const { step, mu } of corners) expect(mu).toBeCloseTo(plan(step), 2);
  expect(muShape(target(labAt(`${HASH}&muDrawn=10-0.2_80-0.6`)))).toEqual({
    corners: [
      { step: 10, mu: 0.2 },
      { step: 80, mu: 0.6 },
    ],
    drawn: true,
  });
});

test("drawn before the run, µ is a setting of the experiment and its link says so", () => {
  const lab = labAt(HASH);
  const now = target(lab);
  expect(now).toMatchObject({ live: false, from: 1 });
  setMu(lab, now, "1-0.9_50-0.3");
  expect(lab.draft.getState().config.params.muDrawn).toBe("1-0.9_50-0.3");
  const { config } = fromHash(lab.link());
  expect(config.params.muDrawn).toBe("1-0.9_50-0.3");
  expect(config.interventions).toEqual([]);
});

test("a drawing of the whole run takes the place of those that were made on the way", () => {
  const lab = labAt(`${HASH}&at=20:muDrawn:20-0.5&at=30:lr:0.001`);
  const shape = muShape(target(lab));
  expect(shape.drawn).toBe(true);
  setMu(lab, target(lab), "1-0.1_100-0.2");
  const { config } = lab.draft.getState();
  expect(config.interventions.map(({ key }) => key)).toEqual(["lr"]);
  expect(muPlan(config)(60)).toBeCloseTo(0.1 + (0.1 * 59) / 99, 12);
});

test("drawn during the run it is sent to the run, which goes on from where it is, and shows before it is confirmed", () => {
  const lab = training(40);
  const now = target(lab);
  expect(now).toMatchObject({ live: true, from: 41 });
  const { corners, drawn } = muShape(now);
  const changed = corners.length - 1;
  const next = corners.map((corner, at) => (at === changed ? { ...corner, mu: 0.8 } : corner));
  const muAt = muPlanOf(now);
  const drawing = redrawn(next, changed, { corners, drawn, muAt, from: 41, steps: 100 });
  const planned = muIfDrawn(now, drawing);
  expect(planned.find(({ x }) => x === 40)!.y).toBe(muAt(40));
  expect(planned.at(-1)!.y).toBe(0.8);

  drawMu(lab, now, drawing);
  expect(bench.worker.commands.at(-1)).toEqual({
    type: "intervene",
    runId: "run-1",
    key: "muDrawn",
    value: muText(drawing),
  });
  expect(muPlanOf(target(lab))(100)).toBe(0.8);
  expect(muPlanOf(target(lab))(40)).toBe(muAt(40));

  bench.worker.emit({ type: "intervened", runId: "run-1", step: 42, key: "muDrawn", value: muText(drawing) });
  const { config } = fromHash(lab.link());
  expect(config.interventions).toEqual([{ step: 42, key: "muDrawn", value: muText(drawing) }]);
  expect(muPlan(config)(41)).toBe(muAt(41));
  expect(muPlan(config)(100)).toBe(0.8);
});

/** SFT for 20 steps, then CHORD-µ for 80: steps 21 to 100 of the run. */
const PHASES = "#v=1&task=countdown&algorithm=sft&seed=1&steps=20&phases=2&phase2.algorithm=chord-mu&phase2.steps=80";

test("in a later phase µ is drawn over the steps of the run, and kept in those of its phase", () => {
  const lab = labAt(PHASES);
  const now = target(lab);
  expect(now).toMatchObject({ phase: 2, from: 21, to: 100, live: false });
  const { corners } = muShape(now);
  expect([corners[0]!.step, corners.at(-1)!.step]).toEqual([21, 100]);
  const drawing = [
    { step: 21, mu: 0.2 },
    { step: 100, mu: 0.7 },
  ];
  expect(muIfDrawn(now, drawing).at(-1)).toEqual({ x: 100, y: 0.7 });
  drawMu(lab, now, drawing);
  const { config } = fromHash(lab.link());
  expect(config.phases).toMatchObject([{ muDrawn: "1-0.2_80-0.7" }]);
  expect(config.params).not.toHaveProperty("muDrawn");
  expect(muPlan(config)(100)).toBeCloseTo(0.7, 12);
  expect(muShape(target(lab))).toEqual({ corners: drawing, drawn: true });
});

test("of several phases that mix each has its own drawing, and during the run only the one under way", () => {
  const both = PHASES.replace("algorithm=sft", "algorithm=chord-phi").replace(
    "phase2.algorithm=chord-mu",
    "phase2.algorithm=chord-mu&phase2.muDrawn=1-0.4",
  );
  expect(targets(labAt(both)).map(({ phase, from, to }) => [phase, from, to])).toEqual([
    [1, 1, 20],
    [2, 21, 100],
  ]);
  const lab = training(40, both);
  expect(targets(lab)).toMatchObject([{ phase: 2, from: 41, to: 100, live: true }]);
  drawMu(lab, target(lab), [
    { step: 40, mu: 0.4 },
    { step: 60, mu: 0.9 },
  ]);
  expect(bench.worker.commands.at(-1)).toEqual({
    type: "intervene",
    runId: "run-1",
    key: "muDrawn",
    value: "20-0.4_40-0.9",
    phase: 2,
  });
  expect(muPlanOf(target(lab))(100)).toBe(0.9);
  expect(muPlanOf(target(lab))(10)).toBe(muPlan(fromHash(both).config)(10));
});

test("a drawing of one phase leaves what was drawn by hand in another", () => {
  const both = PHASES.replace("algorithm=sft", "algorithm=chord-phi");
  const lab = labAt(`${both}&at=5:muDrawn:5-0.3&at=50:muDrawn:30-0.6`);
  drawMu(lab, targets(lab)[1]!, [{ step: 21, mu: 0.8 }]);
  expect(lab.draft.getState().config.interventions.map(({ step }) => step)).toEqual([5]);
});
