import { packedData } from "../data/packedData.ts";
import type { RunConfig } from "../experiment/config.ts";
import { plainText } from "../note.ts";
import { ConfigError, type Issue } from "../schema.ts";
import { experimentIn, LINK_VERSION, type LinkIssue, queryOf, READ_LIMIT, toBody, withStands } from "./hash.ts";
import type { Lecture } from "./lecture.ts";
import { decodeReceipt, encodeReceipt, type Receipt } from "./receipt.ts";
import { PLAIN_VIEW, type View, viewEntries, viewOf } from "./view.ts";
import { CHECK_LENGTH, sealed } from "./wholeness.ts";

export { READ_LIMIT };

/** The longest address that every messenger, slide and mail program is known to keep whole. */
export const LINK_LIMIT = 2000;

/** A link: the experiment, how it is shown, and what came out of it where it was made. */
interface Link {
  readonly config: RunConfig;
  /** The preset that the link counts its differences from. */
  readonly presetId?: string | undefined;
  readonly view?: View | undefined;
  readonly receipt?: Receipt | undefined;
}

interface WrittenLink {
  readonly hash: string;
  /** One sentence for each thing that had to be left out; empty nearly always. */
  readonly cuts: readonly string[];
}

/** Writes a link of at most `room` characters (an experiment whose phases alone are longer is still written whole). What does not fit goes in this order: note, rows of data, receipt, view, late interventions. */
export function writeLink(link: Link, room = LINK_LIMIT): WrittenLink {
  const { hash, cuts } = writeBody(link, room - CHECK_LENGTH);
  return { hash: sealed(hash), cuts };
}

function writeBody(link: Link, room: number): WrittenLink {
  const { config, presetId, view = PLAIN_VIEW, receipt } = link;
  const { note: typed, ...rest } = view;
  // No longer than what is read again.
  const note = plainText(typed);
  const experiment = toBody(config, presetId);
  const shown = suffix(viewEntries({ ...rest, note: "" }));
  const proof = receipt ? suffix([["receipt", encodeReceipt(receipt)]]) : "";
  const cuts: string[] = [];

  let hash = experiment;
  if (hash.length > room) {
    const early = withoutLate(link, room - shown.length);
    cuts.push(early.cut);
    if (proof) cuts.push("The receipt is left out: it is one of the whole experiment.");
    if (note !== "") cuts.push("The note did not fit into the link.");
    return { hash: early.hash + shown, cuts };
  }
  if (hash.length + shown.length <= room) hash += shown;
  else cuts.push("How the experiment is shown did not fit into the link, only the experiment itself.");
  if (hash.length + proof.length <= room) hash += proof;
  else cuts.push("The receipt did not fit into the link.");
  const rows = packedData(config.task);
  const data = rows === undefined ? "" : suffix([["data", rows]]);
  if (hash.length + data.length <= room) hash += data;
  else cuts.push("The rows of the data did not fit into the link: whoever opens it needs the file.");
  const whole = suffix(note === "" ? [] : [["note", note]]);
  if (hash.length + whole.length <= room) return { hash: hash + whole, cuts };
  const short = shortened(note, room - hash.length);
  cuts.push(
    short.kept === 0
      ? "The note did not fit into the link."
      : `The note was cut to its first ${short.kept} characters, so that the link stays within ${room + CHECK_LENGTH}.`,
  );
  return { hash: hash + short.text, cuts };
}

/** The link of a lecture at one of its scenes, counted from 1: its experiments stand in the scenes. */
export function lectureHash(lecture: Lecture, scene = 1): string {
  return sealed(`#v=${LINK_VERSION}${suffix(viewEntries({ ...PLAIN_VIEW, lecture, scene }))}`);
}

/** The address of a page that says which experiment it is of, and how it is shown: nothing of it can be lost unseen. */
export function pageHash(view: View): string {
  return suffix(viewEntries(view)).replace("&", "#");
}

/** Problems that are named one by one; a link with more is not a link that somebody mistyped. */
const NAMED_ISSUES = 20;

interface ReadLink extends Link {
  readonly view: View;
  readonly issues: readonly Issue[];
  /** False for an address that only names a page or a way to look: the experiment is then the one at hand. */
  readonly experiment: boolean;
}

/** What a link says. Never throws: each problem is an issue, and the rest of the link still counts. */
export function readLink(text: string): ReadLink {
  const { wrong, said, repairs, ...link } = partsOf(text);
  const all = [...repairs, ...[...wrong, ...said].map(withStands)];
  return { ...link, issues: shortList(all) };
}

interface StrictLink extends Link {
  /** What the link says, in sentences, that changes nothing of the experiment. */
  readonly said: readonly string[];
}

/** A link that must name an experiment and be right. @throws {ConfigError} naming all that is wrong, with nothing opened */
export function parseLink(text: string): StrictLink {
  const { wrong, said, repairs, experiment, ...link } = partsOf(text);
  if (wrong.length > 0) throw new ConfigError(shortList(wrong.map(asRefused)));
  if (!experiment) throw new ConfigError([{ key: "link", message: link.view.lecture ? LECTURE_NAMED : NOTHING_NAMED }]);
  return { ...link, said: [...repairs, ...said].map(({ message }) => message) };
}

const LECTURE_NAMED =
  "The link is a lecture of several experiments: open it on the page, and train one of its scenes by its own link.";
const NOTHING_NAMED = "The link names no experiment: in a shell, put the link in quotes.";

/** On a command line nothing is opened: a link that is not whole is refused with what to do. */
function asRefused({ key, message }: LinkIssue): Issue {
  if (key === "ok")
    return { key, message: `${message} Take the whole link, or write v=1 and drop &ok= where it was edited by hand.` };
  return { key, message: message.startsWith("The link names no experiment") ? NOTHING_NAMED : message };
}

/** All that a link says: what is wrong with its experiment, and what is said beside it. */
function partsOf(text: string) {
  const { query, repairs, issues, experiment } = queryOf(text);
  const { config, presetId, issues: read } = experimentIn(query);
  const { view, issues: said } = viewOf(query);
  const proof = query.get("receipt");
  const receipt = proof === null ? undefined : decodeReceipt(proof, config);
  const lost = "The link's receipt could not be read: it may have been cut. The experiment itself is whole.";
  return {
    ...{ config, presetId, view, receipt, experiment },
    wrong: [...issues, ...read],
    said: [...said, ...(proof !== null && !receipt ? [{ key: "receipt", message: lost }] : [])],
    repairs: repairs.length === 0 ? [] : [{ key: "link", message: `The link was repaired: ${repairs.join("; ")}.` }],
  };
}

function shortList(issues: readonly Issue[]): readonly Issue[] {
  const more = issues.length - NAMED_ISSUES;
  if (more <= 0) return issues;
  const message = `The link has ${more} more ${more === 1 ? "problem" : "problems"} of this kind.`;
  return [...issues.slice(0, NAMED_ISSUES), { key: "link", message }];
}

/** An experiment with more changes by hand than an address can hold: the first ones that fit. */
function withoutLate({ config, presetId }: Link, room: number): { readonly hash: string; readonly cut: string } {
  let kept = config.interventions.length;
  let hash: string;
  do {
    kept = Math.max(0, kept - Math.max(1, Math.floor(kept / 10)));
    hash = toBody({ ...config, interventions: config.interventions.slice(0, kept) }, presetId);
  } while (hash.length > room && kept > 0);
  const lost = config.interventions.length - kept;
  if (lost === 0) {
    const long = hash.length + CHECK_LENGTH;
    const harm =
      long > READ_LIMIT
        ? `more than the ${READ_LIMIT} that a link can have: it does not open`
        : `programs that keep only ${room + CHECK_LENGTH} of them will cut it`;
    const cut = `The link has ${long} characters for its phases alone: ${harm}. The file that Runs exports is whole.`;
    return { hash, cut };
  }
  return {
    hash,
    cut: `An address has room for ${kept} of this experiment's ${config.interventions.length} changes made by hand: the last ${lost} are missing from the link. The file that Runs exports has them all.`,
  };
}

function suffix(entries: [string, string][]): string {
  return entries.length === 0 ? "" : `&${new URLSearchParams(entries).toString().replaceAll("%3A", ":")}`;
}

function shortened(note: string, room: number): { readonly text: string; readonly kept: number } {
  const letters = [...note];
  let low = 0;
  let high = letters.length;
  const at = (kept: number) => suffix([["note", `${letters.slice(0, kept).join("")}…`]]);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (at(middle).length <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? { text: "", kept: 0 } : { text: at(low), kept: low };
}
