import { useMemo, useState } from "react";
import type { Entry } from "../../app/history/historyStore.ts";
import { headlineIn } from "../../lab/lessons/headline.ts";
import { canBeBaseline, UNFINISHED } from "../../lab/record/comparable.ts";
import { differingSettings } from "../../lab/record/compare.ts";
import {
  chanceText,
  deltaOf,
  deltaText,
  MEASURES,
  type Measure,
  measuredAt,
  outcomeText,
} from "../../lab/record/outcome.ts";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import styles from "./RunsPage.module.css";
import { Swatch } from "./Swatch.tsx";
import { countedRuns, entryState, referenceOf } from "./words.ts";

const PAGE = 50;

/** One row a run: final metrics with their deltas to the baseline, then every setting in which the runs differ. */
export function CompareTable() {
  const history = useHistory();
  const state = useHistoryState((now) => now);
  const [page, setPage] = useState(0);
  const { live, baseline } = state;
  const entries = state.entries.filter(({ runs }) => runs[0]!.phase !== "damaged");
  const reference = referenceOf(state);
  const pages = Math.ceil(entries.length / PAGE);
  const from = Math.min(page, pages - 1) * PAGE;
  const visible = entries.slice(from, from + PAGE);
  const measures = MEASURES.filter(({ metric }) => visible.some(({ runs }) => runs.some((run) => metric in run.final)));
  const settings = useMemo(() => differingSettings(visible.map(({ runs }) => runs[0]!)), [visible]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className={styles.scroll} aria-label="Comparison of runs" tabIndex={0}>
        <table className={styles.table}>
          <caption className="caption">
            {reference ? `Small numbers are differences to “${reference.name}”.` : "How the runs came out."}
          </caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {measures.map(({ metric, label }) => (
                <th key={metric} scope="col" className={styles.number}>
                  {label}
                </th>
              ))}
              {settings.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col">Baseline</th>
            </tr>
          </thead>
          <tbody>
            {visible.map((entry, row) => (
              <tr key={entry.id}>
                <th scope="row">
                  <span className={styles.name}>
                    <Swatch tone={entry.tone} faint={entry.id === baseline} />
                    {entry.name}
                  </span>
                  <span className={styles.delta}>{entryState(entry, live)}</span>
                  <span className={styles.delta}>{whereMeasured(entry)}</span>
                </th>
                {measures.map((measure) => (
                  <Final key={measure.metric} {...{ entry, reference, measure }} />
                ))}
                {settings.map(({ key, values }) => (
                  <td key={key}>{values[row] ?? "–"}</td>
                ))}
                <td>
                  <input
                    type="radio"
                    name="baseline"
                    aria-label={`Compare with ${entry.name}`}
                    checked={entry.id === reference?.id}
                    disabled={!entry.runs.every(canBeBaseline)}
                    title={entry.runs.every(canBeBaseline) ? undefined : UNFINISHED}
                    onChange={() => history.compareWith(entry.id)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <p className={styles.pages}>
          {from + 1} to {from + visible.length} of {entries.length}
          <button
            type="button"
            className="quiet"
            aria-disabled={from === 0}
            onClick={() => setPage(Math.max(0, page - 1))}
          >
            Newer
          </button>
          <button
            type="button"
            className="quiet"
            aria-disabled={page >= pages - 1}
            onClick={() => setPage(Math.min(pages - 1, page + 1))}
          >
            Older
          </button>
        </p>
      )}
    </>
  );
}

/** Step and number of problems of every held-out number in an entry's row. */
function whereMeasured(entry: Entry): string | undefined {
  const runs = countedRuns(entry);
  const headline = headlineIn(entry.runs[0]!.config, entry.runs[0]!.final);
  return measuredAt(runs, headline)?.replace(/^\[.*?\] /, "");
}

interface FinalProps {
  readonly entry: Entry;
  readonly reference: Entry | undefined;
  readonly measure: Measure;
}

function Final({ entry, reference, measure: { metric, better } }: FinalProps) {
  const delta = entry.id === reference?.id ? undefined : deltaOf(entry.runs[0]!, reference?.runs[0], metric);
  const plain = entry.seeds || reference?.seeds;
  const counted = countedRuns(entry);
  const good = delta !== undefined && better !== undefined && delta !== 0 && delta > 0 === (better === "more");
  return (
    <td
      className={styles.number}
      data-headline={metric === headlineIn(entry.runs[0]!.config, entry.runs[0]!.final) || undefined}
      title={measuredAt(counted, metric)}
    >
      {outcomeText(counted, metric, 3) ?? "–"} {chanceText(counted, metric)}
      {delta !== undefined && !plain && (
        <span className={styles.delta} data-good={good || undefined}>
          {deltaText(delta, 3)}
        </span>
      )}
    </td>
  );
}
