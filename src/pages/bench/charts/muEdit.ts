import { withIntervention } from "../../../app/draftStore.ts";
import type { Lab } from "../../../app/lab.ts";
import { type Run, stepOf } from "../../../app/runStore.ts";
import { isStale, isUntouched } from "../../../app/shownRun.ts";
import { type MuCorner, simplified } from "../../../charts/interaction/muCorners.ts";
import { configAt, phaseAt, phasesOf, type RunConfig, withSettings } from "../../../lab/experiment/config.ts";
import { phaseKey } from "../../../lab/experiment/phaseKeys.ts";
import { totalSteps } from "../../../lab/experiment/phases.ts";
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
  /** The phase that is drawn in, counted from 1; what is drawn counts its steps. */
  readonly phase: number;
  /** The first step that is still to come, and the last of the phase. */
  readonly from: number;
  readonly to: number;
  readonly live: boolean;
}

/** Where µ can be drawn: in every phase that mixes, and in the one under way alone once a run has begun. */
export function muTargets(run: Run | undefined, lab: Lab): readonly MuTarget[] {
  const draft = lab.draft.getState();
  const state = run?.state.phase;
  const going = state === "ready" || state === "training" || state === "paused";
  if (!run || isUntouched(run) || !going || isStale(run, draft)) return mixing(draft.config, 1, false);
  const from = stepOf(run.state) + 1;
  if (from > totalSteps(run.config)) return [];
  const awaited = run.awaited[MU_DRAWN];
  const config = awaited === undefined ? run.config : withDrawn(run.config, from, String(awaited));
  const { number } = phaseAt(config, from);
  return mixing(config, from, true).filter(({ phase }) => phase === number);
}

function mixing(config: RunConfig, from: number, live: boolean): MuTarget[] {
  return phasesOf(config)
    .filter(({ config: { params } }) => MU_DRAWN in params)
    .map(({ number, first, last }) => ({ config, phase: number, from: Math.max(from, first), to: last, live }));
}

/** Steps before the phase of a target. */
const before = ({ config, from }: Pick<MuTarget, "config" | "from">) => phaseAt(config, from).first - 1;

/** Corners as a setting: in steps of their phase. */
const textOf = (target: MuTarget, corners: readonly MuCorner[]) =>
  muText(corners.map(({ step, mu }) => ({ step: step - before(target), mu })));

/** The drawing in force at a target's first step, as its setting says it. */
export const drawnText = ({ config, from }: MuTarget): string => String(configAt(config, from).params[MU_DRAWN] ?? "");

function withDrawn(config: RunConfig, step: number, value: string): RunConfig {
  return withIntervention(config, { step, key: MU_DRAWN, value });
}

interface MuShape {
  readonly corners: readonly MuCorner[];
  /** The corners are µ itself, and not the schedule by a few of them. */
  readonly drawn: boolean;
}

/** The corners by which µ can be taken hold of: those that were drawn, else a few along the schedule. */
export function muShape(target: MuTarget): MuShape {
  const { config, from, to } = target;
  const first = before(target) + 1;
  const later = config.interventions.some(({ step, key }) => step > from && step <= to && key.startsWith("mu"));
  const drawn = muPoints(drawnText(target)).map(({ step, mu }) => ({ step: step + first - 1, mu }));
  if (!later && drawn.length > 0) return { corners: drawn, drawn: true };
  if (later) {
    const along = plannedMu(config)
      .filter(({ x }) => x >= first && x <= to)
      .map(({ x, y }) => ({ step: x, mu: y }));
    return { corners: simplified(along, CLOSE, MANY), drawn: true };
  }
  const plan = muPlan(config);
  const places = Array.from({ length: HANDLES }, (_, i) => first + Math.round((i * (to - first)) / (HANDLES - 1)));
  return { corners: [...new Set(places)].map((step) => ({ step, mu: twoPlaces(plan(step)) })), drawn: false };
}

const twoPlaces = (mu: number) => Math.round(mu * 100) / 100;

/** µ at every step if these corners were drawn now. */
export function muIfDrawn(target: MuTarget, corners: readonly MuCorner[]) {
  const { config, from, live, phase } = target;
  const text = textOf(target, corners);
  if (live) return plannedMu(withDrawn(config, from, text));
  return plannedMu(withSettings(withoutDrawings(target), { [keyIn(phase)]: text }));
}

/** A drawing of a whole phase takes the place of those that were made on the way through it. */
function withoutDrawings({ config, phase }: Pick<MuTarget, "config" | "phase">): RunConfig {
  const stays = ({ step, key }: { readonly step: number; readonly key: string }) =>
    key !== MU_DRAWN || phaseAt(config, step).number !== phase;
  return config.interventions.every(stays) ? config : { ...config, interventions: config.interventions.filter(stays) };
}

const keyIn = (phase: number) => (phase === 1 ? MU_DRAWN : phaseKey(phase, MU_DRAWN));

/** Makes it so; without corners µ follows its schedule again. */
export const drawMu = (lab: Lab, target: MuTarget, corners: readonly MuCorner[]): void =>
  setMu(lab, target, textOf(target, corners));

/** Makes a drawing the one that its setting says; the empty text is none. */
export function setMu(lab: Lab, { live, phase }: MuTarget, text: string): void {
  if (!live) {
    const { config } = lab.draft.getState();
    const cleared = withoutDrawings({ config, phase });
    if (cleared !== config) lab.draft.setState({ config: cleared });
  }
  lab.change({ [keyIn(phase)]: text });
}

export const muPlanOf = ({ config }: MuTarget) => muPlan(config);
