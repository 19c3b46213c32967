import type { AnyObjective, FeedName } from "../objectives/objective.ts";
import type { FeedBatch } from "../train/batch.ts";
import { candidatesOf } from "../train/inspect.ts";
import { mismatchedOf } from "../train/mismatched.ts";
import { Update } from "../train/update.ts";
import { demoShelf } from "./demoShelf.ts";
import { packExamples } from "./encode.ts";
import {
  type EmptyFeed,
  type FeedItem,
  type FeedPage,
  type FeedQuery,
  MOST_ITEMS,
  MOST_SEARCHED,
  type OpenedItem,
} from "./feedPage.ts";
import { offlinePairShelf, onlinePairShelf } from "./pairShelf.ts";
import { rolloutShelf } from "./rolloutShelf.ts";
import type { Shelf, Stock } from "./shelf.ts";

const SHELVES: Readonly<Record<FeedName, (stock: Stock) => Shelf | undefined | Promise<Shelf | undefined>>> = {
  demos: demoShelf,
  rollouts: rolloutShelf,
  offlinePairs: offlinePairShelf,
  onlinePairs: onlinePairShelf,
};

/** Leafs through the feeds of one run, and reads single items with its present weights. Changes nothing that trains. */
export class FeedBrowser {
  readonly #objective: AnyObjective;
  readonly #stock: () => Stock;
  /** What the last page was taken from, so that an item is the one that was shown there, however far the run has gone. */
  #shown: { readonly feed: FeedName; readonly shelf: Shelf; readonly stock: Stock } | undefined;

  constructor(objective: AnyObjective, stock: () => Stock) {
    this.#objective = objective;
    this.#stock = stock;
  }

  async page({ feed, from, count, search = "" }: FeedQuery): Promise<FeedPage | EmptyFeed> {
    if (!this.#objective.feeds.includes(feed)) return { feed, empty: "unused" };
    const shelf = await this.#shelf(feed);
    if (!shelf) return { feed, empty: "untrained" };
    const most = Math.min(count, MOST_ITEMS);
    const { groupSize, step, prompts } = shelf;
    const places = search === "" ? undefined : found(shelf, search);
    const hits = places?.length ?? shelf.count;
    const end = Math.min(hits, from + most);
    const items: FeedItem[] = [];
    for (let place = from; place < end; place++) items.push(shelf.item(places?.[place] ?? place));
    return {
      ...{ feed, from, items, groupSize },
      total: shelf.count,
      found: hits,
      ...(step !== undefined && { step }),
      ...(prompts !== undefined && { prompts }),
    };
  }

  /** @throws {RangeError} for an item that the feed does not have. */
  async open(feed: FeedName, index: number): Promise<OpenedItem> {
    if (this.#shown?.feed !== feed) await this.#shelf(feed);
    const shown = this.#shown;
    const most = shown?.feed === feed ? shown.shelf.count : 0;
    if (!shown || !(Number.isInteger(index) && index >= 0 && index < most)) {
      throw new RangeError(`An item of ${feed} must be one of ${most}, got ${index}.`);
    }
    const { context } = this.#stock();
    const { batch, row } = await shown.shelf.open(context, index);
    const { policy, config, step } = context;
    const others = this.#objective.feeds
      .filter((other) => other !== feed)
      .map((other) => this.#beside(other, shown.stock));
    const batches = [...others, batch].sort((a, b) => this.#order(a) - this.#order(b));
    const mismatched = context.needs.includes("mismatched") ? await mismatchedOf(policy, batch) : undefined;
    const clock = Math.min(step, config.optimiser.steps);
    const foreseen = await new Update(this.#objective, config, clock, batches, mismatched).foresee(policy);
    const rows = batch.parts.map(({ name }) => foreseen.row(name, row));
    const temperature = feed === "rollouts" ? config.rollouts.temperature : 1;
    const candidates = [];
    for (const one of rows) candidates.push(await candidatesOf(policy, one, temperature));
    return { feed, index, step: step - 1, rows, candidates, metrics: foreseen.metrics };
  }

  async #shelf(feed: FeedName): Promise<Shelf | undefined> {
    const stock = this.#stock();
    const shelf = await SHELVES[feed](stock);
    this.#shown = shelf && { feed, shelf, stock };
    return shelf;
  }

  /** What else the update would read: the newest batch of that feed, or nothing. Credit of one feed hardly knows the others. */
  #beside(feed: FeedName, { last, context }: Stock): FeedBatch {
    const made = last?.batches.find((batch) => batch.feed === feed);
    return made ?? nothing(feed, context.config.rollouts.groupSize);
  }

  #order({ feed }: FeedBatch): number {
    return this.#objective.feeds.indexOf(feed);
  }
}

function found(shelf: Shelf, search: string): number[] {
  const wanted = search.toLowerCase();
  const holds = ({ prompt, answers }: FeedItem) =>
    [prompt, ...answers.map(({ completion }) => prompt + completion)].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  const searched = Array.from(
    { length: shelf.count === Number.POSITIVE_INFINITY ? MOST_SEARCHED : shelf.count },
    (_, index) => index,
  );
  return searched.filter((index) => holds(shelf.item(index)));
}

/** A feed without rows. */
function nothing(feed: FeedName, groupSize: number): FeedBatch {
  const sequences = packExamples([]);
  const none = new Float64Array(0);
  const tokens = {
    ...{ rows: 0, length: sequences.length - 1, mask: sequences.mask, groupSize },
    ...{ oldLogp: none, refLogp: none, rewards: none },
  };
  const part = { name: feed, sequences, tokens, problems: [], completions: [] };
  return { feed, parts: [part], prompts: 0, metrics: {}, samples: [], sampledTokens: 0 };
}
