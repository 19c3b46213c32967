import type { BackendName } from "../src/lab/policies.ts";
import type { Bound } from "./bounds.ts";
import type { ObjectiveRow } from "./objectives.ts";
import type { PageFigures } from "./pageFigures.ts";
import type { RooflineRow } from "./roofline.ts";
import type { Size } from "./shapes.ts";
import type { RolloutRow, TrainRow } from "./suites.ts";

/** What a run of the benchmark found; `--json` prints exactly this. */
export interface BenchReport {
  readonly command: string;
  readonly machine: {
    readonly where: "node" | "chromium";
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly chromium?: string;
    readonly backend: BackendName;
    readonly threads: number;
    /** The WebGPU adapter. */
    readonly adapter?: string;
  };
  /** From an empty submit until its answer can be read, median. */
  readonly roundTripMs?: number;
  readonly train?: readonly { readonly size: Size; readonly rows: readonly TrainRow[] }[];
  readonly rollout?: readonly RolloutRow[];
  readonly objective?: readonly { readonly size: Size; readonly rows: readonly ObjectiveRow[] }[];
  readonly roofline?: readonly {
    readonly size: Size;
    readonly peakGflops: number;
    readonly rows: readonly RooflineRow[];
  }[];
  readonly page?: PageFigures;
  readonly bounds: readonly Bound[];
}

/** What runs where the policies run: in Node, or in a worker of a page. */
export interface SuiteRequest {
  readonly suites: readonly ("train" | "rollout" | "objective" | "roofline")[];
  readonly sizes: readonly Size[];
  readonly backend: BackendName;
  readonly threads: number;
  readonly rounds: number;
  readonly who: readonly string[] | undefined;
}

export type SuiteReport = Pick<BenchReport, "train" | "rollout" | "objective" | "roofline" | "roundTripMs"> & {
  readonly threads: number;
  readonly adapter?: string;
};
