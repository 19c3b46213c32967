import type { RunConfig } from "../lab/experiment/config.ts";
import { excessOf, excessOfAll } from "../lab/experiment/demand.ts";
import { algorithmsOf, totalSteps } from "../lab/experiment/phases.ts";
import { taskById } from "../lab/tasks/index.ts";
import type { Phase } from "../lab/train/runState.ts";
import type { RunId } from "../lab/worker/protocol.ts";
import { experimentKey } from "./draftStore.ts";
import type { NoticeStore } from "./noticeStore.ts";
import { type RunStore, stepOf } from "./runStore.ts";

/** Presses that are answered with what they would do, and that a second press for the same thing confirms. */
export interface StartGuard {
  /** True for a costly experiment at the first press, which is answered with what it takes. */
  mustAsk(config: RunConfig): boolean;
  /** The same for runs one after another. */
  mustAskAll(configs: readonly RunConfig[]): boolean;
  /**
   * Whether another run may take the place of the one in the worker. While that one trains, the first press is answered with
   * what would happen, and a second one for the same thing goes ahead.
   * @param what that would be started, the same for the same press
   */
  mayStart(what: unknown): boolean;
  /** The run that is shown has come into a phase: what was asked about may have settled itself. */
  entered(phase: Phase): void;
}

export function createStartGuard(run: RunStore, notices: NoticeStore): StartGuard {
  /** The costly experiment that was asked about. */
  let askedAbout: RunConfig | undefined;
  let askedAboutAll: string | undefined;
  /** The run under way, and what was to take its place when that was asked about. */
  let replacing: { readonly runId: RunId; readonly what: unknown } | undefined;

  return {
    mustAsk(config) {
      const excess = askedAbout === config ? undefined : excessOf(config);
      if (!excess) return false;
      askedAbout = config;
      notices.say("run", [
        `This run takes ${excess.words}: nothing was started, press again to start it all the same.`,
      ]);
      return true;
    },
    mustAskAll(configs) {
      const key = configs.map(experimentKey).join("\n");
      const words = askedAboutAll === key ? undefined : excessOfAll(configs);
      if (!words) return false;
      askedAboutAll = key;
      notices.say("run", [
        `These ${configs.length} runs take ${words}: nothing was started, press again to start them all the same.`,
      ]);
      return true;
    },
    mayStart(what) {
      const shown = run.getState().run;
      if (shown?.state.phase !== "training") return true;
      const answered = replacing?.runId === shown.id && replacing.what === what;
      replacing = answered ? undefined : { runId: shown.id, what };
      if (answered) return true;
      const { config, state } = shown;
      const where = `at step ${stepOf(state)} of ${totalSteps(config)}`;
      notices.say("run", [
        `${algorithmsOf(config)} on ${taskById(config.task).title} is training, ${where}: nothing was started. Press again to stop it there, where it can be resumed from, and start the other.`,
      ]);
      return false;
    },
    entered(phase) {
      if (!replacing || phase === "training") return;
      replacing = undefined;
      notices.say("run", []);
    },
  };
}
