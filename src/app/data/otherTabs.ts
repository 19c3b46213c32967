/** The other tabs of this browser, which list the same sets. */
export interface OtherTabs {
  /** Tells them that a set is gone. */
  removed(hash: string): void;
  /** Has `gone` called with the hash of a set that another tab took away. */
  listen(gone: (hash: string) => void): void;
}

/** Where the browser has no channels, or lets this page have none, this tab is taken for the only one. */
export function otherTabs(): OtherTabs {
  try {
    const channel = new BroadcastChannel("policy-lab-data");
    return {
      removed: (hash) => channel.postMessage(hash),
      listen: (gone) =>
        channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
          if (typeof data === "string") gone(data);
        }),
    };
  } catch {
    return { removed() {}, listen() {} };
  }
}
