import type { MetricName } from "../lab/metrics.ts";
import type { Sentence } from "./sentences/sentence.ts";
import type { Tone } from "./series/line.ts";
import { slug } from "./series/slug.ts";

/** One line of a chart. */
export interface SeriesSpec {
  readonly metric: MetricName;
  /** Beside the line and its value. */
  readonly label: string;
  /** In a sentence, where the label alone would not be understood. */
  readonly noun?: string;
  /** Its place in the chart unless given. */
  readonly tone?: Tone;
  /** A run has this line only if one of these feeds brings its data; any run without. */
  readonly feeds?: readonly string[];
  /** Only some settings bring it: the chart is there for its other lines. */
  readonly extra?: boolean;
  /** Pairs of metrics, the outer first: areas between them lie behind the line. */
  readonly areas?: readonly (readonly [lower: MetricName, upper: MetricName])[];
}

/** A chart as data. Alerts, links and tests name it by its id. */
export interface ChartSpec {
  readonly id: string;
  /** Also the accessible name of its figure. */
  readonly title: string;
  /** What the axes are, and nothing that a run would have to show first. */
  readonly sentence: string;
  readonly series: readonly SeriesSpec[];
  /** What is drawn where the first series was not measured. */
  readonly otherwise?: Pick<ChartSpec, "sentence" | "series">;
  /** What the run shows, worked out from its data; how its series moved unless given, or that a margin is 0 by construction. */
  readonly says?: Sentence;
  /** Values that the quantity cannot leave: the axis fits the data within them. */
  readonly domain?: readonly [number, number];
  /** The axis runs from one end of the domain to the other, whatever the data. */
  readonly whole?: boolean;
  readonly unit?: string;
  /** Said in the place of the lines while there are none. */
  readonly empty?: string;
  /** Algorithms have this chart only if they have one of these feeds, or this knob. */
  readonly feeds?: readonly string[];
  readonly knob?: string;
}

/** A chart as an algorithm declares it: without an id, which follows from its title. */
type DeclaredChart = Pick<ChartSpec, "title" | "sentence" | "series" | "domain"> & { readonly id?: string };

/** The declared chart with its id. */
export function declared(chart: DeclaredChart): ChartSpec {
  return { ...chart, id: chart.id ?? slug(chart.title) };
}
