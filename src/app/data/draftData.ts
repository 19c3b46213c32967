import { type Brought, broughtBy } from "../../lab/experiment/brought.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { dataTaskId, hashInTaskId } from "../../lab/tasks/dataTask.ts";
import type { DraftStore } from "../draftStore.ts";
import type { ModelLibrary } from "../model/modelLibrary.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { DataLibrary } from "./dataLibrary.ts";

/** What somebody brought: rows of data, and models that read or score them. */
interface Libraries {
  readonly data: DataLibrary;
  readonly models: ModelLibrary;
}

const libraryOf = ({ data, models }: Libraries, { is }: Brought) => (is === "data" ? data : models);

const absentIn = (libraries: Libraries, config: RunConfig) =>
  broughtBy(config).filter((part) => !libraryOf(libraries, part).sent(part.hash));

/** Whether anything that an experiment names is not here, or not yet. */
export const isAbsent = (libraries: Libraries, config: RunConfig): boolean => absentIn(libraries, config).length > 0;

/** Fetches what is kept of it. @returns what is missing still, as in “… cannot go on: its data are not in this browser …” */
export async function missingOf(libraries: Libraries, config: RunConfig): Promise<string | undefined> {
  for (const part of absentIn(libraries, config))
    if (!(await libraryOf(libraries, part).load(part.hash))) return missing(part);
  return undefined;
}

/** What a press says that an experiment has to wait for, or why it cannot start. */
export function absence(libraries: Libraries, config: RunConfig): string {
  const gone = absentIn(libraries, config).find((part) => !libraryOf(libraries, part).lists(part.hash));
  return gone ? `This experiment cannot start: ${missing(gone)}` : "What it is made of is still being fetched.";
}

/** What a worker must have for an experiment, of what is here. */
export function sentFor({ data, models }: Libraries, config: RunConfig) {
  const hashes = (kind: Brought["is"]) => broughtBy(config).flatMap(({ is, hash }) => (is === kind ? [hash] : []));
  const here = <T>(found: readonly (T | undefined)[]) => found.filter((one) => one !== undefined);
  return {
    data: here(hashes("data").map((hash) => data.sent(hash))),
    models: here(hashes("model").map((hash) => models.sent(hash))),
  };
}

function missing({ is, of }: Brought): string {
  const what = {
    data: { task: "its data are", reward: "the pairs of its reward model are" },
    model: { task: "its model is", reward: "its reward checkpoint is" },
  }[is][of];
  const where = is === "data" ? "the file that they came from, with the same columns" : "the folder that it came from";
  return `${what} not in this browser: open ${where}.`;
}

interface Wanted extends Libraries {
  readonly draft: DraftStore;
  readonly notices: NoticeStore;
}

/** Fetches what the draft names whenever it names something else; whoever shows the draft sees it anew then. */
export function fetchDraftData(wanted: Wanted, page: Window): void {
  const { draft, data, models, notices } = wanted;
  const namesOf = (config: RunConfig) =>
    broughtBy(config)
      .map(({ is, hash }) => is + hash)
      .join();

  async function fetchParts(config: RunConfig): Promise<void> {
    const absent = absentIn(wanted, config);
    if (absent.length === 0) return;
    for (const { is, hash } of absent) await (is === "model" ? models.load(hash) : fetchRows(hash));
    draft.setState((now) => (namesOf(now.config) === namesOf(config) ? { config: { ...now.config } } : {}));
  }

  async function fetchRows(hash: string): Promise<void> {
    await data.ready;
    const carried = new URLSearchParams(page.location.hash.slice(1)).get("data");
    // A link carries the rows of its task.
    if ((await data.load(hash)) || carried === null || hash !== hashInTaskId(draft.getState().config.task)) return;
    if (!(await data.keepPacked(dataTaskId(hash), carried)))
      notices.say("link", ["The rows in the link are damaged, or of other data: open the file that they came from."]);
  }

  void fetchParts(draft.getState().config);
  draft.subscribe(({ config }, before) => {
    if (namesOf(config) !== namesOf(before.config)) void fetchParts(config);
  });
}
