import { createStore } from "zustand/vanilla";
import { algorithmsOf } from "../lab/experiment/phases.ts";
import { type Lecture, SCENE_LIMIT, SCENE_NOTE_LIMIT, SCENES, type Scene, sceneProblem } from "../lab/link/lecture.ts";
import { lectureHash, readLink, writeLink } from "../lab/link/link.ts";
import { plainText } from "../lab/note.ts";
import { taskById } from "../lab/tasks/index.ts";
import { openedAt } from "./draftStore.ts";
import { lessonOfPage } from "./lessonLinks.ts";

/** A scene of the lecture that is being made. */
export interface DraftScene extends Scene {
  /** Tells it from an equal one while they are moved. */
  readonly id: number;
  /** As the list names it. */
  readonly title: string;
}

interface LectureDraft {
  readonly scenes: readonly DraftScene[];
}

const KEY = "policy-lab.lecture";
let ids = 0;

/** The lecture that is being made: of this browser, from one visit to the next. */
export const lectureStore = createStore<LectureDraft>(() => ({ scenes: stored().map(drafted) }));

lectureStore.subscribe(({ scenes }) => {
  try {
    if (scenes.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, lectureHash(scenes));
  } catch {
    // Without storage the lecture lasts as long as the page.
  }
});

/** What was stored is read as a link is: what cannot be read is left out. */
function stored(): Lecture {
  try {
    return readLink(localStorage.getItem(KEY) ?? "").view.lecture ?? [];
  } catch {
    return [];
  }
}

function drafted({ shows, note }: Scene): DraftScene {
  return { id: ++ids, shows, note, title: titleOf(shows) };
}

function titleOf(shows: string): string {
  const lesson = lessonOfPage(shows);
  if (lesson) return lesson.title;
  const { config } = openedAt(`#${shows}`);
  return `${algorithmsOf(config)} on ${taskById(config.task).title}`;
}

/** Adds a lesson by its page, or what a link shows, at the end. @returns what is wrong with it in one sentence; undefined where it was added. */
export function addScene(text: string): string | undefined {
  const { scenes } = lectureStore.getState();
  if (scenes.length >= SCENES) return `A lecture must have at most ${SCENES} scenes, and so many are there.`;
  const { shows, problem } = sceneOf(text.trim());
  if (problem !== undefined) return problem;
  lectureStore.setState({ scenes: [...scenes, drafted({ shows, note: "" })] });
  return undefined;
}

type Found =
  | { readonly shows: string; readonly problem?: undefined }
  | { readonly shows?: undefined; readonly problem: string };

/** What a scene shows of a link: the page of its lesson where it names no more than that, and else the link written anew. */
function sceneOf(text: string): Found {
  if (lessonOfPage(text)) return { shows: text };
  const link = readLink(text);
  if (link.view.lecture) return { problem: "A scene must be a lesson or an experiment, got a lecture." };
  const page = link.view.page;
  if (!link.experiment && page !== undefined && lessonOfPage(page)) return { shows: page };
  const wrong = link.issues[0]?.message;
  if (wrong !== undefined) return { problem: wrong };
  if (!link.experiment)
    return { problem: "A scene must be a link to a lesson or an experiment: this one names neither." };
  const { page: _, ...view } = { ...link.view, embed: false, present: false };
  const { hash, cuts } = writeLink({ ...link, view }, SCENE_LIMIT);
  const shows = hash.slice(1);
  const problem = cuts[0] ?? (sceneProblem(shows) && `A scene must ${sceneProblem(shows)}.`);
  return problem === undefined ? { shows } : { problem };
}

export function removeScene(id: number): void {
  lectureStore.setState(({ scenes }) => ({ scenes: scenes.filter((scene) => scene.id !== id) }));
}

/** Moves a scene by one place, as far as there is one. */
export function moveScene(id: number, by: 1 | -1): void {
  lectureStore.setState(({ scenes }) => {
    const at = scenes.findIndex((scene) => scene.id === id);
    const other = scenes[at + by];
    if (!other) return { scenes };
    const moved = [...scenes];
    moved[at + by] = scenes[at]!;
    moved[at] = other;
    return { scenes: moved };
  });
}

/** Sets the note of a scene as it is typed; the link has it as plain text. */
export function noteScene(id: number, note: string): void {
  const cut = [...note].slice(0, SCENE_NOTE_LIMIT).join("");
  lectureStore.setState(({ scenes }) => ({
    scenes: scenes.map((scene) => (scene.id === id ? { ...scene, note: cut } : scene)),
  }));
}

/** The hash of the lecture's link, empty while there is no scene. */
export function lectureLink({ scenes }: LectureDraft): string {
  if (scenes.length === 0) return "";
  return lectureHash(scenes.map(({ shows, note }) => ({ shows, note: plainText(note, SCENE_NOTE_LIMIT) })));
}
