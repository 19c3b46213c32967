import { useEffect } from "react";
import { useStore } from "zustand";
import type { InspectedRow } from "../../lab/train/inspect.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { useRuns } from "../labContext.ts";
import { tokenGlyph, tokenName } from "../tokens/tokenWords.ts";
import styles from "./Microscope.module.css";
import { useMicroscope } from "./useMicroscope.ts";

export interface CandidatesProps {
  readonly row: TokenRow;
  readonly at: number;
}

/** What the policy could have written in the place of one token, as bars. Asked for while the run rests. */
export function Candidates({ row, at }: CandidatesProps) {
  const microscope = useMicroscope();
  const answered = useStore(microscope, (findings) => findings.answered);
  const phase = useRuns(({ run }) => run?.state.phase);
  const step = useRuns(({ run }) => (run && "step" in run.state ? run.state.step : 0));
  // A recorded run has no weights to ask; once a run of one's own has tokens, they are what is shown.
  const isLive = useRuns(({ run }) => run?.tokens !== undefined);
  const atRest = isLive && (phase === "paused" || phase === "finished" || phase === "stopped");
  const known = answered && sameRow(answered.row, row) && answered.step === step;

  useEffect(() => {
    if (!atRest || known) return;
    const { feed, prompt, tokens } = row;
    microscope.inspect({ feed, prompt, tokens });
  }, [microscope, atRest, known, row]);

  const written = row.tokens[at]!;
  const bars = known ? (answered.candidates[at] ?? []) : [{ token: written, p: Math.exp(row.logp[at]!) }];
  return (
    <>
      <ol className={known ? styles.bars : `${styles.bars} slots`} aria-label="Candidates at this place">
        {bars.map(({ token, p }) => (
          <li key={token} data-written={token === written}>
            <span className={styles.glyph} aria-hidden="true">
              {tokenGlyph(token)}
            </span>
            <span className="spoken">
              {tokenName(token)}
              {token === written && ", written here"}
            </span>
            <span className={styles.bar} aria-hidden="true">
              <span style={{ transform: `scaleX(${p})` }} />
            </span>
            <span>{p.toFixed(2)}</span>
          </li>
        ))}
      </ol>
      <p className="caption">{sentence(isLive, atRest, Boolean(known), step)}</p>
    </>
  );
}

const sameRow = (a: InspectedRow, b: InspectedRow) =>
  a.feed === b.feed && a.prompt === b.prompt && a.tokens.join(" ") === b.tokens.join(" ");

function sentence(isLive: boolean, atRest: boolean, known: boolean, step: number): string {
  if (known) return `by the weights after step ${step}`;
  if (!isLive) return "a recorded run cannot be asked for the other candidates";
  return atRest ? "asking the policy for the other candidates …" : "pause to see the other candidates";
}

export default Candidates;
