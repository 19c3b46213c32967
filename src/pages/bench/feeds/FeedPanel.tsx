import { useEffect, useId, useRef, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { phaseAt } from "../../../lab/experiment/config.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { FeedName } from "../../../lab/objectives/objective.ts";
import { useDraft, useRuns, useStale } from "../../shared/labContext.ts";
import { FeedList } from "./FeedList.tsx";
import styles from "./Feeds.module.css";
import { FeedTools } from "./FeedTools.tsx";
import {
  emptyText,
  FEED_NAMES,
  FEED_WORDS,
  isPerUpdate,
  obstacleOf,
  pageSize,
  pageText,
  waitText,
} from "./feedWords.ts";
import { Opened } from "./Opened.tsx";
import { useFeedDesk, useFeedsSeen, usePrepared, useQuery, useQuiet } from "./useFeeds.ts";

/** Every item of every feed of the run in the worker, page by page; any of them opens under the microscope. */
export default function FeedPanel() {
  const desk = useFeedDesk();
  const status = useId();
  const list = useRef<HTMLDivElement>(null);
  const draft = useDraft(({ config }) => config);
  // Of the phase that makes the next update: its objective is what the feeds are read for.
  const config = useRuns(({ run }) => run && phaseAt(run.config, stepOf(run.state) + 1).config) ?? draft;
  const phase = useRuns(({ run }) => run?.state.phase);
  const stale = useStale();
  const [asked, setFeed] = useState<FeedName>();
  const [from, setFrom] = useState(0);
  const [typed, setTyped] = useState("");
  /** Place on the page. */
  const [here, setHere] = useState(0);
  const [jumps, setJumps] = useState(0);
  useEffect(() => {
    if (jumps > 0) list.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [jumps]);
  const feed = asked ?? objectiveById(config.algorithm).feeds[0]!;
  const count = pageSize(feed, config);
  const search = useQuiet(typed.trim());
  usePrepared();
  useQuery({ feed, from, count, ...(search !== "" && { search }) }, isPerUpdate(feed, config));

  const answer = useFeedsSeen((seen) => seen.page);
  const waiting = useFeedsSeen((seen) => seen.waiting === "page");
  const opened = useFeedsSeen((seen) => seen.opened);
  const page = answer && answer.feed === feed ? answer : undefined;
  const items = page && "items" in page ? page : undefined;
  const empty = page && "empty" in page ? page : undefined;
  const obstacle = obstacleOf(phase);
  const end = items?.found ?? 0;

  /** Turns to the page with this place, and there to the place itself. */
  function turnTo(place: number, focus = false): void {
    const there = Math.max(0, Math.min(place, end - 1));
    setFrom(there - (there % count));
    setHere(there % count);
    if (focus) setJumps((before) => before + 1);
  }

  const text =
    obstacle ?? (items ? pageText(items, search) : empty ? emptyText(empty, config) : waitText(feed, config));
  return (
    <div className={styles.panel}>
      <fieldset className={styles.feeds}>
        <legend className="spoken">Feed</legend>
        {FEED_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            className={`quiet ${styles.feed}`}
            aria-pressed={feed === name}
            data-used={objectiveById(config.algorithm).feeds.includes(name)}
            onClick={() => {
              setFeed(name);
              setFrom(0);
              setHere(0);
            }}
          >
            {FEED_WORDS[name].title}
          </button>
        ))}
      </fieldset>
      <FeedTools
        {...{ typed, from, count, end }}
        off={items === undefined || obstacle !== undefined}
        onType={(next) => {
          setTyped(next);
          setFrom(0);
          setHere(0);
        }}
        onTurn={turnTo}
        describedBy={status}
      />
      <p id={status} role="status" className={`caption ${styles.status}`}>
        {text}
        {stale && !obstacle && " · of the run shown; the knobs have changed since"}
      </p>
      <div ref={list} aria-busy={waiting} className={styles.list}>
        {items && !obstacle && (
          <FeedList
            page={items}
            opened={opened?.feed === feed ? opened.index : undefined}
            here={Math.min(here, Math.max(0, items.items.length - 1))}
            onHere={setHere}
            onTurn={(pages) => {
              const first = from + pages * count;
              if (first >= 0 && first < end) turnTo(first + here);
            }}
            onPlace={(place) => turnTo(from + place)}
            onOpen={(index) => desk.open(feed, index)}
          />
        )}
      </div>
      <Opened />
    </div>
  );
}
