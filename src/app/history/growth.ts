import type { Growth } from "../../lab/record/metricTable.ts";
import type { Series } from "../series.ts";

/** Rows that are written with every save until so many have gathered: then they are left alone. */
export const PART_ROWS = 256;

/**
 * What is to be written of a growing series, each time it is asked: not the whole of a long run every few seconds, but its
 * newest rows. @param kept how many rows have been written before.
 */
export function growthOf(series: Series, kept = 0): () => Growth {
  // The newest row may still get the values of an evaluation.
  const settled = (length: number) => Math.max(0, length - 1);
  let at = settled(kept);
  return () => {
    const growth = { at, columns: series.columns(at) };
    if (series.length - at > PART_ROWS) at = settled(series.length);
    return growth;
  };
}
