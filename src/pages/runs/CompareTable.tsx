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
import { saysSettings } from "../../lab/record/runRecord.ts";
import { PageLink } from "../bench/links/PageLink.tsx";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import styles from "./RunsPage.module.css";
import { Swatch } from "./Swatch.tsx";
import { countedRuns, entryState, referenceOf } from "./words.ts";

const PAGE = 50;

/** One row a run: final metrics with their deltas to the baseline, then every setting in which the runs differ. */
export function CompareTable() {
  const state = useHistoryState((now) => now);
  const [page, setPage] = useState(0);
  const entries = useMemo(() => state.entries.filter(({ runs }) => runs[0]!.phase !== "damaged"), [state.entries]);
  const reference = referenceOf(state);
  const pages = Math.ceil(entries.length / PAGE);
  const from = Math.min(page, pages - 1) * PAGE;
  const visible = useMemo(() => entries.slice(from, from + PAGE), [entries, from]);
  const measures = MEASURES.filter(({ metric }) => visible.some(({ runs }) => runs.some((run) => metric in run.final)));
  const known = useMemo(() => visible.filter(({ runs }) => saysSettings(runs[0]!)), [visible]);
  const settings = useMemo(() => differingSettings(known.map(({ runs }) => runs[0]!)), [known]);
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
            {visible.map((entry) => (
              <Row
                key={entry.id}
                {...{ entry, reference, measures }}
                settings={settings.map(({ key, values }) => ({ key, value: values[known.indexOf(entry)] ?? "–" }))}
              />
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <p className={styles.pages}>
          {from + 1} to {from + visible.length} of {entries.length}
          <Turning page={page} pages={pages} onPage={setPage} />
        </p>
      )}
    </>
  );
}

interface RowProps {
  readonly entry: Entry;
  readonly reference: Entry | undefined;
  readonly measures: readonly Measure[];
  /** Those in which the runs differ. */
  readonly settings: readonly { readonly key: string; readonly value: string }[];
}

function Row({ entry, reference, measures, settings }: RowProps) {
  const history = useHistory();
  const live = useHistoryState((state) => state.live);
  const baseline = useHistoryState((state) => state.baseline);
  const comparable = entry.runs.every(canBeBaseline);
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>
          <Swatch tone={entry.tone} faint={entry.id === baseline} />
          <PageLink page={undefined} onFollow={() => history.solo(entry.id)}>
            {entry.name}
          </PageLink>
        </span>
        <span className={styles.delta}>{entryState(entry, live)}</span>
        <span className={styles.delta}>{whereMeasured(entry)}</span>
      </th>
      {measures.map((measure) => (
        <Final key={measure.metric} {...{ entry, reference, measure }} />
      ))}
      {settings.map(({ key, value }) => (
        <td key={key}>{value}</td>
      ))}
      <td>
        <input
          type="radio"
          name="baseline"
          aria-label={`Compare with ${entry.name}`}
          checked={entry.id === reference?.id}
          disabled={!comparable}
          title={comparable ? undefined : UNFINISHED}
          onChange={() => history.compareWith(entry.id)}
        />
      </td>
    </tr>
  );
}

interface TurningProps {
  readonly page: number;
  readonly pages: number;
  onPage(page: number): void;
}

function Turning({ page, pages, onPage }: TurningProps) {
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-disabled={Math.min(page, pages - 1) === 0}
        onClick={() => onPage(Math.max(0, page - 1))}
      >
        Newer
      </button>
      <button
        type="button"
        className="quiet"
        aria-disabled={page >= pages - 1}
        onClick={() => onPage(Math.min(pages - 1, page + 1))}
      >
        Older
      </button>
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
