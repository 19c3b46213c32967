import { SHARED } from "../experiment/sections.ts";
import { NOTE_LIMIT, plainText } from "../note.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import { decimalIn, type Issue, quote } from "../schema.ts";
import { DATA_PARAMS } from "../tasks/dataTask.ts";
import { TASKS } from "../tasks/index.ts";
import { type Lecture, lectureEntries, lectureOf } from "./lecture.ts";

export { NOTE_LIMIT, plainText };

/** What a link can ask to see; each is a panel of the workbench. */
export const PANELS = ["tokens", "accuracy", "reward", "loss", "entropy", "mu", "own", "samples"] as const;
export type Panel = (typeof PANELS)[number];

/** Parts of the page, beside single settings, that a teacher may hide or lock. */
export const PARTS = ["presets", "task", "algorithm", "settings", "compute", "runs"] as const;

/** How an experiment is shown: never what comes out of it, so no part of the config and of no run's numbers. */
export interface View {
  /** Another page than the workbench, with a place on it: `method`, `method.grpo`. */
  readonly page?: string;
  /** The panels to show; all of them where the list is empty. */
  readonly charts: readonly Panel[];
  /** Strength of the smoothing of every line, in [0, 0.99]; 0 is off. */
  readonly smooth: number;
  /** The step that charts and readouts speak of. */
  readonly cursor?: number;
  /** Settings and parts that are not shown. */
  readonly hide: readonly string[];
  /** Settings and parts that are shown and cannot be changed; `all` for every one. */
  readonly lock: readonly string[];
  /** Plain text above the experiment; never markup. */
  readonly note: string;
  /** Charts and a play button alone, for a frame in somebody's page. */
  readonly embed: boolean;
  /** One or two figures over the full width, for a projector: `view=present`. */
  readonly present: boolean;
  /** Ids of the algorithms that the experiment is raced under, two or more in the order of the menu; empty for none. */
  readonly race: readonly string[];
  /** Scenes to be stepped through; the experiment is then that of the scene. */
  readonly lecture?: Lecture;
  /** The scene of the lecture that is shown, counted from 1. */
  readonly scene?: number;
}

export const PLAIN_VIEW: View = {
  charts: [],
  smooth: 0,
  hide: [],
  lock: [],
  note: "",
  embed: false,
  present: false,
  race: [],
};

/** The keys of a link that belong to the view, those of a lecture's scenes apart. No setting may have one of these names. */
export const VIEW_KEYS = [
  ...["page", "charts", "smooth", "cursor", "hide", "lock", "note", "embed"],
  ...["view", "race", "lecture", "scene"],
] as const;

/** The view as key and value, what is as in {@link PLAIN_VIEW} left out. */
export function viewEntries(view: View): [string, string][] {
  const entries: [string, string][] = [];
  if (view.embed) entries.push(["embed", "1"]);
  if (view.page !== undefined) entries.push(["page", view.page]);
  if (view.present) entries.push(["view", "present"]);
  if (view.race.length > 0) entries.push(["race", view.race.join(".")]);
  if (view.charts.length > 0) entries.push(["charts", view.charts.join(".")]);
  if (view.smooth > 0) entries.push(["smooth", String(view.smooth)]);
  if (view.cursor !== undefined) entries.push(["cursor", String(view.cursor)]);
  if (view.hide.length > 0) entries.push(["hide", view.hide.join(".")]);
  if (view.lock.length > 0) entries.push(["lock", view.lock.join(".")]);
  if (view.lecture) entries.push(...lectureEntries(view.lecture, view.scene));
  if (view.note !== "") entries.push(["note", view.note]);
  return entries;
}

/** What a link says about the view. Never throws: what cannot be read is named and left out. */
export function viewOf(query: URLSearchParams): { readonly view: View; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const complain = (key: string, what: string, got: unknown) =>
    issues.push({ key, message: `In a link, ${key} must be ${what}, got ${quote(got)}.` });

  const names = (key: string, known: readonly string[], what: string) => {
    const asked = (query.get(key) ?? "").split(".").filter((name) => name !== "");
    for (const name of asked) if (!known.includes(name)) complain(key, what, name);
    return [...new Set(asked.filter((name) => known.includes(name)))];
  };
  const number = (key: string, fits: (value: number) => boolean, what: string) => {
    const text = query.get(key);
    if (text === null) return undefined;
    const value = decimalIn(text);
    if (fits(value)) return value;
    complain(key, what, text);
    return undefined;
  };

  const page = query.get("page") ?? undefined;
  const pageFits = page === undefined || /^[a-z][a-z0-9.-]{0,39}$/.test(page);
  if (!pageFits) complain("page", "a page's name in small letters", page);
  const embed = query.get("embed");
  if (embed !== null && embed !== "0" && embed !== "1") complain("embed", "1 or 0", embed);

  const note = query.get("note") ?? "";
  if ([...plainText(note, Number.POSITIVE_INFINITY)].length > NOTE_LIMIT)
    issues.push({ key: "note", message: `A note must have at most ${NOTE_LIMIT} characters: the rest was cut.` });

  const look = query.get("view");
  if (look !== null && look !== "present") complain("view", "present", look);
  const asked = names("race", RACERS, "algorithms");
  if (asked.length === 1) complain("race", "two algorithms or more", query.get("race"));
  const race = asked.length > 1 ? RACERS.filter((id) => asked.includes(id)) : [];
  const { issues: refused, ...lecture } = lectureOf(query);
  issues.push(...refused);

  const controls: readonly string[] = [...PARTS, ...SETTING_KEYS];
  const smooth = number("smooth", (v) => v >= 0 && v <= 0.99, "a number in [0, 0.99]") ?? 0;
  const cursor = number("cursor", (v) => Number.isInteger(v) && v >= 0 && v <= 10_000, "a step of the run");
  const charts = names("charts", PANELS, `some of ${PANELS.join(", ")}`) as Panel[];
  const hide = names("hide", controls, "settings or parts of the page");
  const lock = names("lock", ["all", ...controls], "all, or settings or parts of the page");
  const view: View = {
    ...(pageFits && page !== undefined && { page }),
    ...(cursor !== undefined && { cursor }),
    ...{ charts, smooth, hide, lock },
    note: plainText(note),
    embed: embed === "1",
    present: look === "present",
    race,
    ...lecture,
  };
  return { view, issues };
}

export function isHidden({ hide }: Pick<View, "hide">, name: string): boolean {
  return hide.includes(name);
}

export function isLocked({ lock }: Pick<View, "lock">, name: string): boolean {
  return lock.includes("all") || lock.includes(name);
}

/** Algorithms in the order of the menu: a race is the same in whatever order its link names them. */
const RACERS: readonly string[] = OBJECTIVES.map(({ id }) => id);

/** Every key that some experiment's config can have. */
export const SETTING_KEYS: readonly string[] = [
  ...new Set(
    [SHARED, ...OBJECTIVES.map(({ params }) => params), ...TASKS.map(({ params }) => params), DATA_PARAMS].flatMap(
      (schema) => Object.keys(schema),
    ),
  ),
];
