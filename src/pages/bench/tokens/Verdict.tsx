import { numberText } from "../../../controls/numberText.ts";
import { REWARD_PARTS } from "../../../lab/rewards/rules/weights.ts";
import type { Sample } from "../../../lab/train/report.ts";
import styles from "./Tokens.module.css";
import { signed } from "./tokenWords.ts";

type VerdictProps = Pick<Sample, "reward" | "judge" | "correct" | "utility" | "parts">;

/** What an answer earned: right or wrong as a mark, a word and a number; a model's score as a score, since it knows neither. */
export function Verdict({ reward, judge = "verifier", correct = reward, utility, parts }: VerdictProps) {
  if (parts) return <Sum reward={reward} parts={parts} />;
  if (judge === "none")
    return (
      <span className={styles.score}>
        <span aria-hidden="true">–</span>
        <span className="spoken">nobody judges this problem</span>
      </span>
    );
  if (judge === "model")
    return (
      <span className={styles.score} title="The reward model's score, in standard deviations">
        <span className="spoken">score</span> {signed(Number(reward.toFixed(2)))}
        {utility !== undefined && (
          <span className={styles.utility}>
            <span className="spoken">, </span>true <span className="spoken">utility</span> {numberText(utility, 2)}
          </span>
        )}
      </span>
    );
  const right = correct === 1;
  return (
    <span className={right ? styles.right : styles.wrong}>
      <span aria-hidden="true">{right ? "✓" : "✗"}</span>
      <span className="spoken">{right ? "right" : "wrong"}, reward</span> {numberText(reward, 2)}
    </span>
  );
}

/** What a line of several has no room for in a part's label: “right” says as much as “right answer”. */
const SPARED = /^(a|the) | answer$/;

/** A weighted sum, and in one line what each part says before its weight. */
function Sum({ reward, parts }: Pick<VerdictProps, "reward"> & { readonly parts: NonNullable<Sample["parts"]> }) {
  const said = REWARD_PARTS.filter(({ id }) => Object.hasOwn(parts, id));
  return (
    <>
      <span className={styles.score}>
        <span className="spoken">reward</span> {numberText(reward, 2)}
      </span>{" "}
      <span className={styles.parts} data-parts="">
        {said.map(({ id, label }) => `${label.replace(SPARED, "")} ${numberText(parts[id]!, 2)}`).join(" · ")}
      </span>
    </>
  );
}
