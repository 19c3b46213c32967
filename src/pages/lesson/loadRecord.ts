import type { Lesson } from "../../lab/lessons/lesson.ts";
import type { RecordFile } from "../../lab/lessons/recorded.ts";
import { readShown } from "../../lab/lessons/shownRun.ts";
import { judge, judgeMargins } from "../../lab/lessons/study.ts";
import { numbers, readAs } from "../../lab/record/fileSchema.ts";
import { readRunFile } from "../../lab/record/runFile.ts";
import type { LessonRecord } from "./record.ts";
import { traceOf } from "./trace.ts";

/** The lessons of which `public/lessons/` holds recorded seeds. */
export const RECORDED: readonly string[] = [
  "never-tried",
  "chord-parts",
  "shift",
  "mu-share",
  "phi",
  "entropy",
  "noisy-experts",
  "data-distance",
  "offline-online",
  "hints",
  "ln-2",
  "two-rewards",
  "cheerful",
];

/** Fetches the recorded seeds of a lesson. @throws {Error} where there are none, {FileError} where they cannot be read. */
export async function loadRecord(lesson: Lesson): Promise<LessonRecord> {
  if (!RECORDED.includes(lesson.id)) throw new Error(`no recorded seeds are shipped of ${lesson.id}`);
  const path = `lessons/${lesson.id}.json`;
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} must be on the server, got ${response.status}`);
  return recordOf(lesson, (await response.json()) as RecordFile);
}

const MARGINS = numbers(1000);

/** @throws {FileError} where a run of the file is not valid. */
export function recordOf(lesson: Lesson, { bySeed, margins, shown }: Omit<RecordFile, "command">): LessonRecord {
  if (!Array.isArray(bySeed) || bySeed.length === 0)
    throw new Error(`The recorded seeds of ${lesson.id} must be a list of runs, got none.`);
  const ids = lesson.arms.map(({ id }) => id);
  const runs = bySeed.map((seed) =>
    Object.fromEntries(ids.map((id) => [id, readRunFile(JSON.stringify(seed[id] ?? null), 0)] as const)),
  );
  const seconds = ({ id }: { readonly id: string }) =>
    runs.reduce((sum, seed) => sum + seed[id]!.seconds, 0) / runs.length;
  const traces = runs.map((seed) =>
    Object.fromEntries(Object.entries(seed).map(([id, { config, table }]) => [id, traceOf(config, table)] as const)),
  );
  return {
    seeds: bySeed.length,
    seconds: Object.fromEntries(lesson.arms.map((arm) => [arm.id, seconds(arm)])),
    columns: (arm, metric) => runs.flatMap((seed) => seed[arm]?.table.column(metric) ?? []),
    shown: shown && readShown(shown, ids),
    claims: lesson.claims.map((claim) => {
      const known = margins?.[claim.sentence];
      return known
        ? judgeMargins(claim, readAs(MARGINS, known, `In a record, the margins of “${claim.sentence}”`))
        : judge(claim, traces);
    }),
  };
}
