import { buttonsOf, isUntouched } from "../../app/lab.ts";
import { stepOf } from "../../app/runStore.ts";
import { RunControls } from "../../controls/RunControls.tsx";
import { RunProgress } from "../../controls/RunProgress.tsx";
import type { RunState } from "../../lab/train/runState.ts";
import { useDraft, useLab, useRuns, useStale } from "../labContext.ts";
import styles from "./Run.module.css";

/** Train, pause, step, stop; how far it is; and one line that says what is worth knowing now. */
export function RunBar() {
  const lab = useLab();
  const run = useRuns((now) => now.run);
  const stale = useStale();
  const draftSteps = useDraft(({ config }) => config.optimiser.steps);
  const fresh = isUntouched(run);
  const may = buttonsOf(run, stale);
  const training = run?.state.phase === "training";
  return (
    <div className={styles.bar}>
      <div className={styles.row}>
        <RunControls
          may={may}
          next={training && !stale ? "pause" : "train"}
          onTrain={lab.train}
          onPause={lab.pause}
          onStep={lab.step}
          onStop={lab.stop}
        />
        <RunProgress
          step={run ? stepOf(run.state) : 0}
          steps={run && !fresh ? run.config.optimiser.steps : draftSteps}
          phase={phaseText(run?.state)}
          moving={training}
          pace={run?.pace}
        />
      </div>
      <Line stale={stale && !fresh} />
    </div>
  );
}

/** Always one line high, so that nothing below moves. */
function Line({ stale }: { readonly stale: boolean }) {
  const lab = useLab();
  const reason = useRuns(({ backend }) => backend?.reason);
  const what = useRuns(({ run }) => (run?.state.phase === "loading" ? run.state.what : undefined));
  return (
    <div className={`caption ${styles.line}`} aria-live="polite">
      {stale ? (
        <>
          The settings have changed since this run began: Train starts a new run with them.{" "}
          <button type="button" className="quiet" onClick={lab.backToRun}>
            Back to this run's settings
          </button>
        </>
      ) : what ? (
        `Getting ready: ${what}.`
      ) : (
        reason
      )}
    </div>
  );
}

export function phaseText(state: RunState | undefined): string {
  if (!state) return "not started";
  if (state.phase === "loading") return "loading";
  if (state.phase === "compiling") return `compiling ${state.done} of ${state.of}`;
  return state.phase;
}
