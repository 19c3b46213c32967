import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { phaseAt } from "../../../lab/experiment/config.ts";
import type { FeedPage } from "../../../lab/feeds/feedPage.ts";
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
import { useFeedDesk, useFeedsSeen, useQuery, useQuiet } from "./useFeeds.ts";

/** Every item of every feed of the run in the worker, page by page; any of them opens under the microscope. */
export default function FeedPanel() {
  const status = useId();
  const list = useRef<HTMLDivElement>(null);
  const draft = useDraft(({ config }) => config);
  // Of the phase that makes the next update: its objective is what the feeds are read for.
  const config = useRuns(({ run }) => run && phaseAt(run.config, stepOf(run.state) + 1).config) ?? draft;
  const phase = useRuns(({ run }) => run?.state.phase);
  const stale = useStale();
  const [asked, setFeed] = useState<FeedName>();
  const [typed, setTyped] = useState("");
  const feed = asked ?? objectiveById(config.algorithm).feeds[0]!;
  const count = pageSize(feed, config);
  const place = usePlace(list, count);
  const { from } = place;
  const search = useQuiet(typed.trim());
  useQuery({ feed, from, count, ...(search !== "" && { search }) }, isPerUpdate(feed, config));

  const waiting = useFeedsSeen((seen) => seen.waiting === "page");
  const { items, empty } = useFeedPage(feed);
  const obstacle = obstacleOf(phase);
  const end = items?.found ?? 0;

  const text =
    obstacle ?? (items ? pageText(items, search) : empty ? emptyText(empty, config) : waitText(feed, config));
  return (
    <div className={styles.panel}>
      <FeedChoice
        feed={feed}
        used={objectiveById(config.algorithm).feeds}
        onFeed={(next) => {
          setFeed(next);
          place.first();
        }}
      />
      <FeedTools
        {...{ typed, from, count, end }}
        off={items === undefined || obstacle !== undefined}
        onType={(next) => {
          setTyped(next);
          place.first();
        }}
        onTurn={(first, focus) => place.turnTo(first, end, focus)}
        describedBy={status}
      />
      <p id={status} role="status" className={`caption ${styles.status}`}>
        {text}
        {stale && !obstacle && " · of the run shown; the knobs have changed since"}
      </p>
      <div ref={list} aria-busy={waiting} className={styles.list}>
        {items && !obstacle && <Items page={items} place={place} count={count} />}
      </div>
      <Opened />
    </div>
  );
}

/** The page that was asked for, as far as it is of this feed; or why there is none. */
function useFeedPage(feed: FeedName) {
  const answer = useFeedsSeen((seen) => seen.page);
  const page = answer && answer.feed === feed ? answer : undefined;
  const items = page && "items" in page ? page : undefined;
  const empty = page && "empty" in page ? page : undefined;
  return { items, empty };
}

interface ItemsProps {
  readonly page: FeedPage;
  readonly place: ReturnType<typeof usePlace>;
  /** Items of a whole page. */
  readonly count: number;
}

function Items({ page, place, count }: ItemsProps) {
  const desk = useFeedDesk();
  const opened = useFeedsSeen((seen) => seen.opened);
  const { feed, items, found } = page;
  const { from, here, turnTo } = place;
  return (
    <FeedList
      page={page}
      opened={opened?.feed === feed ? opened.index : undefined}
      here={Math.min(here, Math.max(0, items.length - 1))}
      onHere={place.setHere}
      onTurn={(pages) => {
        const first = from + pages * count;
        if (first >= 0 && first < found) turnTo(first + here, found);
      }}
      onPlace={(on) => turnTo(from + on, found)}
      onOpen={(index) => desk.open(feed, index)}
    />
  );
}

/** Where a reader is in a feed whose pages have `count` items: the page's first item, and the place on the page. */
function usePlace(list: RefObject<HTMLDivElement | null>, count: number) {
  const [from, setFrom] = useState(0);
  const [here, setHere] = useState(0);
  const [jumps, setJumps] = useState(0);
  useEffect(() => {
    if (jumps > 0) list.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [jumps, list]);

  /** Turns to the page with this place of `end`, and there to the place itself. */
  function turnTo(place: number, end: number, focus = false): void {
    const there = Math.max(0, Math.min(place, end - 1));
    setFrom(there - (there % count));
    setHere(there % count);
    if (focus) setJumps((before) => before + 1);
  }

  function first(): void {
    setFrom(0);
    setHere(0);
  }

  return { from, here, setHere, turnTo, first };
}

interface FeedChoiceProps {
  readonly feed: FeedName;
  /** What the algorithm trains on. */
  readonly used: readonly FeedName[];
  onFeed(feed: FeedName): void;
}

function FeedChoice({ feed, used, onFeed }: FeedChoiceProps) {
  return (
    <fieldset className={styles.feeds}>
      <legend className="spoken">Feed</legend>
      {FEED_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          className={`quiet ${styles.feed}`}
          aria-pressed={feed === name}
          data-used={used.includes(name)}
          onClick={() => onFeed(name)}
        >
          {FEED_WORDS[name].title}
        </button>
      ))}
    </fieldset>
  );
}
