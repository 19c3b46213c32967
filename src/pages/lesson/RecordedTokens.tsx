import { numberText } from "../../controls/numberText.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { SHOWN_STEP, type Shown } from "../../lab/lessons/shownRun.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { tokenGlyph, verdictOf } from "../bench/tokens/tokenWords.ts";
import answers from "./BeforeAfter.module.css";
import styles from "./Lesson.module.css";
import { armsApart } from "./recordedRun.ts";

/** What the first update of recorded runs did to each token of one answer, under the probability that the policy gave it. */
export function RecordedTokens({ lesson, shown }: { readonly lesson: Lesson; readonly shown: Shown }) {
  const arms = armsApart(lesson, shown);
  const row = arms[0]?.run.row;
  if (!row) return null;
  const expected = row.logp.map((logp) => ({ push: "level", strength: Math.exp(logp) }));
  return (
    <section className={styles.effect}>
      <h2>
        What step {SHOWN_STEP} did to {row.feed === "demos" ? "the expert’s" : "an answer’s"} tokens
      </h2>
      <Line label={`Asked ${row.prompt} · darker: more expected by the policy`} row={row} fills={expected} />
      {arms.map(({ arm, run }) => (
        <Line key={arm.id} label={arm.label} row={run.row} fills={credits(run.row)} />
      ))}
      <p className={styles.small}>
        <i className={styles.up} aria-hidden="true" /> made likelier <i className={styles.down} aria-hidden="true" />{" "}
        made less likely, blank: left alone. Seed {shown.seed}.
      </p>
    </section>
  );
}

interface Fill {
  readonly push: string;
  /** Share of the full colour. */
  readonly strength: number;
}

/** Each token's share of the strongest credit in its row. */
function credits({ weight }: TokenRow): readonly Fill[] {
  const most = Math.max(...weight.map(Math.abs)) || 1;
  return weight.map((value) => ({ push: value < 0 ? "down" : "up", strength: Math.abs(value) / most }));
}

interface LineProps {
  readonly label: string;
  readonly row: TokenRow;
  readonly fills: readonly Fill[];
}

function Line({ label, row, fills }: LineProps) {
  return (
    <>
      <p className={styles.small}>{label}</p>
      <p className={styles.effectTokens}>
        {row.tokens.map((token, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
            key={at}
            className={answers.token}
            data-push={fills[at]!.push}
            title={`p = ${numberText(Math.exp(row.logp[at]!), 2)}, ${verdictOf(row.weight[at]!)}`}
            style={{ "--strength": fills[at]!.strength.toFixed(2) } as object}
          >
            {tokenGlyph(token)}
          </span>
        ))}
      </p>
    </>
  );
}
