import type { FeedBatch } from "../feeds/batch.ts";
import { packExamples } from "../feeds/encode.ts";
import { type FeedContents, type FeedState, itemOf, type WrittenItem } from "../feeds/feed.ts";
import {
  type EmptyFeed,
  type FeedPage,
  type FeedQuery,
  MOST_ITEMS,
  MOST_SEARCHED,
  type OpenedItem,
} from "../feeds/feedPage.ts";
import { FEEDS } from "../feeds/index.ts";
import { judgeOf } from "../feeds/sampling.ts";
import { completed } from "../feeds/scored.ts";
import type { AnyObjective, FeedName } from "../objectives/objective.ts";
import { judged } from "../rewards/judgement.ts";
import { tokenizerOf } from "../tasks/task.ts";
import { CHARACTERS } from "../tokenizer/characters.ts";
import { candidatesOf } from "./inspect.ts";
import { mismatchedOf } from "./mismatched.ts";
import { Update } from "./update.ts";

/** The feeds of one run page by page, and single items of them read by its present weights. Changes nothing that trains. */
export class FeedBrowser {
  readonly #current: () => AnyObjective;
  readonly #state: () => FeedState;
  /** What the last page was taken from, so that an item is the one that was shown there, however far the run has gone. */
  #shown: { readonly feed: FeedName; readonly contents: FeedContents; readonly state: FeedState } | undefined;

  /** @param objective of the update that is next; another phase may have another. */
  constructor(objective: () => AnyObjective, state: () => FeedState) {
    this.#current = objective;
    this.#state = state;
  }

  get #objective(): AnyObjective {
    return this.#current();
  }

  async page({ feed, from, count, search = "" }: FeedQuery): Promise<FeedPage | EmptyFeed> {
    if (!this.#objective.feeds.includes(feed)) return { feed, empty: "unused" };
    const contents = await this.#contents(feed);
    if (!contents) return { feed, empty: "untrained" };
    const most = Math.min(count, MOST_ITEMS);
    const { groupSize, step, prompts } = contents;
    const places = search === "" ? undefined : found(contents, search);
    const hits = places?.length ?? contents.count;
    const end = Math.min(hits, from + most);
    const indices = Array.from({ length: Math.max(0, end - from) }, (_, at) => places?.[from + at] ?? from + at);
    const judge = judgeOf(this.#state().context);
    const items = await judged(judge, () => indices.map((index) => itemOf(judge, contents.item(index))));
    return {
      ...{ feed, from, items, groupSize },
      total: contents.count,
      found: hits,
      ...(step !== undefined && { step }),
      ...(prompts !== undefined && { prompts }),
    };
  }

  /** @throws {RangeError} for an item that the feed does not have. */
  async open(feed: FeedName, index: number): Promise<OpenedItem> {
    if (this.#shown?.feed !== feed) await this.#contents(feed);
    const shown = this.#shown;
    const most = shown?.feed === feed && this.#objective.feeds.includes(feed) ? shown.contents.count : 0;
    if (!shown || !(Number.isInteger(index) && index >= 0 && index < most)) {
      throw new RangeError(`An item of ${feed} must be one of ${most}, got ${index}.`);
    }
    const { context } = this.#state();
    const { batch, row } = await shown.contents.open(context, index);
    const { policy, config, step } = context;
    const beside = this.#objective.feeds.filter((other) => other !== feed);
    const others = await completed(
      context,
      beside.map((other) => this.#beside(other, shown.state)),
    );
    const batches = [...others, batch].sort((a, b) => this.#order(a) - this.#order(b));
    const mismatched = context.needs.includes("mismatched") ? await mismatchedOf(context, batch) : undefined;
    // After the last update there is no next one: the credit is that of one more like it.
    const clock = { ...context.clock, step: Math.min(context.clock.step, context.clock.totalSteps) };
    const foreseen = await new Update(this.#objective, config, step, clock, batches, mismatched).foresee(policy);
    const rows = batch.batches.map(({ name }) => foreseen.row(name, row));
    const candidates = [];
    const tokenizer = tokenizerOf(context.task);
    for (const [at, one] of rows.entries()) {
      candidates.push(await candidatesOf(policy, tokenizer, one, batch.batches[at]!.sequences.temperature ?? 1));
    }
    return { feed, index, step: step - 1, rows, candidates, metrics: foreseen.metrics };
  }

  async #contents(feed: FeedName): Promise<FeedContents | undefined> {
    const state = this.#state();
    const contents = await FEEDS[feed].contents(state);
    this.#shown = contents && { feed, contents, state };
    return contents;
  }

  /** What else the update would read: the newest batch of that feed, or nothing. Credit of one feed hardly knows the others. */
  #beside(feed: FeedName, { last, context }: FeedState): FeedBatch {
    const made = last?.batches.find((batch) => batch.feed === feed);
    return made ?? nothing(feed, context.config.rollouts.groupSize);
  }

  #order({ feed }: FeedBatch): number {
    return this.#objective.feeds.indexOf(feed);
  }
}

function found(contents: FeedContents, search: string): number[] {
  const wanted = search.toLowerCase();
  const holds = ({ prompt, answers }: WrittenItem) =>
    [prompt, ...answers.map(({ completion }) => prompt + completion)].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  const searched = Array.from(
    { length: contents.count === Number.POSITIVE_INFINITY ? MOST_SEARCHED : contents.count },
    (_, index) => index,
  );
  return searched.filter((index) => holds(contents.item(index)));
}

/** A feed without rows. */
function nothing(feed: FeedName, groupSize: number): FeedBatch {
  const sequences = packExamples(CHARACTERS, []);
  const none = new Float64Array(0);
  const tokens = {
    ...{ rows: 0, length: sequences.length - 1, mask: sequences.mask, groupSize },
    ...{ oldLogp: none, refLogp: none, rewards: none },
  };
  const part = { name: feed, sequences, tokens, problems: [], completions: [] };
  return { feed, batches: [part], prompts: 0, metrics: {}, samples: [], sampledTokens: 0 };
}
