import type { Point } from "../charts/chartLine.ts";
import { configAt, type RunConfig } from "../lab/config.ts";
import { type MuValues, muAt } from "../lab/objectives/muSchedule.ts";

const POINTS = 200;

/** True where the algorithm has a share µ to draw. */
export function hasMu({ params }: RunConfig): boolean {
  return "muSchedule" in params;
}

/** µ at every step as the config has it, interventions included: what will come, and what was to come. */
export function muAhead(config: RunConfig): Point[] {
  if (!hasMu(config)) return [];
  const last = config.optimiser.steps;
  const stride = Math.max(1, last / POINTS);
  const points: Point[] = [];
  for (let step = 1; step < last; step = Math.min(last, step + stride)) points.push(pointAt(config, Math.round(step)));
  points.push(pointAt(config, last));
  return points;
}

function pointAt(config: RunConfig, step: number): Point {
  const { params } = config.interventions.length > 0 ? configAt(config, step) : config;
  return { x: step, y: muAt(step, params as unknown as MuValues) };
}
