import { type KeyboardEvent, useLayoutEffect, useRef } from "react";
import { numberText } from "../../../controls/numberText.ts";
import type { FeedAnswer, FeedItem, FeedPage } from "../../../lab/feeds/feedPage.ts";
import { signed } from "../tokens/tokenWords.ts";
import { Verdict } from "../tokens/Verdict.tsx";
import styles from "./Feeds.module.css";
import { FEED_WORDS } from "./feedWords.ts";

interface FeedListProps {
  readonly page: FeedPage;
  /** The item that is open. */
  readonly opened: number | undefined;
  /** The place on the page that Tab comes to. */
  readonly here: number;
  onHere(place: number): void;
  /** So many pages further. */
  onTurn(pages: number): void;
  /** To a place counted from the page's first, before or behind it. */
  onPlace(place: number): void;
  onOpen(index: number): void;
}

type Way = "first" | "last" | { readonly pages?: number; readonly places?: number };

const WAYS: Readonly<Record<string, Way | undefined>> = {
  ...{ ArrowDown: { places: 1 }, ArrowUp: { places: -1 } },
  ...{ ArrowRight: { pages: 1 }, PageDown: { pages: 1 }, ArrowLeft: { pages: -1 }, PageUp: { pages: -1 } },
  ...{ Home: "first", End: "last" },
};

/** One page of items. One stop for Tab; up and down walk through them, left and right turn the page, Enter opens. */
export function FeedList(props: FeedListProps) {
  const { page, opened, here, onHere, onTurn, onPlace, onOpen } = props;
  const { feed, items, groupSize } = page;
  const box = useRef<HTMLDivElement>(null);
  const held = useRef(false);

  // A page may be shorter than the one before: who stood behind its end stands at its end.
  useLayoutEffect(() => {
    if (held.current) box.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  });

  function onKeyDown(event: KeyboardEvent): void {
    const way = WAYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (way === "first") onHere(0);
    else if (way === "last") onHere(items.length - 1);
    else if (way.pages) onTurn(way.pages);
    else if (way.places) onPlace(here + way.places);
  }

  const groups = groupSize > 1 ? groupsOf(items) : [items];
  const longest = Math.max(0, ...items.map(({ prompt }) => prompt.length));
  let place = 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it take the focus, and these are their keys
    <div
      ref={box}
      style={{ "--prompt": `${Math.min(28, longest)}ch` } as object}
      onKeyDown={onKeyDown}
      onFocus={() => {
        held.current = true;
      }}
      onBlur={() => {
        held.current = false;
      }}
    >
      {groups.map((group, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place keeps its element, and with it the focus, when the page is turned
        <div key={nth} className={styles.group}>
          {groupSize > 1 && <GroupHead group={group} />}
          <ul aria-label={groupSize > 1 ? `Answers to ${group[0]!.prompt}` : `${FEED_WORDS[feed].title} of this page`}>
            {group.map((item) => {
              const mine = place++;
              return (
                <PlacedItem
                  key={mine}
                  {...{ item, here, opened, onHere, onOpen }}
                  place={mine}
                  grouped={groupSize > 1}
                />
              );
            })}
          </ul>
        </div>
      ))}
    </div>
  );
}

interface PlacedItemProps extends Pick<FeedListProps, "opened" | "here" | "onHere" | "onOpen"> {
  readonly item: FeedItem;
  /** Its place on the page. */
  readonly place: number;
  /** It stands among answers to one prompt. */
  readonly grouped: boolean;
}

function PlacedItem({ item, place, grouped, opened, here, onHere, onOpen }: PlacedItemProps) {
  return (
    <li>
      <button
        type="button"
        className={styles.item}
        tabIndex={place === here ? 0 : -1}
        aria-current={item.index === opened ? "true" : undefined}
        onFocus={() => place !== here && onHere(place)}
        onClick={() => onOpen(item.index)}
      >
        <Item item={item} grouped={grouped} />
      </button>
    </li>
  );
}

/** Items of one prompt stand in a row; a search may leave some of a group out. */
function groupsOf(items: readonly FeedItem[]): FeedItem[][] {
  const groups: FeedItem[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last && last[0]!.prompt === item.prompt) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

function GroupHead({ group }: { readonly group: readonly FeedItem[] }) {
  const rewards = group.map(({ answers }) => answers[0]!.reward);
  const mean = rewards.reduce((a, b) => a + b, 0) / rewards.length;
  const alike = rewards.every((reward) => reward === rewards[0]);
  return (
    <p className={styles.head}>
      <span className={styles.prompt}>{group[0]!.prompt}</span>
      <span className="caption">
        {alike && group.length > 1
          ? `all earned ${numberText(mean, 2)}: nothing to learn`
          : `mean reward ${numberText(mean, 2)}`}
      </span>
    </p>
  );
}

function Item({ item: { index, prompt, answers }, grouped }: { readonly item: FeedItem; readonly grouped: boolean }) {
  return (
    <>
      <span className={styles.number}>{index + 1}</span>
      {!grouped && <span className={styles.prompt}>{prompt}</span>}
      <span className={styles.answers}>
        {answers.map((answer) => (
          <Answer key={answer.writer} {...answer} />
        ))}
      </span>
    </>
  );
}

const WRITERS: Readonly<Record<string, string>> = { native: "own style" };

function Answer({ writer, completion, ended, advantage, ...earned }: FeedAnswer) {
  return (
    <span className={styles.answer}>
      <span className={`caption ${styles.writer}`}>{WRITERS[writer] ?? writer}</span>
      <span className={styles.text}>
        {completion}
        {!ended && <span className="caption"> … did not end</span>}
      </span>
      <span className={styles.earned}>
        {advantage !== undefined && (
          <span className="caption">
            <abbr title="advantage">A</abbr> {signed(Number(advantage.toFixed(2)))}
          </span>
        )}
        <Verdict {...earned} />
      </span>
    </span>
  );
}
