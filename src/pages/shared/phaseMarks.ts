import type { PhaseMark } from "../../charts/series/line.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { nameOf } from "../../lab/experiment/name.ts";
import { bordersOf } from "../../lab/experiment/phases.ts";

const known = new WeakMap<RunConfig, readonly PhaseMark[]>();

/** The phases of a run as its charts draw them: the first from its start, each later one from its border. */
export function phaseMarks(config: RunConfig): readonly PhaseMark[] {
  const before = known.get(config);
  if (before) return before;
  const marks = [{ step: 0, title: nameOf(config) }, ...bordersOf(config).map(({ step, title }) => ({ step, title }))];
  known.set(config, marks);
  return marks;
}
