import { useEffect } from "react";
import { useStore } from "zustand";
import { stepOf } from "../../../app/runStore.ts";
import type { InspectedRow } from "../../../lab/train/inspect.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { useRuns } from "../../shared/labContext.ts";
import { CandidateBars } from "./CandidateBars.tsx";
import { useMicroscope } from "./useMicroscope.ts";

interface CandidatesProps {
  readonly row: TokenRow;
  readonly at: number;
  /** False for a past run: the worker has other weights than its own. */
  readonly askable?: boolean;
}

/** What the policy could have written in the place of one token, as bars. Asked for while the run rests. */
export function Candidates({ row, at, askable = true }: CandidatesProps) {
  const microscope = useMicroscope();
  const answered = useStore(microscope, (findings) => findings.answered);
  const phase = useRuns(({ run }) => run?.state.phase);
  // Nothing is asked meanwhile, so nobody needs every step.
  const step = useRuns(({ run }) => (run && run.state.phase !== "training" ? stepOf(run.state) : 0));
  // A recorded run has no weights to ask; once a run of one's own has tokens, they are what is shown.
  const isLive = useRuns(({ run }) => run?.tokens !== undefined) && askable;
  const atRest = isLive && (phase === "paused" || phase === "finished" || phase === "stopped");
  const mine = isLive && answered && sameRow(answered.row, row) ? answered : undefined;
  const known = mine && "candidates" in mine && mine.step === step ? mine : undefined;
  const refused = mine && "issue" in mine ? mine.issue : undefined;

  useEffect(() => {
    if (!atRest || known) return;
    const { feed, prompt, tokens } = row;
    void microscope.inspect({ feed, prompt, tokens });
  }, [microscope, atRest, known, row]);

  const written = row.tokens[at]!;
  const bars = known ? (known.candidates[at] ?? []) : [{ token: written, p: Math.exp(row.logp[at]!) }];
  return (
    <>
      <CandidateBars {...{ bars, written }} slots={!known} />
      <p className="caption">{!askable ? PAST : (refused ?? sentence(isLive, atRest, known !== undefined, step))}</p>
    </>
  );
}

const PAST =
  "a past run has no weights in the worker that could be asked for the other candidates: resume it or start from it";

const sameRow = (a: InspectedRow, b: InspectedRow) =>
  a.feed === b.feed && a.prompt === b.prompt && a.tokens.join(" ") === b.tokens.join(" ");

function sentence(isLive: boolean, atRest: boolean, known: boolean, step: number): string {
  if (known) return `by the weights after step ${step}; below, as read before the update`;
  if (!isLive) return "a recorded run cannot be asked for the other candidates";
  return atRest ? "asking the policy for the other candidates …" : "pause to see the other candidates";
}

export default Candidates;
