import { useId, useState } from "react";
import { SURVEY_SOURCES, type Survey, type SurveySource } from "../../../lab/train/ddtSurvey.ts";
import { useLab, useRuns } from "../../shared/labContext.ts";
import { NumbersTable } from "../../shared/NumbersTable.tsx";
import { Curves } from "./Curves.tsx";
import styles from "./Ddt.module.css";
import { SOURCES, usualSources } from "./ddtWords.ts";
import { Histograms } from "./Histograms.tsx";
import { RewardModelPanel } from "./RewardModelPanel.tsx";
import { SetTable } from "./SetTable.tsx";
import { Trace } from "./Trace.tsx";

/** Problems that every set is about. */
const PROBLEMS = 64;

/** Whose data fits the policy: CLL of several data sets under the present weights (Distribution Discriminant Theory). */
export function DdtPanel() {
  const lab = useLab();
  const id = useId();
  const runId = useRuns(({ run }) => run?.id);
  const config = useRuns(({ run }) => run?.config);
  const phase = useRuns(({ run }) => run?.state.phase);
  const shown = useRuns(({ run }) => run?.survey);
  const [chosen, setChosen] = useState<readonly SurveySource[]>();
  const [asking, setAsking] = useState<string>();
  const [issue, setIssue] = useState<string>();
  const sources = chosen ?? (config ? usualSources(config) : (["own", "native", "expert"] as const));
  const isLoading = phase === undefined || phase === "loading" || phase === "compiling";
  const waits = asking !== undefined && asking === runId && phase !== "failed";
  const may = runId !== undefined && !isLoading && phase !== "failed" && !waits && sources.length > 0;

  function survey(): void {
    if (!may) return;
    setAsking(runId);
    setIssue(undefined);
    lab
      .ask({ type: "survey", runId, sources, count: PROBLEMS })
      .then((found) => lab.run.surveyed(runId, found))
      .catch(({ message }: Error) => setIssue(message))
      .finally(() => setAsking((now) => (now === runId ? undefined : now)));
  }

  const toggle = (source: SurveySource) =>
    setChosen(SURVEY_SOURCES.filter((one) => (one === source ? !sources.includes(one) : sources.includes(one))));
  return (
    <div className={styles.panel}>
      <p className="caption">
        CLL = log p + H says how a token compares with what the policy itself would write there: about 0 on average for
        its own samples, far below 0 for somebody else's. {PROBLEMS} training problems, the same for every set.
      </p>
      <fieldset className={styles.sources}>
        <legend className="spoken">Data sets</legend>
        {SURVEY_SOURCES.map((source) => (
          <label key={source} title={SOURCES[source].help}>
            <input type="checkbox" checked={sources.includes(source)} onChange={() => toggle(source)} />{" "}
            {SOURCES[source].label}
          </label>
        ))}
        <button type="button" className="button" aria-disabled={!may} aria-describedby={id} onClick={survey}>
          Survey now
        </button>
      </fieldset>
      <p id={id} className={`caption ${styles.state}`} aria-live="polite">
        {stateOf({ phase, isLoading, waits, issue, sources, step: shown?.step })}
      </p>
      {shown && <Results survey={shown.survey} />}
      <RewardModelPanel />
    </div>
  );
}

interface State {
  readonly phase: string | undefined;
  readonly isLoading: boolean;
  readonly waits: boolean;
  readonly issue: string | undefined;
  readonly sources: readonly SurveySource[];
  readonly step: number | undefined;
}

function stateOf({ phase, isLoading, waits, issue, sources, step }: State): string {
  if (phase === "failed") return "The run failed, so its policy can no longer be asked: train again, then survey.";
  if (isLoading) return "As soon as the policy is loaded it can be asked.";
  const slow = sources.includes("hinted") || sources.includes("rejection");
  if (waits) return slow ? "Surveying: the starting policy is writing its answers …" : "Surveying …";
  if (issue !== undefined) return issue;
  if (sources.length === 0) return "Choose at least one data set.";
  return step === undefined
    ? "Nothing surveyed yet. A survey never changes the run."
    : `Surveyed by the weights after step ${step}.`;
}

function Results({ survey: { sets } }: { readonly survey: Survey }) {
  return (
    <>
      <Tokens sets={sets} />
      <AlongAnswers sets={sets} />
    </>
  );
}

interface SetsProps {
  readonly sets: Survey["sets"];
}

function Tokens({ sets }: SetsProps) {
  const [numbers, setNumbers] = useState(false);
  return (
    <section aria-label="CLL of every data set">
      <div className={styles.tools}>
        <h3>CLL of every token</h3>
        <button type="button" className="quiet" aria-pressed={numbers} onClick={() => setNumbers(!numbers)}>
          numbers
        </button>
      </div>
      {numbers && <HistogramTable sets={sets} />}
      {!numbers && (
        <>
          <Histograms sets={sets} />
          <p className="caption">
            Share of tokens by CLL in nats, all on one scale; heights are square roots, so that tails are seen.
          </p>
        </>
      )}
      <SetTable sets={sets} />
      {sets.map(
        ({ source, yields }) =>
          yields && (
            <p key={source} className="caption">
              {SOURCES[source].label}: of {yields.asked} problems {yields.own} were right at once
              {source === "hinted" && `, ${yields.hinted} with the hint`}; dropped: {yields.wrong} wrong,{" "}
              {yields.cutOff} cut off, {yields.repeating} repeating.
            </p>
          ),
      )}
    </section>
  );
}

function AlongAnswers({ sets }: SetsProps) {
  const [index, setIndex] = useState(0);
  const id = useId();
  const most = Math.max(0, ...sets.map(({ sequences }) => sequences.length));
  return (
    <section aria-label="Along one answer">
      <div className={styles.tools}>
        <h3>Along the answers</h3>
        <label htmlFor={id}>Answer</label>
        <select
          id={id}
          className={`select ${styles.select}`}
          value={Math.min(index, most - 1)}
          onChange={(event) => setIndex(Number(event.currentTarget.value))}
        >
          {Array.from({ length: most }, (_, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an answer is its place
            <option key={n} value={n}>
              {n + 1}
            </option>
          ))}
        </select>
      </div>
      <Curves sets={sets} index={index} />
      <p className="caption">
        Σ CLL up to each token of the first answers, the chosen one in full. Each set on its own scale. Shaded: ±2·√(Σ
        variance), where the policy's own answers stay about 95 times of 100.
      </p>
      {sets.map(({ source, sequences }) => {
        const sequence = sequences[Math.min(index, sequences.length - 1)];
        return sequence && <Trace key={source} label={SOURCES[source].label} sequence={sequence} />;
      })}
      <Legend traced={sets.some(({ sequences }) => sequences.some(({ trace }) => trace))} />
    </section>
  );
}

/** What the colours and underlines of tokens mean. @param traced some tokens say whether the hint or the student chose them */
function Legend({ traced }: { readonly traced: boolean }) {
  return (
    <p className={`caption ${styles.legend}`}>
      <span className={styles.cell} data-push="up" style={{ "--strength": 0.7 } as object}>
        a
      </span>{" "}
      likelier than the policy's average{" "}
      <span className={styles.cell} data-push="down" style={{ "--strength": 0.7 } as object}>
        a
      </span>{" "}
      less likely
      {traced && (
        <>
          {" "}
          · written by the starting policy:{" "}
          <span className={styles.cell} data-by="hint">
            a
          </span>{" "}
          the hint chose it{" "}
          <span className={styles.cell} data-by="mixture">
            a
          </span>{" "}
          both{" "}
          <span className={styles.cell} data-by="student">
            a
          </span>{" "}
          the student alone
        </>
      )}
    </p>
  );
}

function HistogramTable({ sets }: SetsProps) {
  const { min, max, counts } = sets[0]!.histogram;
  const width = (max - min) / counts.length;
  return (
    <NumbersTable label="Tokens by CLL, numbers">
      <thead>
        <tr>
          <th scope="col">CLL from</th>
          {sets.map(({ source }) => (
            <th key={source} scope="col">
              {SOURCES[source].label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {counts.map((_, bin) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
          <tr key={bin}>
            <th scope="row">{min + bin * width}</th>
            {sets.map(({ source, histogram }) => (
              <td key={source}>{histogram.counts[bin]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </NumbersTable>
  );
}

export default DdtPanel;
