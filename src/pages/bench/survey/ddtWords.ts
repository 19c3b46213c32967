import { demoStyleOf, type RunConfig } from "../../../lab/experiment/config.ts";
import type { TraceToken } from "../../../lab/feeds/hintedTrace.ts";
import { SURVEY_SOURCES, type SurveySource } from "../../../lab/train/ddtSurvey.ts";

interface Words {
  readonly label: string;
  readonly help: string;
  /** A colour and a dash pattern of its own, everywhere. */
  readonly tone: string;
  readonly dash: string;
}

/** The data sets that can be laid side by side, in words. */
export const SOURCES: Readonly<Record<SurveySource, Words>> = {
  own: { label: "own samples", help: "what the policy writes now", tone: "--c1", dash: "" },
  native: { label: "native", help: "the task in the policy's own manner", tone: "--c3", dash: "6 2" },
  expert: { label: "expert", help: "the expert's manner", tone: "--c2", dash: "2 2" },
  flawed: { label: "flawed", help: "a bad habit", tone: "--c5", dash: "8 2 2 2" },
  rejection: { label: "rejection", help: "right answers of the starting policy", tone: "--c7", dash: "4 4" },
  hinted: { label: "hinted", help: "failures written again with the solution in sight", tone: "--c4", dash: "1 3" },
};

/** What a run is measured on unless somebody chooses: its own samples beside what it learns from. */
export function usualSources(config: RunConfig): readonly SurveySource[] {
  const style = demoStyleOf(config);
  const learnt: SurveySource = style === "own" ? "rejection" : style;
  const wanted = new Set<SurveySource>(["own", "native", "expert", learnt]);
  return SURVEY_SOURCES.filter((source) => wanted.has(source));
}

/** Who chose a token of Hinted Decoding, aloud. */
export const CHOSEN_BY: Readonly<Record<TraceToken["chosenBy"], string>> = {
  hint: "the hinted stream alone",
  mixture: "a mixture of both streams",
  student: "the unhinted student alone",
};

export const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;

/** Bins of a histogram as shares of all tokens. */
export function sharesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
}
