import { type FlatConfig, flatten, phaseAt, withSettings } from "../lab/experiment/config.ts";
import { presetFor } from "../lab/lessons/presets.ts";
import { hashOfFunction } from "../lab/rewards/ownFunctions.ts";
import { ConfigError } from "../lab/schema.ts";
import type { Connection } from "./connection.ts";
import { type Compute, changed, type DraftStore, presetDraft } from "./draftStore.ts";
import type { AllowedFunctions } from "./functions/allowedFunctions.ts";
import type { HashSync } from "./hashSync.ts";
import type { NoticeStore } from "./noticeStore.ts";
import { type Run, type RunStore, stepOf } from "./runStore.ts";
import { inForce, isActive, isStale, isUntouched, liveChanges } from "./shownRun.ts";

/** Changes of what is trained: of the draft, or of the run under way. */
export interface SettingChanges {
  /** Changes a setting: of the run where that is safe, else of the draft. A passing value of a moving slider is not `final`. */
  change(changes: FlatConfig, final?: boolean): void;
  choosePreset(id: string): void;
  compute(choice: Partial<Compute>): void;
  removeIntervention(index: number): void;
  /** Makes the draft the shown run's experiment again. */
  backToRun(): void;
}

interface Changed {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
  readonly functions: AllowedFunctions;
  readonly connection: Connection;
  readonly hash: HashSync;
}

export function settingChanges(parts: Changed): SettingChanges {
  const { draft, run, notices, functions, hash } = parts;
  return {
    change(changes, final = true) {
      // What somebody writes here is theirs.
      for (const [key, value] of Object.entries(changes))
        if (key.endsWith("rewardFunction") && value !== "") functions.allow(hashOfFunction(String(value)));
      const now = draft.getState();
      const shown = run.getState().run;
      const live = shown && !isUntouched(shown) && isActive(shown.state.phase) && !isStale(shown, now);
      const own = live && liveChanges(changes, phaseAt(shown.config, stepOf(shown.state) + 1));
      if (own) {
        if (final) intervene(parts, shown, own);
        return;
      }
      const next = refusing(notices, () => changed(now, changes));
      if (!next) return;
      const moved = next.config.task !== now.config.task || next.config.algorithm !== now.config.algorithm;
      if (moved && final) hash.step(() => draft.setState(next));
      else draft.setState(next);
    },
    choosePreset: (id) => hash.step(() => draft.setState(presetDraft(id))),
    compute: (choice) => draft.setState(({ compute }) => ({ compute: { ...compute, ...choice } })),
    removeIntervention(index) {
      draft.setState(({ config }) => ({
        config: { ...config, interventions: config.interventions.filter((_, at) => at !== index) },
      }));
    },
    backToRun() {
      const shown = run.getState().run;
      if (!shown) return;
      const { task, algorithm } = draft.getState().config;
      const same = shown.config.task === task && shown.config.algorithm === algorithm;
      draft.setState({
        config: shown.config,
        compute: shown.compute,
        from: shown.from,
        ...(same ? {} : { presetId: presetFor(shown.config)?.id }),
      });
    },
  };
}

/** Sends changes of the run under way to the worker. */
function intervene({ draft, run, notices, connection }: Changed, shown: Run, changes: FlatConfig): void {
  const inUse = { ...flatten(inForce(shown, draft.getState())), ...shown.awaited };
  for (const [key, value] of Object.entries(changes)) {
    if (inUse[key] === value) continue;
    if (!refusing(notices, () => withSettings(inForce(shown, draft.getState()), { [key]: value }))) continue;
    run.await(key, value);
    const phase = shown.config.phases && phaseAt(shown.config, stepOf(shown.state) + 1).number;
    connection.send({ type: "intervene", runId: shown.id, key, value, ...(phase && { phase }) });
  }
}

/** What `make` makes; where settings contradict each other nothing is changed, and the page says which. */
function refusing<X>(notices: NoticeStore, make: () => X): X | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    notices.say(
      "run",
      error.issues.map(({ message }) => message),
    );
    return undefined;
  }
}
