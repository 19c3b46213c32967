import type { FlatConfig, RunConfig } from "../lab/experiment/config.ts";
import { parseConfig, withSettings } from "../lab/experiment/config.ts";
import { LESSON_HEADS } from "../lab/lessons/heads/index.ts";
import type { LessonHead } from "../lab/lessons/lesson.ts";
import { presetFor } from "../lab/lessons/presets.ts";
import type { Arm } from "../lab/lessons/study.ts";

/** The page with the list of all lessons. */
export const LESSON_INDEX = "lessons";

/** The page of a lesson, as a link names it. */
export const pageOf = ({ id }: Pick<LessonHead, "id">): string => `lesson.${id}`;

/** The lesson that an address without a hash opens. */
export const openingLesson = (): LessonHead => LESSON_HEADS[0]!;

/** The lesson of a page; undefined for any other page, and for a lesson that does not exist. */
export function lessonOfPage(page: string | undefined): LessonHead | undefined {
  return page?.startsWith("lesson.") ? LESSON_HEADS.find((lesson) => pageOf(lesson) === page) : undefined;
}

/** The arm that *Train it yourself* trains. */
export function ownArm({ arms, own, id }: LessonHead): Arm {
  const arm = arms.find((one) => one.id === own);
  if (!arm) throw new Error(`the own arm of the lesson ${id} must be one of its arms, got ${own}`);
  return arm;
}

const configs = new WeakMap<FlatConfig, RunConfig>();

/** The experiment of an arm with the first seed. */
function configOfArm({ settings }: Arm): RunConfig {
  const known = configs.get(settings);
  if (known) return known;
  const config = parseConfig(settings);
  configs.set(settings, config);
  return config;
}

/** What a draft says of an experiment. */
interface ArmDraft {
  readonly config: RunConfig;
  readonly presetId: string | undefined;
}

/** An arm as a draft, with its own seed unless another is given. */
export function armDraft(arm: Arm, seed?: number): ArmDraft {
  const first = configOfArm(arm);
  const config = seed === undefined || seed === first.start.seed ? first : withSettings(first, { seed });
  return { config, presetId: presetFor(config)?.id };
}
