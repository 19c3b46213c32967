import { presetFor } from "../../lab/lessons/presets.ts";
import { missingOf } from "../data/draftData.ts";
import type { Compute } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";
import { startingPointOf } from "./startingPoint.ts";
import type { Tabs } from "./tabs.ts";

export interface ResumeOptions {
  readonly compute?: Compute;
  readonly afresh?: boolean;
  /** The device, in words, that the run was trained on until just now. */
  readonly tested?: string | undefined;
}

/** The run of the worker as it was last opened. */
export interface Attempt {
  /** The run that trains, or that is on its way to. */
  training: string | undefined;
  /** It has trained since then. */
  trained: boolean;
}

interface Resuming {
  readonly lab: Lab;
  readonly library: Library;
  readonly recorder: Recorder;
  readonly tabs: Tabs;
  readonly attempt: Attempt;
}

/** Goes on with a kept run; why it cannot is said. @returns whether it could */
export async function resume(resuming: Resuming, id: string, options: ResumeOptions = {}): Promise<boolean> {
  const why = await begin(resuming, id, options).catch((error) =>
    error instanceof Error ? error.message : String(error),
  );
  if (why === undefined) return true;
  const { lab, library, recorder, tabs } = resuming;
  // Another tab may have it, unless it is the run that this one shows.
  if (recorder.current() !== id) tabs.release(id);
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
  lab.notices.say("runs", [`“${library.find(id)?.name ?? "The run"}” cannot go on: ${sentence}`]);
  return false;
}

/** @returns why the run cannot go on; undefined where it does. */
async function begin(
  { lab, library, recorder, attempt }: Resuming,
  id: string,
  { compute, afresh = false, tested }: ResumeOptions,
): Promise<string | undefined> {
  // Its other tab hears of it and stops; what it made since its last checkpoint is made again here.
  await library.takeOver(id);
  const had = library.find(id)?.checkpoint;
  const kept = await library.checkpoint(id);
  const record = library.find(id);
  if (!record) return "it is no longer in this browser.";
  // From the beginning it would write over the curves that are left of it.
  if (had && !kept) return "its checkpoint is damaged or gone. Its curves stay; train the experiment anew instead.";
  const from = !kept && record.parent ? await startingPointOf(library, record.parent.id) : undefined;
  // Weights that a run started from and that are gone cannot be made up.
  if (!kept && record.parent && !from) return `the weights of “${record.parent.name}”, its start, are gone.`;
  const series = kept && (await library.table(id)).upTo(kept.stored.step);
  const { config } = record;
  const missing = await missingOf(lab, config);
  if (missing) return missing;
  lab.draft.setState({ config, presetId: presetFor(config)?.id, from, ...(compute && { compute }) });
  recorder.expect({ id, name: record.name, ...(record.group && { group: record.group }) });
  attempt.trained = false;
  attempt.training = lab.begin({
    config,
    compute: compute ?? lab.draft.getState().compute,
    from,
    replays: record.policy ? `${record.policy}/${record.backend}` : undefined,
    resume: kept && series && { checkpoint: kept.bytes, series },
    afresh,
    tested,
  });
  return undefined;
}
