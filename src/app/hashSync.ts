import { LINK_LIMIT } from "../lab/link/link.ts";
import type { View } from "../lab/link/view.ts";
import type { Issue } from "../lab/schema.ts";
import { type Draft, type DraftStore, experimentKey, linkOf, openedAt, wholeLinkOf } from "./draftStore.ts";

export interface HashSync {
  /** Writes the link now. @returns the whole address. */
  flush(): string;
  /** Makes a change that Back takes back: what it leads to is an entry of its own in the page's history. */
  step(change: () => void): void;
  /** One sentence for each thing that the address has no room for; empty nearly always. */
  cuts(): readonly string[];
  dispose(): void;
}

/** Browsers refuse more than about 100 replacements in 30 seconds, and a dragged slider makes that in two. */
const SETTLE_MS = 300;

/**
 * Keeps the address and the draft the same experiment. Edits replace the hash, so that Back does not walk through every
 * position of a slider; another preset, task or algorithm is a step that Back takes back. A pasted hash, a followed link and
 * an entry of the history open as a new draft.
 */
export function syncHash(
  draft: DraftStore,
  page: Window,
  onLink: (issues: readonly Issue[]) => void,
  onCut: (cuts: readonly string[]) => void = () => {},
): HashSync {
  const put = writerOf(draft, page, onCut);
  // The address as it was written or followed last.
  let known = page.location.hash;
  const edits = settling(() => {
    // Another entry of the history may be there already, its event on the way: it must not be written over.
    if (page.location.hash === known) write();
  });

  function write(how: How = "replaceState"): string {
    edits.drop();
    put.write(how);
    known = page.location.hash;
    return page.location.href;
  }

  const leave = draft.subscribe((now, before) => {
    if (!isLinkedAlike(now, before)) edits.begin();
  });

  /** Makes what the address says the draft, if it has changed: its event may come later, or only when it has been followed. */
  function follow(): void {
    if (page.location.hash === known) return;
    known = page.location.hash;
    const issues = openLink(draft, known);
    if (!issues) return;
    // What was pasted stays in the address until the next edit: a typing slip can still be mended there.
    edits.drop();
    onLink(issues);
  }

  page.addEventListener("hashchange", follow);
  // The bare address is the first lesson's: it stays as it is until something is changed.
  if (page.location.hash === "" && draft.getState().view.page === undefined) write();

  return {
    flush() {
      follow();
      return write();
    },
    step(change) {
      follow();
      if (edits.wait()) write();
      change();
      write("pushState");
    },
    cuts: put.cuts,
    dispose() {
      edits.drop();
      leave();
      page.removeEventListener("hashchange", follow);
    },
  };
}

/** Has `act` happen once nothing has begun anew for {@link SETTLE_MS}. */
function settling(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function drop(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  return {
    drop,
    begin() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        act();
      }, SETTLE_MS);
    },
    wait: () => timer !== undefined,
  };
}

type How = "replaceState" | "pushState";

/** Writes the draft's link into the address, and says what had no room in it when that has changed. */
function writerOf(draft: DraftStore, page: Window, onCut: (cuts: readonly string[]) => void) {
  let said: readonly string[] = [];
  return {
    write(how: How) {
      const { hash, cuts } = wholeLinkOf(draft.getState(), roomIn(page));
      if (page.location.hash !== hash) setHash(page, hash, how);
      if (cuts.join() !== said.join()) onCut(cuts);
      said = cuts;
    },
    cuts: () => said,
  };
}

/** True where two drafts differ in nothing that a link says. */
function isLinkedAlike(now: Draft, before: Draft): boolean {
  const same = now.config === before.config && now.presetId === before.presetId;
  return same && now.view === before.view && now.receipt === before.receipt;
}

/** Makes what a link says the draft. @returns what is wrong with it; undefined where it shows another page of this very experiment */
function openLink(draft: DraftStore, hash: string): readonly Issue[] | undefined {
  if (hash === linkOf(draft.getState())) return undefined;
  const { config, presetId, view, receipt, issues, experiment } = openedAt(hash);
  const turned = turnedTo(view, draft.getState().view);
  if (!view.lecture && hash === linkOf({ ...draft.getState(), view: turned })) {
    // Another page of this very experiment, which may be more than an address holds.
    draft.setState({ view: turned });
    return undefined;
  }
  const before = draft.getState().config;
  // A link to another page of the same experiment must not make another experiment of it.
  const kept = experimentKey(config) === experimentKey(before) ? before : config;
  const from = kept === before ? draft.getState().from : undefined;
  draft.setState(experiment ? { config: kept, presetId, view, receipt, from } : { view });
  return issues;
}

/** The same way to look, on the page that a link names, presented or not. */
function turnedTo({ page, present }: View, { page: _, lecture: __, scene: ___, ...view }: View): View {
  return page === undefined ? { ...view, present } : { ...view, page, present };
}

/** What is left for the hash of an address of {@link LINK_LIMIT} characters. */
function roomIn({ location }: Window): number {
  return LINK_LIMIT - (location.href.length - location.hash.length);
}

/** In a sandboxed frame the address may be closed: the experiment goes on without it. */
function setHash(page: Window, hash: string, how: How): void {
  try {
    page.history[how](page.history.state, "", hash);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
