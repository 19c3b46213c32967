import { useEffect, useMemo } from "react";
import { armDraft, ownArm } from "../../app/lessonLinks.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import { LESSON_HEADS } from "../../lab/lessons/heads/index.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { useLab } from "../shared/labContext.ts";
import type { OwnRun } from "./figureLines.ts";
import { armOf, useLessonRun } from "./useLessonRun.ts";
import { useRecord } from "./useRecord.ts";

/** What a lesson shows: its recorded seeds, the reader's run of it, and what its figures are drawn from. Makes its experiment the page's. */
export function useLessonView(lesson: Lesson) {
  const lab = useLab();
  useEffect(() => {
    // The experiment of another lesson gives way to this one's; what somebody set up in the workbench stays.
    const { config } = lab.draft.getState();
    if (armOf(lesson, config) || !LESSON_HEADS.some((other) => armOf(other, config))) return;
    lab.draft.setState({ ...armDraft(ownArm(lesson)), from: undefined });
    lab.prepare();
  }, [lab, lesson]);
  const record = useRecord(lesson);
  const shown = useLessonRun(lesson);
  const run = shown?.begun ? shown.run : undefined;
  const arm = shown?.begun ? shown.arm : undefined;
  const config = armDraft(arm ?? ownArm(lesson)).config;
  const steps = Math.max(...lesson.arms.map((one) => totalSteps(armDraft(one).config)));
  const version = run?.version;
  // The columns grow in place: another version is another picture.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const own = useMemo<OwnRun | undefined>(
    () =>
      run &&
      arm && {
        label: arm.id === lesson.own ? "your run" : `your ${arm.label}`,
        column: (name) => run.series.column(name),
      },
    [run?.id, version, arm, lesson],
  );
  return { record, shown, run, arm, config, steps, own };
}
