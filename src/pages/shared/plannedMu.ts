import type { Point } from "../../charts/series/line.ts";
import { configAt, phaseAt, phasesOf, type RunConfig } from "../../lab/experiment/config.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import { type MuValues, muAt } from "../../lab/objectives/terms/mix.ts";

const POINTS = 200;

const mixes = ({ params }: RunConfig) => "muSchedule" in params;

/** True where an algorithm of the run has a share µ to draw. */
export function hasMu(config: RunConfig): boolean {
  return phasesOf(config).some(({ config: phase }) => mixes(phase));
}

/** µ at a step as the config has it, interventions included; µ counts the steps of its phase. Of a phase without µ: NaN. */
export function muPlan(config: RunConfig): (step: number) => number {
  // Between two interventions of one phase the settings are the same.
  const changes = [...config.interventions.map(({ step }) => step), ...phasesOf(config).map(({ first }) => first)];
  const starts = [...new Set(changes)].sort((a, b) => b - a);
  const settings = new Map<number, RunConfig>();
  return (step) => {
    const start = starts.find((at) => at <= step) ?? 0;
    let inForce = settings.get(start);
    if (!inForce) {
      inForce = configAt(config, start);
      settings.set(start, inForce);
    }
    if (!mixes(inForce)) return Number.NaN;
    return muAt(step - phaseAt(config, step).first + 1, inForce.params as typeof inForce.params & MuValues);
  };
}

/** µ at every step as the config has it, interventions included: what will come, and what was to come. */
export function plannedMu(config: RunConfig): Point[] {
  if (!hasMu(config)) return [];
  const plan = muPlan(config);
  const last = totalSteps(config);
  const stride = Math.max(1, last / POINTS);
  const points: Point[] = [];
  for (let step = 1; step < last; step = Math.min(last, step + stride)) points.push(pointAt(plan, Math.round(step)));
  points.push(pointAt(plan, last));
  return points.filter(({ y }) => !Number.isNaN(y));
}

const pointAt = (plan: (step: number) => number, step: number): Point => ({ x: step, y: plan(step) });
