import { createStore, type StoreApi } from "zustand/vanilla";
import type { EmptyFeed, FeedPage, FeedQuery, OpenedItem } from "../../lab/feeds/feedPage.ts";
import type { FeedName } from "../../lab/objectives/objective.ts";
import type { RunId } from "../../lab/worker/protocol.ts";
import type { Lab } from "../lab.ts";

/** What the worker said about the feeds of the run in it. */
export interface FeedsSeen {
  readonly runId: RunId | undefined;
  /** The newest answer; it stays until another one comes, so that nothing jumps. */
  readonly page: FeedPage | EmptyFeed | undefined;
  /** A page or an item was asked for and has not come. */
  readonly waiting: "page" | "item" | undefined;
  /** The item that is open; a later step does not close it. */
  readonly opened: OpenedItem | undefined;
  /** Why the last item could not be read. */
  readonly issue: string | undefined;
}

export interface FeedDesk extends StoreApi<FeedsSeen> {
  ask(query: FeedQuery): void;
  open(feed: FeedName, index: number): void;
  close(): void;
}

const NOTHING: Omit<FeedsSeen, "runId"> = {
  page: undefined,
  waiting: undefined,
  opened: undefined,
  issue: undefined,
};

const made = new WeakMap<Lab, FeedDesk>();

/** The feed desk of a lab, made when somebody first looks at the feeds. */
export function feedDeskOf(lab: Lab): FeedDesk {
  const known = made.get(lab);
  if (known) return known;
  const desk = createFeedDesk(lab);
  made.set(lab, desk);
  return desk;
}

function createFeedDesk(lab: Lab): FeedDesk {
  const store = createStore<FeedsSeen>(() => ({ runId: lab.run.getState().run?.id, ...NOTHING }));
  /** Answers come in the order of the questions, but only the newest question counts. */
  let asked: FeedQuery | undefined;
  let wanted: { readonly feed: FeedName; readonly index: number } | undefined;

  lab.run.subscribe(({ run }) => {
    if (run?.id === store.getState().runId) return;
    asked = undefined;
    wanted = undefined;
    store.setState({ runId: run?.id, ...NOTHING });
  });

  lab.listen({
    event(event) {
      if (event.runId !== store.getState().runId) return;
      if (event.type === "feedPage" && asked && sameQuery(event.query, asked)) {
        asked = undefined;
        store.setState(({ waiting }) => ({ page: event.page, waiting: waiting === "page" ? undefined : waiting }));
      } else if (event.type === "feedItem" && event.feed === wanted?.feed && event.index === wanted.index) {
        wanted = undefined;
        const item = "issue" in event.item ? { issue: event.item.issue } : { opened: event.item, issue: undefined };
        store.setState(({ waiting }) => ({ ...item, waiting: waiting === "item" ? undefined : waiting }));
      }
    },
  });

  return {
    ...store,
    ask(query) {
      const { runId } = store.getState();
      if (runId === undefined) return;
      asked = query;
      store.setState({ waiting: "page" });
      lab.send({ type: "browse", runId, query });
    },
    open(feed, index) {
      const { runId } = store.getState();
      if (runId === undefined) return;
      wanted = { feed, index };
      store.setState({ waiting: "item", issue: undefined });
      lab.send({ type: "openItem", runId, feed, index });
    },
    close() {
      wanted = undefined;
      store.setState({ opened: undefined, issue: undefined });
    },
  };
}

const sameQuery = (a: FeedQuery, b: FeedQuery) =>
  a.feed === b.feed && a.from === b.from && a.count === b.count && a.search === b.search;
