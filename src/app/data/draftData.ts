import { hashInTaskId } from "../../lab/tasks/dataTask.ts";
import { modelInTaskId } from "../../lab/tasks/models.ts";
import type { DraftStore } from "../draftStore.ts";
import type { ModelLibrary } from "../model/modelLibrary.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { DataLibrary } from "./dataLibrary.ts";

/** What somebody brought: rows of data, and models that read them. */
interface Brought {
  readonly data: DataLibrary;
  readonly models: ModelLibrary;
}

const lacksRows = ({ data }: Brought, task: string) => hashInTaskId(task) !== undefined && !data.sent(task);
const lacksModel = ({ models }: Brought, task: string) => modelInTaskId(task) !== undefined && !models.sent(task);

/** Whether the rows that a task is made of, or the model that reads it, are not here, or not yet. */
export const isAbsent = (brought: Brought, task: string): boolean =>
  lacksRows(brought, task) || lacksModel(brought, task);

/** Fetches both, if they are kept. @returns what is missing still, in words */
export async function missingOf(brought: Brought, task: string): Promise<"data" | "model" | undefined> {
  if (lacksRows(brought, task) && !(await brought.data.load(task))) return "data";
  return lacksModel(brought, task) && !(await brought.models.load(task)) ? "model" : undefined;
}

/** What to do about what is missing, behind “… cannot go on:”. */
export const MISSING = {
  data: "its data are not in this browser: open the file that they came from, with the same columns.",
  model: "its model is not in this browser: open the folder that it came from.",
} as const;

interface Wanted extends Brought {
  readonly draft: DraftStore;
  readonly notices: NoticeStore;
}

/** Fetches the rows and the model of the draft's task whenever it has them; whoever shows the task sees it anew then. */
export function fetchDraftData(wanted: Wanted, page: Window): void {
  const { draft, data, models, notices } = wanted;

  async function fetchParts(task: string): Promise<void> {
    if (!isAbsent(wanted, task)) return;
    if (lacksModel(wanted, task)) await models.load(task);
    if (lacksRows(wanted, task)) await fetchRows(task);
    draft.setState(({ config }) => (config.task === task ? { config: { ...config } } : {}));
  }

  async function fetchRows(task: string): Promise<void> {
    await data.ready;
    const carried = new URLSearchParams(page.location.hash.slice(1)).get("data");
    if (!(await data.load(task)) && carried !== null && !(await data.keepPacked(task, carried)))
      notices.say("link", ["The rows in the link are damaged, or of other data: open the file that they came from."]);
  }

  void fetchParts(draft.getState().config.task);
  draft.subscribe(({ config }, before) => {
    if (config.task !== before.config.task) void fetchParts(config.task);
  });
}
