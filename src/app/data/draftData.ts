import { hashInTaskId } from "../../lab/tasks/dataTask.ts";
import type { DraftStore } from "../draftStore.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { DataLibrary } from "./dataLibrary.ts";

/** Whether the rows that a task is made of are not here, or not yet. */
export const isAbsent = (data: DataLibrary, task: string): boolean =>
  hashInTaskId(task) !== undefined && !data.sent(task);

interface Wanted {
  readonly draft: DraftStore;
  readonly data: DataLibrary;
  readonly notices: NoticeStore;
}

/** Fetches the rows of the draft's task whenever that is one made of some; whoever shows the task sees it anew then. */
export function fetchDraftData({ draft, data, notices }: Wanted, page: Window): void {
  async function fetchRows(task: string): Promise<void> {
    if (!isAbsent(data, task)) return;
    await data.ready;
    const carried = new URLSearchParams(page.location.hash.slice(1)).get("data");
    if (!(await data.load(task)) && carried !== null && !(await data.keepPacked(task, carried)))
      notices.say("link", ["The rows in the link are damaged, or of other data: open the file that they came from."]);
    draft.setState(({ config }) => (config.task === task ? { config: { ...config } } : {}));
  }

  void fetchRows(draft.getState().config.task);
  draft.subscribe(({ config }, before) => {
    if (config.task !== before.config.task) void fetchRows(config.task);
  });
}
