import { plainText } from "../note.ts";
import { type Issue, quote } from "../schema.ts";

/** One step of a lecture: what is shown, and what is written above it. */
export interface Scene {
  /** The page of a lesson, e.g. `lesson.never-tried`, or the hash of a link without its `#`. */
  readonly shows: string;
  /** Plain text; empty where there is none. */
  readonly note: string;
}

/** Scenes in the order in which they are stepped through; at least one. */
export type Lecture = readonly Scene[];

/** The most scenes of a lecture. */
export const SCENES = 24;
/** In characters: what one scene shows. */
export const SCENE_LIMIT = 1000;
/** In characters, as typed. */
export const SCENE_NOTE_LIMIT = 300;

const LESSON = /^lesson\.[a-z0-9][a-z0-9-]{0,39}$/;
const KEY = /^(?:lecture|scene|scene[1-9]\d?(?:\.note)?)$/;

/** True for the keys of a link that belong to a lecture: `lecture`, `scene`, `scene1`, `scene1.note`, … */
export const isLectureKey = (key: string): boolean => KEY.test(key);

/** True for a scene that shows a lesson. */
export const showsLesson = ({ shows }: Pick<Scene, "shows">): boolean => LESSON.test(shows);

/** What is wrong with what a scene shows, in words that follow "must"; undefined where it may be shown. */
export function sceneProblem(shows: string): string | undefined {
  if (shows.length > SCENE_LIMIT) return `have at most ${SCENE_LIMIT} characters, got ${shows.length}`;
  if (LESSON.test(shows)) return undefined;
  if (!shows.includes("=")) return `name a lesson (lesson.<name>) or be a link, got ${quote(shows)}`;
  if ([...new URLSearchParams(shows).keys()].some(isLectureKey)) return "be no lecture itself";
  return undefined;
}

/** A lecture as keys and values of a link: `lecture` is the number of its scenes, `scene` the one that is shown, left out for the first. */
export function lectureEntries(lecture: Lecture, scene = 1): [string, string][] {
  const scenes = lecture.flatMap(({ shows, note }, at): [string, string][] => {
    const shown: [string, string] = [`scene${at + 1}`, shows];
    return note === "" ? [shown] : [shown, [`scene${at + 1}.note`, note]];
  });
  return [
    ["lecture", String(lecture.length)],
    ...scenes,
    ...(scene > 1 ? ([["scene", String(scene)]] as const) : []),
  ].map(([key, value]) => [key!, value!]);
}

interface LectureReading {
  readonly lecture?: Lecture;
  /** The scene that is shown, counted from 1. */
  readonly scene?: number;
  readonly issues: readonly Issue[];
}

/** The lecture that a link's query holds. Never throws: a scene that cannot be read is named and left out. */
export function lectureOf(query: URLSearchParams): LectureReading {
  const issues: Issue[] = [];
  const keys = [...query.keys()].filter(isLectureKey);
  const refuse = (key: string, message: string) => void issues.push({ key, message });
  if (keys.length === 0) return { issues };
  const given = query.get("lecture");
  const count = given !== null && /^[1-9]\d?$/.test(given) && Number(given) <= SCENES ? Number(given) : undefined;
  if (count === undefined) {
    const got = given === null ? "none" : quote(given);
    refuse(
      "lecture",
      `A lecture must say how many scenes it has (lecture=1 to ${SCENES}), got ${got}: it was left out.`,
    );
    return { issues };
  }
  const lecture = Array.from({ length: count }, (_, at) => sceneAt(query, at + 1, refuse)).filter(
    (one) => one !== undefined,
  );
  const beyond = keys.filter((key) => Number(/\d+/.exec(key)?.[0] ?? 0) > count);
  if (beyond.length > 0)
    refuse(
      beyond[0]!,
      `A lecture of ${count} scenes must have none beyond scene${count}, got ${beyond.slice(0, 3).join(", ")}: left out.`,
    );
  if (lecture.length === 0) {
    refuse("lecture", "The lecture has no scene that can be shown.");
    return { issues };
  }
  const asked = query.get("scene") ?? "1";
  const scene = /^[1-9]\d?$/.test(asked) && Number(asked) <= lecture.length ? Number(asked) : undefined;
  if (scene === undefined)
    refuse(
      "scene",
      `In a link, scene must be a whole number in [1, ${lecture.length}], got ${quote(asked)}: 1 was taken.`,
    );
  return { lecture, scene: scene ?? 1, issues };
}

function sceneAt(
  query: URLSearchParams,
  number: number,
  refuse: (key: string, message: string) => void,
): Scene | undefined {
  const key = `scene${number}`;
  const shows = query.get(key)?.trim().replace(/^#/, "");
  if (shows === undefined) {
    refuse(key, `Scene ${number} of the lecture is missing: the others are shown.`);
    return undefined;
  }
  const problem = sceneProblem(shows);
  if (problem !== undefined) {
    refuse(key, `Scene ${number} of the lecture must ${problem}: it was left out.`);
    return undefined;
  }
  const written = query.get(`${key}.note`) ?? "";
  const note = plainText(written, SCENE_NOTE_LIMIT);
  if ([...written].length > SCENE_NOTE_LIMIT)
    refuse(
      `${key}.note`,
      `The note of scene ${number} must have at most ${SCENE_NOTE_LIMIT} characters: the rest was cut.`,
    );
  return { shows, note };
}
