import type { Issue } from "../lab/schema.ts";
import { type DraftStore, linkOf, readLink } from "./draftStore.ts";

export interface HashSync {
  /** Writes the link now. @returns the whole address. */
  flush(): string;
  dispose(): void;
}

/** Browsers refuse more than about 100 replacements in 30 seconds, and a dragged slider makes that in two. */
const SETTLE_MS = 300;

/**
 * Keeps the address and the draft the same experiment. Edits replace the hash, so that Back leaves the page instead of
 * walking through every position of a slider; a hash that somebody pastes or a followed link opens as a new draft.
 */
export function syncHash(draft: DraftStore, page: Window, onLink: (issues: readonly Issue[]) => void): HashSync {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(): string {
    clearTimeout(timer);
    timer = undefined;
    const hash = linkOf(draft.getState());
    if (page.location.hash !== hash) page.history.replaceState(page.history.state, "", hash);
    return page.location.href;
  }

  const leave = draft.subscribe((now, before) => {
    if (now.config === before.config && now.presetId === before.presetId) return;
    clearTimeout(timer);
    timer = setTimeout(write, SETTLE_MS);
  });

  function follow(): void {
    if (page.location.hash === linkOf(draft.getState())) return;
    const { config, presetId, issues } = readLink(page.location.hash);
    draft.setState({ config, presetId });
    // What somebody pasted stays in the address until the next edit: a typing slip can still be mended there.
    clearTimeout(timer);
    onLink(issues);
  }

  page.addEventListener("hashchange", follow);
  if (page.location.hash === "") write();

  return {
    flush: write,
    dispose() {
      clearTimeout(timer);
      leave();
      page.removeEventListener("hashchange", follow);
    },
  };
}
