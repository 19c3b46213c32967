import type { Point } from "../../charts/series/line.ts";
import { configAt, type RunConfig } from "../../lab/experiment/config.ts";
import { type MuValues, muAt } from "../../lab/objectives/terms/muSchedule.ts";

const POINTS = 200;

/** True where the algorithm has a share µ to draw. */
export function hasMu({ params }: RunConfig): boolean {
  return "muSchedule" in params;
}

/** µ at a step as the config has it, interventions included. */
export function muPlan(config: RunConfig): (step: number) => number {
  // Between two interventions the settings are the same.
  const starts = [...new Set(config.interventions.map(({ step }) => step))].sort((a, b) => b - a);
  const settings = new Map<number, MuValues>();
  return (step) => {
    const start = starts.find((at) => at <= step) ?? 0;
    let values = settings.get(start);
    if (!values) {
      values = (start === 0 ? config : configAt(config, start)).params as unknown as MuValues;
      settings.set(start, values);
    }
    return muAt(step, values);
  };
}

/** µ at every step as the config has it, interventions included: what will come, and what was to come. */
export function muAhead(config: RunConfig): Point[] {
  if (!hasMu(config)) return [];
  const plan = muPlan(config);
  const last = config.optimiser.steps;
  const stride = Math.max(1, last / POINTS);
  const points: Point[] = [];
  for (let step = 1; step < last; step = Math.min(last, step + stride)) points.push(pointAt(plan, Math.round(step)));
  points.push(pointAt(plan, last));
  return points;
}

const pointAt = (plan: (step: number) => number, step: number): Point => ({ x: step, y: plan(step) });
