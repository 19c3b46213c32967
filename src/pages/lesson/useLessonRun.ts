import { experimentKey } from "../../app/draftStore.ts";
import { armDraft } from "../../app/lessonLinks.ts";
import type { Run } from "../../app/runStore.ts";
import { isUntouched } from "../../app/shownRun.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import type { LessonHead } from "../../lab/lessons/lesson.ts";
import type { Arm } from "../../lab/lessons/study.ts";
import { useInTurn, useLab, useRuns } from "../shared/labContext.ts";

/** The arm of a lesson that a config is of, whatever its seed; undefined where it is another experiment. */
export function armOf({ arms }: LessonHead, config: RunConfig): Arm | undefined {
  return arms.find((arm) => experimentKey(armDraft(arm, config.start.seed).config) === experimentKey(config));
}

/** The page's run where it is one of the lesson, as it was at the newest turn of drawing. */
export function useLessonRun(
  lesson: LessonHead,
): { readonly run: Run; readonly arm: Arm; readonly begun: boolean } | undefined {
  const lab = useLab();
  const id = useRuns(({ run }) => run?.id);
  const phase = useRuns(({ run }) => run?.state.phase);
  const run = useInTurn(() => lab.run.getState().run, { key: `${id} ${phase}` });
  const arm = run && armOf(lesson, run.config);
  return run && arm && { run, arm, begun: !isUntouched(run) };
}
