import { lazy, Suspense, useId, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { buttonsOf, isUntouched } from "../../../app/shownRun.ts";
import { RunControls } from "../../../controls/RunControls.tsx";
import { RunPace, RunProgress } from "../../../controls/RunProgress.tsx";
import { totalSteps } from "../../../lab/experiment/phases.ts";
import type { RunState } from "../../../lab/train/runState.ts";
import { useDraft, useLab, useRuns, useStale } from "../../shared/labContext.ts";
import { RunCost } from "../links/RunCost.tsx";
import { useRecorded } from "../recorded/useRecorded.ts";
import { GoOnLine } from "./GoOnLine.tsx";
import { Headline } from "./Headline.tsx";
import styles from "./Run.module.css";
import { useProgress } from "./useProgress.ts";

const PaceSettings = lazy(() => import("./PaceSettings.tsx"));

/** Train, pause, step, stop; how far it is, how fast it goes, and what it waits for. */
export function RunBar() {
  const lab = useLab();
  const { state, pace } = useProgress() ?? {};
  const steps = useSteps();
  const stale = useStale();
  const invited = useRecorded() !== undefined;
  const training = state?.phase === "training";
  // What is wanted more rarely. Once opened it stays, so that a limit of speed outlives its closing.
  const [paces, setPaces] = useState(false);
  const [paced, setPaced] = useState(false);
  const id = useId();
  return (
    <div className={styles.bar}>
      <div className={styles.row}>
        <RunControls
          may={buttonsOf(state?.phase, stale)}
          next={training && !stale ? "pause" : invited ? undefined : "train"}
          onTrain={lab.train}
          onPause={lab.pause}
          onStep={lab.step}
          onStop={lab.stop}
        />
        <RunProgress step={state ? stepOf(state) : 0} steps={steps} phase={phaseText(state)} moving={training} />
        <div className={styles.side}>
          <News hasPace={pace !== undefined} />
          {pace && <RunPace moving={training} {...pace} />}
          <Rated state={state} />
        </div>
        <button
          type="button"
          className={`quiet ${styles.pace}`}
          aria-expanded={paces}
          aria-controls={id}
          title="Speed, run to a step, restart"
          onClick={() => {
            setPaces(!paces);
            setPaced(true);
          }}
        >
          Pace
        </button>
      </div>
      <div className={styles.said}>
        <Headline />
        <RunCost />
      </div>
      <GoOnLine />
      <div id={id} hidden={!paces}>
        {paced && (
          <Suspense fallback={<p className="caption">One moment.</p>}>
            <PaceSettings />
          </Suspense>
        )}
      </div>
    </div>
  );
}

/** Of the run that is shown, or of the one that would be trained. */
function useSteps(): number {
  const fresh = useRuns(({ run }) => isUntouched(run));
  const runSteps = useRuns(({ run }) => run && totalSteps(run.config));
  const draftSteps = useDraft(({ config }) => totalSteps(config));
  return fresh ? draftSteps : (runSteps ?? draftSteps);
}

/** What it waits for; with nothing to wait for and no pace to show, why it computes where it does. */
function News({ hasPace }: { readonly hasPace: boolean }) {
  const reason = useRuns(({ backend }) => backend?.reason);
  const what = useRuns(({ run }) => (run?.state.phase === "loading" ? run.state.what : undefined));
  const said = what ? `Getting ready: ${what}.` : hasPace ? undefined : reason;
  return (
    <span className={`caption ${styles.news}`} title={said} aria-live="polite">
      {said}
    </span>
  );
}

/** How far the rating of answers has come, where it takes long: in the place of the news or the pace, so that nothing moves. */
function Rated({ state }: { readonly state: RunState | undefined }) {
  const rating = state && "rating" in state ? state.rating : undefined;
  return (
    <span className={`caption ${styles.rating}`}>
      <span aria-live="polite">{rating && "Rating answers"}</span>
      {rating && `, ${rating.done} of ${rating.of}`}
    </span>
  );
}

export function phaseText(state: RunState | undefined): string {
  if (!state) return "not started";
  if (state.phase === "loading") return "loading";
  if (state.phase === "compiling") return `compiling ${state.done} of ${state.of}`;
  return state.phase;
}
