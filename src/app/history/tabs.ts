/** The tabs of this browser that share one library: one writer a run, and lists that follow each other. */
export interface Tabs {
  /** Takes a run for this tab, which alone may write it from then on. @returns false where another tab has it */
  hold(id: string): Promise<boolean>;
  /** Takes a run from whichever tab has it, which hears of it. */
  takeOver(id: string): Promise<void>;
  release(id: string): void;
  /** Whether another tab has the run, as far as this one has heard. */
  isElsewhere(id: string): boolean;
  /** Tells the other tabs. */
  tell(message: TabMessage): void;
  /** @returns how to leave */
  listen(listener: TabListener): () => void;
  /** When it is known which runs other tabs have. */
  readonly ready: Promise<void>;
}

/** What one tab tells the others. */
export type TabMessage =
  /** The stored record of a run is another one, or gone. */
  | { readonly type: "changed"; readonly id: string }
  /** A tab has begun or ended to write some run. */
  | { readonly type: "held" }
  /** To the tab that has the run: a change made in another one. */
  | {
      readonly type: "patch";
      readonly id: string;
      readonly changes: { readonly name?: string; readonly pinned?: boolean };
    };

interface TabListener {
  hear?(message: TabMessage): void;
  /** Another tab took a run that this one had. */
  taken?(id: string): void;
  /** {@link Tabs.isElsewhere} answers otherwise than before. */
  moved?(): void;
}

/** The part of a BroadcastChannel that is used. */
interface Channel {
  postMessage(message: TabMessage): void;
  addEventListener(type: "message", listener: (event: { readonly data: TabMessage }) => void): void;
}

/** As long as other tabs have runs, they are asked for this often. */
const LOOK_MS = 1000;
const PREFIX = "policy-lab.run.";

/** The tabs of this browser; where it has no locks (an insecure origin, a sandboxed frame) this tab is taken for the only one. */
export function browserTabs(): Tabs {
  const locks = globalThis.navigator?.locks;
  if (!locks || typeof BroadcastChannel === "undefined") return onlyTab();
  try {
    return createTabs(locks, new BroadcastChannel("policy-lab"));
  } catch {
    return onlyTab();
  }
}

/** A tab that shares its library with no other. */
export function onlyTab(): Tabs {
  return {
    hold: async () => true,
    takeOver: async () => {},
    release() {},
    isElsewhere: () => false,
    tell() {},
    listen: () => () => {},
    ready: Promise.resolve(),
  };
}

export function createTabs(locks: Pick<LockManager, "request" | "query">, channel: Channel): Tabs {
  const listeners = new Set<TabListener>();
  let elsewhere: ReadonlySet<string> = new Set();
  let again: ReturnType<typeof setTimeout> | undefined;
  const own = createOwnRuns(locks, {
    held() {
      channel.postMessage({ type: "held" });
      void look();
    },
    freed: () => channel.postMessage({ type: "held" }),
    stolen(id) {
      void look();
      for (const listener of listeners) listener.taken?.(id);
    },
  });

  channel.addEventListener("message", ({ data }) => {
    if (data.type === "held") void look();
    for (const listener of listeners) listener.hear?.(data);
  });

  /** Which runs other tabs have. */
  async function look(): Promise<void> {
    const { held = [] } = await locks.query().catch((): LockManagerSnapshot => ({ held: [] }));
    const ids = held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
    const now = new Set(ids.filter((id) => !own.has(id)));
    const same = now.size === elsewhere.size && [...now].every((id) => elsewhere.has(id));
    elsewhere = now;
    // A tab that crashes or is loaded again says nothing: what it had is free a moment later.
    clearTimeout(again);
    if (now.size > 0) again = setTimeout(() => void look(), LOOK_MS);
    if (!same) for (const listener of listeners) listener.moved?.();
  }

  return {
    hold: (id) => own.request(id, { ifAvailable: true }),
    async takeOver(id) {
      await own.request(id, { steal: true });
    },
    release: own.release,
    isElsewhere: (id) => elsewhere.has(id),
    tell: (message) => channel.postMessage(message),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: look(),
  };
}

interface OwnRunsListener {
  /** This tab has one more run. */
  held(): void;
  /** Another tab may have a run that this one had. */
  freed(): void;
  /** Another tab has taken a run that this one had. */
  stolen(id: string): void;
}

/** The runs that this tab alone may write. */
function createOwnRuns(locks: Pick<LockManager, "request">, listener: OwnRunsListener) {
  const mine = new Map<string, () => void>();
  /** Requests under way, by run. */
  const asked = new Map<string, Promise<boolean>>();

  function acquire(id: string, options: LockOptions): Promise<boolean> {
    if (mine.has(id)) return Promise.resolve(true);
    return requestLock(locks, PREFIX + id, options, {
      held(release) {
        mine.set(id, release);
        listener.held();
      },
      stolen() {
        mine.delete(id);
        listener.stolen(id);
      },
    });
  }

  function free(id: string): void {
    mine.get(id)?.();
    if (!mine.delete(id)) return;
    // The lock itself is free once its holder's promise has been seen.
    setTimeout(listener.freed, 0);
  }

  return {
    has: (id: string) => mine.has(id),
    request(id: string, options: LockOptions): Promise<boolean> {
      // One after another: to take over what this tab is about to have would be to steal it from itself.
      const answer = asked.get(id)?.then(() => acquire(id, options)) ?? acquire(id, options);
      asked.set(id, answer);
      void answer.finally(() => asked.get(id) === answer && asked.delete(id));
      return answer;
    },
    release(id: string): void {
      const answer = asked.get(id);
      if (answer) void answer.then(() => free(id));
      else free(id);
    },
  };
}

interface LockHolder {
  /** The lock is granted, and held until it is released. */
  held(release: () => void): void;
  /** Another tab has stolen it. */
  stolen(): void;
}

/** Asks for a lock, which is held as long as what its request waits for. @returns whether it is held */
function requestLock(
  locks: Pick<LockManager, "request">,
  name: string,
  options: LockOptions,
  holder: LockHolder,
): Promise<boolean> {
  return new Promise((resolve) => {
    let granted = false;
    locks
      .request(name, options, (lock) => {
        if (!lock) return resolve(false);
        granted = true;
        const held = new Promise<void>((release) => holder.held(release));
        resolve(true);
        return held;
      })
      .catch(() => {
        // Locks are denied to a page that may store nothing: it is taken for the only tab.
        if (!granted) return resolve(true);
        holder.stolen();
      });
  });
}
