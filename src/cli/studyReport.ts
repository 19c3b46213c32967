import { type ClaimResult, pick, type Study, type Trace } from "../lab/lessons/study.ts";
import type { MetricName } from "../lab/metrics.ts";
import { type Interval, meanInterval } from "../lab/statistics.ts";

/** A study in Markdown: the command that makes it, means over seeds with 95% intervals, and a verdict on every claim. */
export function studyReport(
  study: Study,
  bySeed: readonly Readonly<Record<string, Trace>>[],
  claims: readonly ClaimResult[],
  command: string,
): string {
  const seeds = bySeed.length;
  const rows = study.arms.map((arm) => {
    const cells = study.columns.map(({ metric, at }) => {
      const traces = bySeed.map((runs) => runs[arm.id]!).filter((trace) => measured(trace, metric));
      return traces.length === 0 ? "–" : shown(meanInterval(traces.map((trace) => pick(trace, metric, at))));
    });
    return `| ${[arm.label, ...cells].join(" | ")} |`;
  });
  const verdicts = claims.map(
    ({ sentence, source, margin, positive, verdict }) =>
      `| ${sentence} | ${source} | ${signed(margin)} | ${positive} of ${seeds} | **${verdict}** |`,
  );
  return [
    `## ${study.title}`,
    "",
    `\`${command}\``,
    "",
    study.question,
    "",
    `| ${["", ...study.columns.map((column) => column.label)].join(" | ")} |`,
    `| --- ${"| ---: ".repeat(study.columns.length)}|`,
    ...rows,
    "",
    `Means over ${seeds} ${seeds === 1 ? "seed" : "seeds"}${seeds > 1 ? " ± half of the 95% t-interval" : ""}.`,
    "",
    "| claim | source | margin | seeds | verdict |",
    "| --- | --- | ---: | ---: | --- |",
    ...verdicts,
    "",
  ].join("\n");
}

/** The page of all results, which `command` makes again. */
export function resultsPage(reports: readonly string[], command: string): string {
  return [
    "# Results of the lessons",
    "",
    `Made by \`${command}\` on the fused SIMD kernels (\`simd-fused\`, WebAssembly), which also`,
    "writes the recorded seeds that the pages show. Nobody chose a setting on these seeds; each lesson's command says which they are.",
    "",
    "Seeds are paired: every arm of one starts from the same checkpoint and sees the same problems. A claim *holds* where the 95%",
    "interval of its margin lies above 0, *does not appear* where it lies below or no seed shows it, and is *unclear* otherwise.",
    "",
    ...reports,
  ].join("\n");
}

function measured(trace: Trace, metric: MetricName): boolean {
  return trace.initial[metric] !== undefined || (trace.series[metric]?.some((value) => value !== null) ?? false);
}

const shown = ({ mean, half }: Interval) =>
  Number.isNaN(half) ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${half.toFixed(2)}`;

const signed = (interval: Interval) => (interval.mean >= 0 ? "+" : "") + shown(interval);
