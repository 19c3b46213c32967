import { numberText } from "../../controls/numberText.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { SHOWN_STEP, type Shown } from "../../lab/lessons/shownRun.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { tokenGlyph, verdictOf } from "../bench/tokens/tokenWords.ts";
import answers from "./BeforeAfter.module.css";
import styles from "./Lesson.module.css";
import { type ArmTokens, armsApart, textsApart } from "./recordedRun.ts";

/** The tokens that the first update of recorded runs was about: how far the policy expected each, and what each arm did to it. */
export function RecordedTokens({ lesson, shown }: { readonly lesson: Lesson; readonly shown: Shown }) {
  const texts = textsApart(lesson, shown);
  const arms = armsApart(lesson, shown);
  const row = arms[0]?.run.row;
  if (!row) return null;
  const asked = ({ arm, run }: ArmTokens) =>
    texts.length > 1 ? `${arm.label}: ${run.row.prompt}` : `Asked ${run.row.prompt}`;
  return (
    <section className={styles.recorded}>
      <h2>
        {row.feed === "demos" ? "Tokens to imitate" : "Tokens of an answer"} at step {SHOWN_STEP}
      </h2>
      {texts.map((text) => (
        <Line key={text.arm.id} label={asked(text)} row={text.run.row} fills={expected(text.run.row)} />
      ))}
      {arms.map(({ arm, run }) => (
        <Line key={arm.id} label={`${arm.label}, the update`} row={run.row} fills={credits(run.row)} />
      ))}
      <p className={styles.small}>
        <i className={styles.level} aria-hidden="true" /> expected by the policy{" "}
        <i className={styles.up} aria-hidden="true" /> made likelier <i className={styles.down} aria-hidden="true" />{" "}
        made less likely; pale: hardly pushed; each line in its own scale. Recorded seed {shown.seed}.
      </p>
    </section>
  );
}

interface Fill {
  readonly push: string;
  /** Share of the full colour. */
  readonly strength: number;
}

/** The probability of each token under the policy before the update. */
function expected({ logp }: TokenRow): readonly Fill[] {
  return logp.map((value) => ({ push: "level", strength: Math.exp(value) }));
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
