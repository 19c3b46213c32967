import type { Point } from "../charts/chartLine.ts";
import { configAt, type RunConfig } from "../lab/config.ts";
import { type MuValues, muAt } from "../lab/objectives/muSchedule.ts";

const POINTS = 200;

/** True where the algorithm has a share µ to draw. */
export function hasMu({ params }: RunConfig): boolean {
  return "muSchedule" in params;
}

/** µ from `step` to the end as the config has it now, interventions to come included. */
export function muAhead(config: RunConfig, step: number): Point[] {
  if (!hasMu(config)) return [];
  const last = config.optimiser.steps;
  const stride = Math.max(1, (last - step) / POINTS);
  const points: Point[] = [];
  for (let at = Math.max(1, step); at < last; at += stride) points.push(pointAt(config, Math.round(at)));
  if (step < last) points.push(pointAt(config, last));
  return points;
}

function pointAt(config: RunConfig, step: number): Point {
  const { params } = config.interventions.length > 0 ? configAt(config, step) : config;
  return { x: step, y: muAt(step, params as unknown as MuValues) };
}
