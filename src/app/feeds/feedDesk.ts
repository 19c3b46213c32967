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
  ask(query: FeedQuery): Promise<void>;
  open(feed: FeedName, index: number): Promise<void>;
  close(): void;
}

const NOTHING: Omit<FeedsSeen, "runId"> = {
  page: undefined,
  waiting: undefined,
  opened: undefined,
  issue: undefined,
};

const made = new WeakMap<Lab, FeedDesk>();

/** The feed desk of a lab, made when the feeds are first looked at. */
export function feedDeskOf(lab: Lab): FeedDesk {
  const known = made.get(lab);
  if (known) return known;
  const desk = createFeedDesk(lab);
  made.set(lab, desk);
  return desk;
}

function createFeedDesk(lab: Lab): FeedDesk {
  const store = createStore<FeedsSeen>(() => ({ runId: lab.run.getState().run?.id, ...NOTHING }));
  /** Only the newest question of each kind counts. */
  let newest: FeedQuery | undefined;
  let wanted: object | undefined;

  lab.run.subscribe(({ run }) => {
    if (run?.id === store.getState().runId) return;
    newest = undefined;
    wanted = undefined;
    store.setState({ runId: run?.id, ...NOTHING });
  });

  const done = (what: "page" | "item") => (waiting: FeedsSeen["waiting"]) => (waiting === what ? undefined : waiting);
  const pageDone = done("page");
  const itemDone = done("item");

  return {
    ...store,
    async ask(query) {
      const { runId } = store.getState();
      if (runId === undefined) return;
      newest = query;
      store.setState({ waiting: "page" });
      const page = await lab
        .ask({ type: "browse", runId, query })
        .catch(({ message }: Error): EmptyFeed => ({ feed: query.feed, empty: { issue: message } }));
      if (newest === query) store.setState(({ waiting }) => ({ page, waiting: pageDone(waiting) }));
    },
    async open(feed, index) {
      const { runId } = store.getState();
      if (runId === undefined) return;
      const mine = { feed, index };
      wanted = mine;
      store.setState({ waiting: "item", issue: undefined });
      const item = await lab.ask({ type: "openItem", runId, feed, index }).then(
        (opened) => ({ opened, issue: undefined }),
        ({ message }: Error) => ({ issue: message }),
      );
      if (wanted === mine) store.setState(({ waiting }) => ({ ...item, waiting: itemDone(waiting) }));
    },
    close() {
      wanted = undefined;
      store.setState({ opened: undefined, issue: undefined });
    },
  };
}
