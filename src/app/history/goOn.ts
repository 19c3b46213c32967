import { totalSteps } from "../../lab/experiment/phases.ts";
import { canResume, isLive, type RunRecord } from "../../lab/record/runRecord.ts";
import { experimentKey } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import { isUntouched } from "../shownRun.ts";
import type { GoOn } from "./historyStore.ts";
import type { Library } from "./library.ts";
import { readPlan } from "./planSession.ts";
import type { Planner } from "./queue.ts";
import type { Recovery } from "./recovery.ts";

/** Offers to go on with the run that a reload or a crash of the tab cut off, before anything else is trained. */
interface GoOnOffer {
  /** Looks for such a run, once the library has been read. */
  look(): void;
  accept(): void;
  dismiss(): void;
  dispose(): void;
}

/** Which kept run is under way in this tab. */
const KEY = "policy-lab.live-run";

export function createGoOn(lab: Lab, library: Library, recovery: Recovery, planner: Planner): GoOnOffer {
  const { store, memory } = library;
  const withdraw = () => {
    if (store.getState().goOn) store.setState({ goOn: undefined });
  };
  const leaveRun = lab.run.subscribe(({ run }) => {
    if (!isUntouched(run)) withdraw();
  });
  const leaveStore = store.subscribe((now, before) => {
    if (now.live !== before.live && now.live) memory.write(KEY, now.live);
    // The page that was here before may hold its run for a moment longer than it lives.
    if (now.elsewhere !== before.elsewhere && now.loaded && !now.goOn) look();
    if (now.goOn && now.records !== before.records && now.goOn.id && !library.find(now.goOn.id)) withdraw();
  });

  /** The plan's run, the one that was under way in this tab, else the newest of the experiment that the page shows. */
  function candidate(): RunRecord | undefined {
    const mine = library.find(readPlan(memory)?.current) ?? library.find(memory.read(KEY));
    const { elsewhere } = store.getState();
    if (mine && !elsewhere.includes(mine.id)) return mine;
    const shown = experimentKey(lab.draft.getState().config);
    return store
      .getState()
      .records.find(
        (record) => isCutOff(record) && !elsewhere.includes(record.id) && experimentKey(record.config) === shown,
      );
  }

  function look(): void {
    if (!isUntouched(lab.run.getState().run)) return;
    const plan = readPlan(memory);
    const record = candidate();
    if (record && (isCutOff(record) || record.id === plan?.current)) store.setState({ goOn: offerOf(record, plan) });
    else if (plan && !library.find(plan.current)) store.setState({ goOn: { id: undefined, ...wordsOfPlan(plan) } });
  }

  return {
    look,
    accept() {
      const { goOn } = store.getState();
      withdraw();
      if (!goOn) return;
      if (planner.kept() && (goOn.id === undefined || planner.kept()?.current === goOn.id)) void planner.goOn();
      else if (goOn.id !== undefined) void recovery.resume(goOn.id);
    },
    dismiss() {
      const { goOn } = store.getState();
      planner.forget();
      withdraw();
      // It is not asked about again; the list of runs can still resume it.
      const record = library.find(goOn?.id);
      if (record && isLive(record.phase)) library.patch(record.id, { phase: "stopped" });
    },
    dispose() {
      leaveRun();
      leaveStore();
    },
  };
}

const isCutOff = (record: RunRecord) => isLive(record.phase) && canResume(record);

type Kept = NonNullable<ReturnType<typeof readPlan>>;

function offerOf(record: RunRecord, plan: Kept | undefined): GoOn {
  const { id, name, checkpoint, step, config } = record;
  const left = plan && plan.current === id ? plan.runs.length - plan.at - 1 : 0;
  const more = left > 0 ? `, and ${left} more of “${plan!.group.name}” ${left === 1 ? "waits" : "wait"}` : "";
  const done = record.phase === "finished";
  const how = record.phase === "paused" ? "was paused" : "was cut off";
  const text = done
    ? `“${plan!.group.name}” was cut off with ${left} of ${plan!.runs.length} runs to go.`
    : `“${name}” ${how} at step ${step} of ${totalSteps(config)}${more}.`;
  const action = done
    ? "Go on with the next run"
    : checkpoint
      ? `Go on from step ${checkpoint.step}`
      : "Begin it again";
  return { id, text, action };
}

function wordsOfPlan({ group, runs, at }: Kept): Pick<GoOn, "text" | "action"> {
  const left = runs.length - at;
  return {
    text: `“${group.name}” was cut off with ${left} of ${runs.length} runs to go.`,
    action: "Go on with the next run",
  };
}
