import type { Measured } from "./measure.ts";
import type { BenchReport } from "./report.ts";
import { ROLLOUT, TRAINING } from "./shapes.ts";
import type { Summary } from "./statistics.ts";
import type { RolloutRow, TrainRow } from "./suites.ts";
import { figure, table } from "./table.ts";

const LEGEND =
  "Medians [quartiles] of interleaved repeats. × ours: the median over the rounds of its time over that of ours.";

/** The report for people. */
export function printed(report: BenchReport): string {
  const { machine } = report;
  const inLab = report.train ?? report.rollout ?? report.objective;
  const parts = [
    report.command,
    [
      `${machine.cores} cores, ${machine.cpu}`,
      `Node ${machine.node}`,
      ...(machine.chromium ? [`Chromium ${machine.chromium}`] : []),
      ...(inLab ? [`${machine.backend} in ${machine.where}`] : []),
      ...(inLab && machine.backend === "wasm"
        ? [machine.threads === 1 ? "1 thread" : `${machine.threads} threads`]
        : []),
      ...(machine.adapter ? [`adapter ${machine.adapter}`] : []),
    ].join(" · "),
    ...(inLab ? [LEGEND] : []),
  ];
  if (report.roundTripMs !== undefined) {
    parts.push(`An empty submit and its read-back take ${figure(report.roundTripMs)} ms: a training step makes one.`);
  }
  for (const { size, rows } of report.train ?? []) {
    const { rows: B, tokens: T } = TRAINING[size];
    parts.push(`Training step, ${size}, ${B} rows × ${T} tokens`, trainTable(rows), ...notes(rows));
    for (const { name, kernelMs } of rows) {
      if (kernelMs) parts.push(`GPU time of ${name} by kernel, score and backward of a step`, kernelTable(kernelMs));
    }
  }
  if (report.rollout) {
    const { rows: B, promptTokens: P, newTokens: N } = ROLLOUT;
    parts.push(`Generation, tiny, ${B} sequences × ${N} new tokens after ${P}`, rolloutTable(report.rollout));
    parts.push(...notes(report.rollout));
  }
  for (const { size, rows } of report.objective ?? []) {
    const { rows: B, tokens: T } = TRAINING[size];
    const cells = rows.map(({ id, feeds, ms }) => [id, feeds.join(", "), timing(ms)]);
    parts.push(`assign of each objective, JavaScript, ${B} rows × ${T} tokens a feed`);
    parts.push(table(["objective", "feeds", "ms"], cells));
  }
  for (const { size, peakGflops, rows } of report.roofline ?? []) {
    parts.push(
      `Products of a step on the SIMD kernels, ${size}; the register-only loop reaches ${figure(peakGflops)} GFLOP/s`,
    );
    const cells = rows.map((row) => [
      row.product,
      `${row.rows} × ${row.columns} × ${row.summands}`,
      figure(row.gflops),
      `${figure(100 * row.shareOfPeak)} %`,
    ]);
    parts.push(table(["product", "rows × columns × summands", "GFLOP/s", "of the loop"], cells));
  }
  if (report.page) parts.push("The built page", pageTable(report.page));
  if (report.bounds.length > 0) {
    const lines = report.bounds.map(
      ({ text, value, holds }) => `${holds ? "pass" : "FAIL"}  ${text}; ${figure(value)}`,
    );
    parts.push(["Bounds", ...lines].join("\n"));
  }
  return parts.join("\n\n");
}

/** A column's title, and what stands in it. */
type Column<R> = readonly [title: string, cell: (row: R) => string];

const GPU_COLUMNS: readonly Column<Measured>[] = [
  ["JS ms", ({ javascriptMs }) => figure(javascriptMs?.awaited)],
  ["dispatches", ({ dispatches }) => whole(dispatches)],
  ["submits", ({ submits }) => whole(submits)],
  ["read-backs", ({ readBacks }) => whole(readBacks)],
  ["objects", ({ gpuObjects }) => whole(gpuObjects)],
  ["GPU MB", ({ gpuBytes }) => figure(gpuBytes === undefined ? undefined : gpuBytes / 1e6)],
  ["queued ms", ({ queued }) => figure(queued?.ms)],
  ["queued JS ms", ({ javascriptMs }) => figure(javascriptMs?.queued)],
  ["queued read-backs", ({ queued }) => figure(queued?.readBacks)],
];

function trainTable(rows: readonly TrainRow[]): string {
  return timesTable("ms per step", rows, [
    ["tfjs kernels", ({ kernels }) => whole(kernels)],
    ...GPU_COLUMNS,
    ["first loss", ({ firstLoss }) => (firstLoss === undefined ? "–" : firstLoss.toFixed(4))],
    ["loss differs by", ({ lossDifference }) => figure(lossDifference)],
  ]);
}

function rolloutTable(rows: readonly RolloutRow[]): string {
  return timesTable("ms", rows, [
    ["tokens/s", ({ tokensPerSecond }) => whole(tokensPerSecond)],
    ["tfjs kernels", ({ kernels }) => whole(kernels)],
    ...GPU_COLUMNS,
    ["same greedy tokens", ({ sameGreedy }) => (sameGreedy === undefined ? "–" : `${figure(100 * sameGreedy)} %`)],
  ]);
}

/** Everyone's time, how many times ours it is, and further columns. */
function timesTable<R extends Measured>(unit: string, rows: readonly R[], columns: readonly Column<R>[]): string {
  const ours = rows.filter((row) => row.ours && row.ms).map(({ name }) => name);
  return table(
    ["", unit, ...ours.map((name) => `× ${name}`), ...columns.map(([title]) => title)],
    rows.map((row) => [
      row.name,
      row.ms ? timing(row.ms) : "not measured",
      ...ours.map((name) => figure(row.timesOurs?.[name])),
      ...columns.map(([, cell]) => cell(row)),
    ]),
  );
}

function kernelTable(times: Readonly<Record<string, number>>): string {
  const whole = Object.values(times).reduce((sum, ms) => sum + ms, 0);
  const rows = Object.entries(times).sort(([, a], [, b]) => b - a);
  return table(
    ["kernel", "ms", "%"],
    rows.map(([kernel, ms]) => [kernel, figure(ms), figure((100 * ms) / whole)]),
  );
}

function pageTable(page: NonNullable<BenchReport["page"]>): string {
  const rows: [string, string][] = [
    ["page JavaScript before the first interaction, gzipped", `${figure(page.pageKilobytes)} kB`],
    ["worker JavaScript until it is ready, gzipped", `${figure(page.workerKilobytes)} kB`],
    [`first paint, median of ${page.visits} visits`, milliseconds(page.firstPaintMs)],
    ["lesson visible", milliseconds(page.lessonVisibleMs)],
    ["recorded run of a preset visible", milliseconds(page.recordedVisibleMs)],
  ];
  return [
    table(["", "measured"], rows),
    trainingTable(page.training),
    ...page.missing.map((line) => `not measured: ${line}`),
  ].join("\n");
}

function trainingTable(scenes: NonNullable<BenchReport["page"]>["training"]): string {
  const head = ["while training", "steps/s", "busy %", "of its own clock", "longest task ms", "of its own clock"];
  return table(
    [...head, "answer ms", "of its own clock", "slowest ms", "of its own clock"],
    scenes.map((scene) => [
      scene.what,
      figure(scene.stepsPerSecond),
      figure(scene.busyPercent),
      figure(scene.busyCpuPercent),
      figure(scene.longestTaskMs),
      figure(scene.longestTaskCpuMs),
      figure(scene.inputs.medianMs),
      figure(scene.inputs.medianCpuMs),
      figure(scene.inputs.worstMs),
      figure(scene.inputs.worstCpuMs),
    ]),
  );
}

function notes(rows: readonly Measured[]): string[] {
  const lines = rows.map(({ name, what, unavailable }) =>
    unavailable === undefined ? `${name}: ${what}.` : `${name}: ${what}. Not measured: ${unavailable}`,
  );
  return [lines.join("\n")];
}

function timing({ median, low, high }: Summary): string {
  return `${figure(median)} [${figure(low)}–${figure(high)}]`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "–" : `${figure(value)} ms`;
}

function whole(value: number | undefined): string {
  return value === undefined ? "–" : Math.round(value).toLocaleString("en-US");
}
