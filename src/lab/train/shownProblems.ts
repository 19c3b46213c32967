import type { RunConfig } from "../experiment/config.ts";
import { kindDemonstrated, weightOf } from "../settings.ts";
import type { Problem } from "../tasks/task.ts";

/**
 * The places of `count` problems whose answers are shown: in a task of several kinds the first problem of each kind first, before
 * all of the kind that is demonstrated, at last those that are not asked; then the others in order.
 */
export function shownProblems(problems: readonly Problem[], { kinds }: RunConfig, count: number): number[] {
  const rank = (kind: string) => (kind === kindDemonstrated(kinds) ? 0 : weightOf(kinds, kind) > 0 ? 1 : 2);
  const first = new Map<string, number>();
  problems.forEach(({ kind }, at) => {
    if (!first.has(kind)) first.set(kind, at);
  });
  const leading = [...first].sort(([a, i], [b, j]) => rank(a) - rank(b) || i - j).map(([, at]) => at);
  const others = problems.map((_, at) => at).filter((at) => !leading.includes(at));
  return [...leading, ...others].slice(0, count);
}
