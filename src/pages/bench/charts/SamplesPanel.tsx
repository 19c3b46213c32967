import { useId } from "react";
import type { Sample } from "../../../lab/train/report.ts";
import { usePaced } from "../../shared/labContext.ts";
import { Verdict } from "../tokens/Verdict.tsx";
import styles from "./SamplesPanel.module.css";

/** As many as fit beside the charts. */
const SHOWN = 16;

const SPLITS: Readonly<Record<Sample["split"], string>> = {
  train: "training problems",
  id: "held-out problems",
  ood: "problems of an unseen kind",
};

/** What the policy writes now, each answer with its verdict. */
export function SamplesPanel() {
  const id = useId();
  const shown = usePaced((run) => run?.samples);
  const samples = shown?.samples.slice(0, SHOWN) ?? [];
  const splits = [...new Set(samples.map(({ split }) => SPLITS[split]))];
  return (
    <figure className={styles.panel} aria-labelledby={id}>
      <h2 id={id}>Samples</h2>
      <figcaption className="caption">
        {shown
          ? `The policy's own answers to ${splits.join(" and ")}, step ${shown.step}.`
          : "The policy's own answers appear here, each with its reward."}
      </figcaption>
      <ul className={styles.list}>
        {samples.map(({ prompt, completion, ended, ...earned }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sample has no identity beyond its place
          <li key={index}>
            <span className={styles.text}>
              <span className={styles.prompt}>{prompt}</span>
              <wbr />
              {completion}
              {!ended && <span className="caption"> … did not end</span>}
            </span>
            <Verdict {...earned} />
          </li>
        ))}
      </ul>
    </figure>
  );
}
