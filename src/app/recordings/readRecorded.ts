import { totalSteps } from "../../lab/experiment/phases.ts";
import { readRecording } from "../../lab/record/recording.ts";
import { whatHappened } from "../../lab/record/whatHappened.ts";
import { experimentKey } from "../draftStore.ts";
import type { Run } from "../runStore.ts";
import { type Recorded, runAt } from "./recorded.ts";

/** @throws {FileError} where the file is not a recording of a format that this build knows. */
export function recordedOf(file: unknown): Recorded {
  const recording = readRecording(file);
  const { config, table, preset, samples } = recording;
  const first: Run = {
    id: `recorded ${preset}`,
    config,
    compute: { policy: "auto", backend: "auto" },
    state: { phase: "finished", step: totalSteps(config) },
    from: undefined,
    pace: undefined,
    tokens: undefined,
    samples: samples.at(-1),
    survey: undefined,
    series: table,
    version: 1,
    awaited: {},
  };
  const run = runAt(first, recording, Number.POSITIVE_INFINITY);
  return { recording, config, of: experimentKey(config), sentence: whatHappened(table), run };
}
