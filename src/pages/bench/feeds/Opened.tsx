import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import { configAt, demoStyleOf, type RunConfig } from "../../../lab/experiment/config.ts";
import { nameOf } from "../../../lab/experiment/name.ts";
import { totalSteps } from "../../../lab/experiment/phases.ts";
import type { OpenedItem } from "../../../lab/feeds/feedPage.ts";
import type { MetricName } from "../../../lab/metrics.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { vocabularyOf } from "../../../lab/tasks/task.ts";
import { useRuns } from "../../shared/labContext.ts";
import { CandidateBars } from "../microscope/CandidateBars.tsx";
import { ColourLegend } from "../tokens/ColourLegend.tsx";
import { ColourMenu } from "../tokens/ColourMenu.tsx";
import { type Place, TokenGrid } from "../tokens/TokenGrid.tsx";
import { TokenInspector } from "../tokens/TokenInspector.tsx";
import { strongestByWriter, writerOf } from "../tokens/tokenWords.ts";
import { useColouring } from "../tokens/useColouring.ts";
import styles from "./Feeds.module.css";
import { FEED_WORDS } from "./feedWords.ts";
import { useFeedDesk, useFeedsSeen } from "./useFeeds.ts";

const Comparison = lazy(() => import("../microscope/Comparison.tsx"));

/** The item that was opened last, under the microscope. */
export function Opened() {
  const desk = useFeedDesk();
  const id = useId();
  const opened = useFeedsSeen((seen) => seen.opened);
  const issue = useFeedsSeen((seen) => seen.issue);
  const waiting = useFeedsSeen((seen) => seen.waiting === "item");
  const config = useRuns(({ run }) => run?.config);
  const shows = opened && config;
  const box = useRef<HTMLElement>(null);
  // Whatever was opened is to be seen, wherever the focus stays.
  useEffect(() => {
    if (opened) box.current?.scrollIntoView?.({ block: "nearest" });
  }, [opened]);
  return (
    <section ref={box} className={styles.opened} aria-labelledby={id} aria-busy={waiting}>
      <header className={styles.title}>
        <h3 id={id}>{shows ? `${FEED_WORDS[opened.feed].one} ${opened.index + 1}` : "One of them, token by token"}</h3>
        {shows && (
          <button type="button" className="quiet" onClick={() => desk.close()}>
            Close
          </button>
        )}
      </header>
      <p className="caption" role="status">
        {issue ?? (shows ? captionOf(opened, config) : "Choose one above: Enter opens it.")}
      </p>
      {shows && <Tokens key={`${opened.feed} ${opened.index}`} {...{ opened, config }} />}
    </section>
  );
}

function captionOf({ feed, step }: OpenedItem, config: RunConfig): string {
  const title = nameOf(configAt(config, step + 1));
  const next = step < totalSteps(config) ? `step ${step + 1}` : "one more step";
  const where = feed === "rollouts" || feed === "onlinePairs" ? "on this batch" : "if it stood in its batch";
  return `Read by the weights after step ${step}; coloured with the credit that ${title} would give it in ${next} ${where}.`;
}

function Tokens({ opened, config }: { readonly opened: OpenedItem; readonly config: RunConfig }) {
  const { rows, metrics, candidates, step } = opened;
  const [wanted, setPlace] = useState<Place>({ row: 0, at: 0 });
  const next = Math.min(step + 1, totalSteps(config));
  const inForce = configAt(config, next);
  const style = demoStyleOf(inForce);
  const choice = useColouring(rows, style, inForce.algorithm);
  const { colouring } = choice;
  const row = rows[wanted.row] ?? rows[0]!;
  const at = Math.min(wanted.at, row.tokens.length - 1);
  const place = { row: rows.indexOf(row), at };
  const writer = writerOf(row, style);
  const { algorithm, params, rewards } = inForce;
  const vocabSize = vocabularyOf(taskById(config.task));
  const context = { algorithm, params, vocabSize, rows, metric: (name: MetricName) => metrics[name] };
  return (
    <div className={styles.body}>
      <div>
        <div className={styles.tools}>
          <ColourMenu {...choice} />
        </div>
        <TokenGrid
          label="Tokens of the opened item"
          {...{ rows, colouring, place }}
          demoStyle={style}
          verified={rewards.rewardSource === "verifier"}
          onPlace={setPlace}
        />
        <ColourLegend colouring={colouring} />
        <Suspense>
          <Comparison
            label="Compare algorithms on the opened item"
            step={next}
            {...{ row, at, rows, config, writer }}
          />
        </Suspense>
      </div>
      <TokenInspector
        label="The focused token of the opened item"
        {...{ row, at, writer, context }}
        strongest={strongestByWriter(rows, style).get(writer) ?? 0}
        candidates={
          <div className={styles.candidates}>
            <CandidateBars
              label="Candidates at this place of the opened item"
              written={row.tokens[at]!}
              bars={candidates[place.row]?.[at] ?? []}
            />
          </div>
        }
      />
    </div>
  );
}
