import { ConfigError, type Field, quote } from "../../schema.ts";

/** One corner of a drawn µ. */
export interface MuPoint {
  /** Counted from 1, like every update. */
  readonly step: number;
  /** In [0, 1]. */
  readonly mu: number;
}

/** So many corners still fit into a link beside everything else. */
export const MU_POINTS = 32;
const LAST_STEP = 100_000;
/** Corners are kept to this many places: finer than a hand can draw, short in a link. */
const PLACES = 3;

/** A drawn µ as text: `40-0.2_80-0.5` is 0.2 at step 40 and 0.5 at step 80; nothing drawn is the empty text. */
export function muText(points: readonly MuPoint[]): string {
  return points.map(({ step, mu }) => `${step}-${Number(mu.toFixed(PLACES))}`).join("_");
}

const parsed = new Map<string, readonly MuPoint[]>();

/** The corners that a text names, in order of step. The text must be one that {@link muText} wrote or a field read. */
export function muPoints(text: string): readonly MuPoint[] {
  let points = parsed.get(text);
  if (!points) {
    points = text === "" ? [] : text.split("_").map(pointOf);
    // A run asks for the same text at every step, and a page for a few of them.
    if (parsed.size > 50) parsed.clear();
    parsed.set(text, points);
  }
  return points;
}

function pointOf(item: string): MuPoint {
  const [step, mu] = item.split("-");
  return { step: Number(step), mu: Number(mu) };
}

/** µ where it was drawn: straight between corners, level after the last; undefined before the first, where the schedule rules. */
export function drawnMuAt(step: number, points: readonly MuPoint[]): number | undefined {
  const [first] = points;
  if (!first || step < first.step) return undefined;
  const next = points.findIndex((point) => point.step > step);
  if (next < 0) return points.at(-1)!.mu;
  const [a, b] = [points[next - 1]!, points[next]!];
  return a.mu + ((b.mu - a.mu) * (step - a.step)) / (b.step - a.step);
}

/** The knob whose control is the chart of µ itself. */
export const muDrawnKnob: Field<string> = {
  kind: "curve",
  initial: "",
  label: "µ by hand",
  help: "Corners of a drawn µ as step-value, joined by underscores; from the first one on µ follows straight lines between them instead of the schedule.",
  live: true,
  read(raw, name = "value") {
    const bad = (what: string) =>
      new ConfigError([
        { key: name, message: `µ by hand (${name}) must be ${what}, such as 40-0.2_80-0.5, got ${quote(raw)}.` },
      ]);
    if (typeof raw !== "string") throw bad("corners written as step-value");
    const text = raw.trim();
    if (text === "") return "";
    const items = text.split("_");
    if (items.length > MU_POINTS) throw bad(`at most ${MU_POINTS} corners`);
    if (!items.every((item) => /^\d+-(\d+\.?\d*|\.\d+)$/.test(item))) throw bad("corners written as step-value");
    const points = items.map(pointOf);
    if (!points.every(({ step, mu }) => step >= 1 && step <= LAST_STEP && mu <= 1)) {
      throw bad(`corners at steps 1 to ${LAST_STEP} with values in [0, 1]`);
    }
    if (!points.every(({ step }, i) => i === 0 || step > points[i - 1]!.step)) throw bad("corners in order of step");
    return muText(points);
  },
};
