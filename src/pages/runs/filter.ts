import type { Entry } from "../../app/history/historyStore.ts";
import { objectiveById } from "../../lab/objectives/index.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { entryDifference } from "./words.ts";

interface Said {
  readonly reference: Entry | undefined;
  readonly words: string;
}

const said = new WeakMap<Entry, Said>();

/** Whether every word of the filter stands somewhere in an entry's name, algorithm, task or difference. */
export function isMeant(entry: Entry, reference: Entry | undefined, filter: string): boolean {
  const wanted = plain(filter).split(/\s+/);
  return wanted.every((word) => wordsOf(entry, reference).includes(word));
}

function wordsOf(entry: Entry, reference: Entry | undefined): string {
  const before = said.get(entry);
  if (before && before.reference === reference) return before.words;
  const { algorithm, task } = entry.runs[0]!.config;
  const words = plain(
    [
      entry.name,
      objectiveById(algorithm).title,
      taskById(task).title,
      entryDifference(entry, reference) ?? "",
      entry.pinned ? "pinned" : "",
    ].join(" "),
  );
  said.set(entry, { reference, words });
  return words;
}

/** µ is two characters that look alike, and no key of most keyboards. */
const plain = (text: string) => text.normalize("NFKC").toLowerCase().replaceAll("μ", "mu").trim();
