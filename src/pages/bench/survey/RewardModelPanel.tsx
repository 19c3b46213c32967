import { useState } from "react";
import { useStore } from "zustand";
import { numberText } from "../../../controls/numberText.ts";
import type { RewardReport } from "../../../lab/rewards/rewardModel.ts";
import { useRuns } from "../../shared/labContext.ts";
import { NumbersTable } from "../../shared/NumbersTable.tsx";
import { useMicroscope } from "../microscope/useMicroscope.ts";
import styles from "./Ddt.module.css";
import { percent } from "./ddtWords.ts";

/** How well the run's reward model foretells preferences that it has not seen; nothing where the verifier alone rewards. */
export function RewardModelPanel() {
  const microscope = useMicroscope();
  const found = useStore(microscope, ({ rewardModel }) => rewardModel);
  const source = useRuns(({ run }) => run?.config.rewards.rewardSource);
  const phase = useRuns(({ run }) => run?.state.phase);
  const runId = useRuns(({ run }) => run?.id);
  const [asking, setAsking] = useState<string>();
  if (source === undefined || source === "verifier") return null;
  const mine = found?.runId === runId ? found : undefined;
  const report = mine && "report" in mine ? mine.report : undefined;
  const may = phase !== undefined && !["loading", "compiling", "failed"].includes(phase);
  const waits = asking === runId;

  function measure(): void {
    if (!may || waits) return;
    setAsking(runId);
    void microscope.measureRewardModel().finally(() => setAsking((now) => (now === runId ? undefined : now)));
  }

  return (
    <section aria-label="Preference calibration" className={styles.reward}>
      <div className={styles.tools}>
        <h3>The reward model on held-out preferences</h3>
        <button type="button" className="button" aria-disabled={!may || waits} onClick={measure}>
          Measure it
        </button>
      </div>
      <p className="caption" aria-live="polite">
        {mine && "issue" in mine && !waits ? mine.issue : sentenceOf(report, waits)}
      </p>
      {report && <Reliability report={report} />}
    </section>
  );
}

function sentenceOf(report: RewardReport | null | undefined, waits: boolean): string {
  if (report === null) return "This task has no taste to judge, so the verifier rewards all the same.";
  if (report === undefined)
    return waits
      ? "Measuring …"
      : "It was trained on noisy preferences; measured on 2,000 others it says how far to trust it.";
  return `It foretells ${percent(report.accuracy)} of ${report.pairs} held-out preferences; the true utility itself ${percent(report.ceiling)}, since the judge is noisy. Expected calibration error ${numberText(report.ece, 2)}, log-loss ${numberText(report.logLoss, 2)} nats.`;
}

const SIZE = 160;

/** What was predicted against what happened: on the diagonal a probability means what it says. */
function Reliability({ report }: { readonly report: RewardReport }) {
  const filled = report.bins.filter(({ count }) => count > 0);
  const most = Math.max(1, ...filled.map(({ count }) => count));
  const y = (share: number) => SIZE - share * SIZE;
  return (
    <div className={styles.reliability}>
      <svg
        viewBox={`-4 -4 ${SIZE + 8} ${SIZE + 8}`}
        role="img"
        aria-label={`Reliability diagram in ten bins; expected calibration error ${numberText(report.ece, 2)}`}
      >
        <rect width={SIZE} height={SIZE} className={styles.frame} />
        <line x1="0" y1={SIZE} x2={SIZE} y2="0" className={styles.zero} />
        {filled.map(({ from, predicted, observed, count }) => (
          <g key={from}>
            <line
              x1={predicted * SIZE}
              x2={predicted * SIZE}
              y1={y(predicted)}
              y2={y(observed)}
              stroke="var(--c2)"
              strokeWidth="1.5"
            />
            <circle
              cx={predicted * SIZE}
              cy={y(observed)}
              r={2 + 4 * Math.sqrt(count / most)}
              fill="var(--c1)"
              fillOpacity="0.75"
            />
          </g>
        ))}
      </svg>
      <ReliabilityTable bins={report.bins} />
      <p className="caption">
        Across: the probability it gave; up: how often that came true. Blue points on the grey diagonal are calibrated;
        an orange line is the miss; large points hold many pairs.
      </p>
    </div>
  );
}

function ReliabilityTable({ bins }: { readonly bins: RewardReport["bins"] }) {
  return (
    <NumbersTable label="Reliability, numbers">
      <thead>
        <tr>
          <th scope="col">bin</th>
          <th scope="col">pairs</th>
          <th scope="col">predicted</th>
          <th scope="col">observed</th>
        </tr>
      </thead>
      <tbody>
        {bins.map(({ from, to, count, predicted, observed }) => (
          <tr key={from}>
            <th scope="row">
              {from.toFixed(1)} to {to.toFixed(1)}
            </th>
            <td>{count}</td>
            <td>{count > 0 ? predicted.toFixed(2) : "–"}</td>
            <td>{count > 0 ? observed.toFixed(2) : "–"}</td>
          </tr>
        ))}
      </tbody>
    </NumbersTable>
  );
}
