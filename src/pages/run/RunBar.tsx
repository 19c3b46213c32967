import { lazy, Suspense, useState } from "react";
import { buttonsOf, isUntouched } from "../../app/lab.ts";
import { stepOf } from "../../app/runStore.ts";
import { RunControls } from "../../controls/RunControls.tsx";
import { RunPace, RunProgress } from "../../controls/RunProgress.tsx";
import type { RunState } from "../../lab/train/runState.ts";
import { useDraft, useLab, useRuns, useStale } from "../labContext.ts";
import styles from "./Run.module.css";

const PaceSettings = lazy(() => import("./PaceSettings.tsx"));

/** Train, pause, step, stop; how far it is; and one line that says what is worth knowing now. */
export function RunBar() {
  const lab = useLab();
  const state = useRuns(({ run }) => run?.state);
  const pace = useRuns(({ run }) => run?.pace);
  const fresh = useRuns(({ run }) => isUntouched(run));
  const runSteps = useRuns(({ run }) => run?.config.optimiser.steps);
  const draftSteps = useDraft(({ config }) => config.optimiser.steps);
  const stale = useStale();
  const training = state?.phase === "training";
  const [opened, setOpened] = useState(false);
  return (
    <div className={styles.bar}>
      <div className={styles.row}>
        <RunControls
          may={buttonsOf(state?.phase, stale)}
          next={training && !stale ? "pause" : "train"}
          onTrain={lab.train}
          onPause={lab.pause}
          onStep={lab.step}
          onStop={lab.stop}
        />
        <RunProgress
          step={state ? stepOf(state) : 0}
          steps={fresh ? draftSteps : (runSteps ?? draftSteps)}
          phase={phaseText(state)}
          moving={training}
        />
      </div>
      <div className={styles.line}>
        <News stale={stale && !fresh} />
        {pace && <RunPace moving={training} {...pace} />}
      </div>
      <details className={styles.more} onToggle={(event) => setOpened(opened || event.currentTarget.open)}>
        <summary>Speed, run to a step, restart</summary>
        {opened && (
          <Suspense fallback={<p className="caption">One moment.</p>}>
            <PaceSettings />
          </Suspense>
        )}
      </details>
    </div>
  );
}

/** What is worth knowing now, in one sentence. */
function News({ stale }: { readonly stale: boolean }) {
  const lab = useLab();
  const reason = useRuns(({ backend }) => backend?.reason);
  const what = useRuns(({ run }) => (run?.state.phase === "loading" ? run.state.what : undefined));
  return (
    <div className="caption" aria-live="polite">
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
