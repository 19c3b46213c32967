import type { Answers, ProbeQuestion } from "../lab/worker/questions.ts";
import { type Connection, connect } from "./connection.ts";
import { createDataLibrary, type DataLibrary } from "./data/dataLibrary.ts";
import { fetchDraftData } from "./data/draftData.ts";
import { createDraftStore, type DraftStore, openedAt } from "./draftStore.ts";
import { type AllowedFunctions, createAllowedFunctions } from "./functions/allowedFunctions.ts";
import { syncHash } from "./hashSync.ts";
import type { LabWorker } from "./labClient.ts";
import { createModelLibrary, type ModelLibrary } from "./model/modelLibrary.ts";
import { createNoticeStore, type NoticeStore } from "./noticeStore.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { createRecordingStore, type RecordingStore } from "./recordings/recordingStore.ts";
import { createRunControl, type RunControl } from "./runControl.ts";
import { createRunStore, type RunStore } from "./runStore.ts";
import { type SettingChanges, settingChanges } from "./settingChanges.ts";
import { isUntouched } from "./shownRun.ts";
import { createStartGuard, type StartGuard } from "./startGuard.ts";

/** What the page shows. */
interface LabStores {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
  readonly recordings: RecordingStore;
  readonly data: DataLibrary;
  readonly models: ModelLibrary;
  /** The reward functions that may run here. */
  readonly functions: AllowedFunctions;
  /** Gives every drawing its own turn. */
  readonly pacer: Pacer;
}

/** Everything behind the page: its stores, one worker, and what a user can do. */
export interface Lab
  extends LabStores,
    RunControl,
    SettingChanges,
    Pick<StartGuard, "mayStart" | "mustAskAll">,
    Pick<Connection, "send" | "ask" | "listen"> {
  /** What an update takes, measured beside the worker that trains, see model/measureUpdate.ts. */
  measure(question: ProbeQuestion, signal: AbortSignal): Promise<Answers["probe"]>;
  /** The link to the draft. */
  link(): string;
  /** What the last {@link link} has no room for, in sentences. */
  cuts(): readonly string[];
  dispose(): void;
}

export function createLab(page: Window, spawn: () => LabWorker): Lab {
  const opened = openedAt(page.location.hash);
  const notices = createNoticeStore();
  const stores: LabStores = {
    draft: createDraftStore(opened),
    run: createRunStore(),
    notices,
    recordings: createRecordingStore(),
    data: createDataLibrary(notices),
    models: createModelLibrary(notices),
    functions: createAllowedFunctions(),
    pacer: createPacer(),
  };
  const guard = createStartGuard(stores.run, notices);
  const connection = connect(stores, guard, spawn);
  const sayIssues = (issues: readonly { readonly message: string }[]) =>
    notices.say(
      "link",
      issues.map(({ message }) => message),
    );
  // The address says less than the page from here on: nothing of it is lost as long as the page is open.
  const hash = syncHash(stores.draft, page, sayIssues, (cuts) => notices.say("link", cuts));
  sayIssues(opened.issues);
  fetchDraftData(stores, page);
  paceDrawings(stores);

  return {
    ...stores,
    ...createRunControl({ ...stores, connection, guard }),
    ...settingChanges({ ...stores, connection, hash }),
    mayStart: guard.mayStart,
    mustAskAll: guard.mustAskAll,
    send: connection.send,
    ask: connection.ask,
    listen: connection.listen,
    async measure(question, signal) {
      const { measureUpdate } = await import("./model/measureUpdate.ts");
      return measureUpdate(question, signal, spawn);
    },
    link: () => hash.flush(),
    cuts: () => hash.cuts(),
    dispose() {
      hash.dispose();
      connection.end();
    },
  };
}

/** Tells the drawings when there is something new to draw. */
function paceDrawings({ draft, run, recordings, pacer }: LabStores): void {
  run.subscribe((now, before) => {
    const [a, b] = [now.run, before.run];
    const moved = a?.version !== b?.version || a?.state.phase !== b?.state.phase;
    if (moved || a?.tokens !== b?.tokens || a?.samples !== b?.samples) pacer.notify();
  });
  recordings.subscribe(() => pacer.notify());
  draft.subscribe((now, before) => {
    if (now.view.smooth !== before.view.smooth) pacer.hurry();
    else if (now.config !== before.config && isUntouched(run.getState().run)) pacer.notify();
  });
}
