import { withIntervention } from "../../../app/draftStore.ts";
import { isStale, isUntouched, type Lab } from "../../../app/lab.ts";
import { type Run, stepOf } from "../../../app/runStore.ts";
import { type MuCorner, simplified } from "../../../charts/interaction/muCorners.ts";
import { configAt, type RunConfig } from "../../../lab/experiment/config.ts";
import { muPoints, muText } from "../../../lab/objectives/terms/mix.ts";
import { muPlan, plannedMu } from "../../shared/plannedMu.ts";

/** The setting that a drawing is. */
export const MU_DRAWN = "muDrawn";

/** A schedule is taken hold of at so many places, evenly spread. */
const HANDLES = 8;
/** How close the corners keep to several drawings after one another, and how many there are at most. */
const CLOSE = 0.02;
const MANY = 12;

/** What a drawing changes: the run at its next step while it can, else the experiment that Train would start. */
export interface MuTarget {
  readonly config: RunConfig;
  /** The first step that is still to come. */
  readonly from: number;
  readonly live: boolean;
}

export function muTarget(run: Run | undefined, lab: Lab): MuTarget {
  const draft = lab.draft.getState();
  const phase = run?.state.phase;
  const going = phase === "ready" || phase === "training" || phase === "paused";
  if (!run || isUntouched(run) || !going || isStale(run, draft)) return { config: draft.config, from: 1, live: false };
  const from = stepOf(run.state) + 1;
  const awaited = run.awaited[MU_DRAWN];
  return {
    config: awaited === undefined ? run.config : withDrawn(run.config, from, String(awaited)),
    from,
    live: true,
  };
}

function withDrawn(config: RunConfig, step: number, value: string): RunConfig {
  return withIntervention(config, { step, key: MU_DRAWN, value });
}

export interface MuShape {
  readonly corners: readonly MuCorner[];
  /** The corners are µ itself, and not the schedule by a few of them. */
  readonly drawn: boolean;
}

/** The corners by which µ can be taken hold of: those that were drawn, else a few along the schedule. */
export function muShape({ config, from }: MuTarget): MuShape {
  const later = config.interventions.some(({ step, key }) => step > from && key.startsWith("mu"));
  const drawn = muPoints(String(configAt(config, from).params[MU_DRAWN] ?? ""));
  if (!later && drawn.length > 0) return { corners: drawn, drawn: true };
  if (later) {
    const along = plannedMu(config)
      .filter(({ x }) => x <= config.optimizer.steps)
      .map(({ x, y }) => ({ step: x, mu: y }));
    return { corners: simplified(along, CLOSE, MANY), drawn: true };
  }
  const { steps } = config.optimizer;
  const plan = muPlan(config);
  const places = Array.from({ length: HANDLES }, (_, i) => 1 + Math.round((i * (steps - 1)) / (HANDLES - 1)));
  return { corners: [...new Set(places)].map((step) => ({ step, mu: twoPlaces(plan(step)) })), drawn: false };
}

const twoPlaces = (mu: number) => Math.round(mu * 100) / 100;

/** µ at every step if these corners were drawn now. */
export function muIfDrawn({ config, from, live }: MuTarget, corners: readonly MuCorner[]) {
  const text = muText(corners);
  return plannedMu(live ? withDrawn(config, from, text) : drawnFromStart(config, text));
}

/** A drawing of the whole run takes the place of those that were made on the way. */
function drawnFromStart(config: RunConfig, text: string): RunConfig {
  const interventions = config.interventions.filter(({ key }) => key !== MU_DRAWN);
  return { ...config, interventions, params: { ...config.params, [MU_DRAWN]: text } };
}

/** Makes it so. */
export function drawMu(lab: Lab, { live }: MuTarget, text: string): void {
  if (!live) {
    const { config } = lab.draft.getState();
    const interventions = config.interventions.filter(({ key }) => key !== MU_DRAWN);
    if (interventions.length < config.interventions.length) {
      lab.draft.setState({ config: { ...config, interventions } });
    }
  }
  lab.change({ [MU_DRAWN]: text });
}

export const muPlanOf = ({ config }: MuTarget) => muPlan(config);
