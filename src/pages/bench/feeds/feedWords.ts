import { demoStyleOf, type RunConfig } from "../../../lab/experiment/config.ts";
import { type EmptyFeed, type FeedPage, MOST_SEARCHED } from "../../../lab/feeds/feedPage.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { FeedName } from "../../../lab/objectives/objective.ts";
import { isPolicyWriter } from "../../../lab/settings.ts";
import type { Phase } from "../../../lab/train/runState.ts";

interface Words {
  readonly title: string;
  /** In a sentence. */
  readonly many: string;
  readonly one: string;
}

export const FEED_WORDS: Readonly<Record<FeedName, Words>> = {
  demos: { title: "Demonstrations", many: "demonstrations", one: "Demonstration" },
  offlinePairs: { title: "Offline pairs", many: "offline pairs", one: "Offline pair" },
  rollouts: { title: "Rollouts", many: "rollouts", one: "Rollout" },
  onlinePairs: { title: "Online pairs", many: "online pairs", one: "Online pair" },
};

export const FEED_NAMES = Object.keys(FEED_WORDS) as readonly FeedName[];

/** Items on a page, so few that an opened one stands beside them on the screen; whole groups where there are groups. */
export function pageSize(feed: FeedName, { rollouts: { groupSize } }: RunConfig): number {
  return feed === "rollouts" ? Math.max(1, Math.floor(12 / groupSize)) * groupSize : 8;
}

/** Whether every update has its own: then the newest are shown. */
export function isPerUpdate(feed: FeedName, { pairs: { pairSource } }: RunConfig): boolean {
  return feed === "rollouts" || feed === "onlinePairs" || (feed === "offlinePairs" && pairSource === "generator");
}

/** Why a feed is empty, and what to do about it. */
export function emptyText({ feed, empty }: EmptyFeed, config: RunConfig): string {
  if (typeof empty === "object") return empty.issue;
  const { many } = FEED_WORDS[feed];
  if (empty === "untrained") {
    return `No update has been made since the page was opened: press Train or Step, and all the ${many} of its batch are here.`;
  }
  const { title, feeds } = objectiveById(config.algorithm);
  const read = feeds.map((name) => FEED_WORDS[name].many).join(" and ");
  const samples = feed === "rollouts" ? " What it writes at evaluations stands under Samples." : "";
  return `${title} reads no ${many}: it learns from ${read}.${samples}`;
}

/** What is on the page, in one line; also read aloud when it changes. */
export function pageText(page: FeedPage, search: string): string {
  const { feed, total, found, from, items, groupSize, step, prompts } = page;
  const { many } = FEED_WORDS[feed];
  if (total === 0) return noneText(page);
  const endless = total === Number.POSITIVE_INFINITY;
  const of = endless ? `an endless series of ${many}` : `${total} ${many}`;
  const range = items.length > 0 ? `${from + 1}–${from + items.length} of ` : "";
  const among = endless ? `the first ${MOST_SEARCHED}` : `${total}`;
  const what = search === "" ? `${range}${of}` : `${range}${found} found among ${among}`;
  const groups = groupSize > 1 ? `, groups of ${groupSize}` : "";
  const pairs = prompts === undefined ? "" : ` · ${total} of ${prompts} prompts gave a pair`;
  return `${what}${groups}${step === undefined ? "" : ` · the batch of step ${step}`}${pairs}`;
}

function noneText({ feed, prompts, step }: FeedPage): string {
  const where = step === undefined ? "" : ` in step ${step}`;
  return `None of ${prompts ?? 0} prompts gave a pair${where}: all answers of each group earned the same, so there are no ${FEED_WORDS[feed].many}.`;
}

/** What stands in the way of asking at all; undefined where nothing does. */
export function obstacleOf(phase: Phase | undefined): string | undefined {
  if (phase === "failed") return "The run failed, so its feeds can no longer be read: press Train to begin again.";
  if (phase === undefined || phase === "loading" || phase === "compiling")
    return "As soon as the policy is loaded, the feeds can be read.";
  return undefined;
}

export function waitText(feed: FeedName, config: RunConfig): string {
  if (feed === "demos" && isPolicyWriter(demoStyleOf(config))) return "The starting policy is writing them …";
  return feed === "offlinePairs" ? "The starting policy is writing the answers …" : "Reading …";
}
