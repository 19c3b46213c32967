import { LESSON_HEADS } from "../lab/lessons/heads/index.ts";
import { lectureHash, pageHash } from "../lab/link/link.ts";
import { PLAIN_VIEW } from "../lab/link/view.ts";
import { type Draft, linkOf } from "./draftStore.ts";
import { lessonOfPage, pageOf } from "./lessonLinks.ts";

/** Where a presentation is among its scenes. */
interface SceneNav {
  /** Counted from 1. */
  readonly at: number;
  readonly of: number;
  /** The hash of a scene, counted from 1. */
  hashOf(at: number): string;
}

/** The scenes around the presented one: those of its lecture, of a lesson all lessons; undefined for an experiment by itself. */
export function scenesOf({ view }: Pick<Draft, "view">): SceneNav | undefined {
  const { lecture, scene = 1 } = view;
  if (lecture) return { at: scene, of: lecture.length, hashOf: (at) => lectureHash(lecture, at) };
  const lesson = lessonOfPage(view.page);
  if (!lesson) return undefined;
  return {
    at: LESSON_HEADS.indexOf(lesson) + 1,
    of: LESSON_HEADS.length,
    hashOf: (at) => presentLesson(pageOf(LESSON_HEADS[at - 1]!)),
  };
}

/** The address at which a lesson is presented. @param page of the lesson, e.g. `lesson.never-tried`. */
const presentLesson = (page: string): string => pageHash({ ...PLAIN_VIEW, page, present: true });

/** The link that presents what the draft shows. */
export function presentHash({ config, presetId, receipt, view }: Draft): string {
  const { page: whole, lecture: _, scene: __, ...look } = view;
  const page = lessonOfPage(whole) && whole;
  return linkOf({ config, presetId, receipt, view: { ...look, ...(page && { page }), embed: false, present: true } });
}

/** The link back to the page of what is presented: the lesson, or the experiment in the workbench. */
export function leaveHash({ config, presetId, receipt, view }: Draft): string {
  const { lecture: _, scene: __, ...look } = view;
  return linkOf({ config, presetId, receipt, view: { ...look, present: false } });
}
