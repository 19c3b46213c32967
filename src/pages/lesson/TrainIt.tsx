import { linkOf } from "../../app/draftStore.ts";
import { armDraft, ownArm } from "../../app/lessonLinks.ts";
import { type Run, stepOf } from "../../app/runStore.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import type { Arm } from "../../lab/lessons/study.ts";
import { PLAIN_VIEW } from "../../lab/link/view.ts";
import type { RunState } from "../../lab/train/runState.ts";
import { useLab, useRuns } from "../shared/labContext.ts";
import styles from "./Lesson.module.css";
import { trainArm } from "./trainArm.ts";

interface TrainItProps {
  readonly lesson: Lesson;
  readonly run: Run | undefined;
  readonly begun: boolean;
  readonly arm: Arm | undefined;
  /** Of a recorded run of the lesson's own arm; undefined where it is not known. */
  readonly seconds: number | undefined;
}

/** The one button of a lesson, and beside it how far the run is, or what it will take. */
export function TrainIt({ lesson, run, begun, arm, seconds }: TrainItProps) {
  const { label, press, own, seed } = useTrainIt({ lesson, run, begun, arm });
  const now = run?.state;
  const steps = totalSteps(armDraft(own).config);
  const href = linkOf({ ...armDraft(arm ?? own, begun ? seed : undefined), view: PLAIN_VIEW });
  return (
    <div className={styles.act}>
      <button type="button" className={`button leads ${styles.go}`} onClick={press}>
        {label}
      </button>
      <p className={styles.small}>
        <span role="status">{begun && now ? progressText(now, totalSteps(run.config)) : costText(steps, seconds)}</span>{" "}
        Or <a href={href}>open it in the workbench</a>.
      </p>
    </div>
  );
}

/** What the button of a lesson says and does: trains its arm, pauses, goes on, and then trains the next seed. */
export function useTrainIt({ lesson, run, begun, arm }: Omit<TrainItProps, "seconds">) {
  const lab = useLab();
  // The button answers at once; what is drawn beside it waits for its turn.
  const phase = useRuns((now) => now.run?.state.phase);
  const own = ownArm(lesson);
  const busy = begun && (phase === "training" || phase === "loading" || phase === "compiling");
  const seed = run?.config.start.seed ?? 0;
  const again = begun && arm && (phase === "finished" || phase === "stopped");
  const label = !begun
    ? "Train it yourself"
    : busy
      ? "Pause"
      : phase === "paused"
        ? "Go on"
        : phase === "failed"
          ? "Try again"
          : `Train seed ${seed + 1}`;
  const press = () => {
    if (busy) lab.pause();
    else if (begun && phase === "paused") lab.train();
    else if (again) trainArm(lab, arm, seed + 1);
    else trainArm(lab, arm ?? own, begun ? seed : undefined);
  };
  return { label, press, own, seed };
}

function costText(steps: number, seconds: number | undefined): string {
  if (seconds === undefined) return `${steps} steps, in this tab.`;
  return `${steps} steps, in this tab; the recorded runs took about ${Math.max(1, Math.round(seconds))} s.`;
}

export function progressText(state: RunState, steps: number): string {
  const at = `Step ${stepOf(state)} of ${steps}`;
  if (state.phase === "loading") return `Getting ready: ${state.what}.`;
  if (state.phase === "compiling") return `Getting ready: compiling, ${state.done} of ${state.of}.`;
  if (state.phase === "failed") return `${at}, failed.`;
  return state.phase === "training" ? `${at}.` : `${at}, ${state.phase}.`;
}
