import type { MetricTable, TablePart } from "../../lab/record/metricTable.ts";

/** Rows that are written with every save until so many have gathered: then they are left alone. */
export const PART_ROWS = 256;

/**
 * The part of a growing table that is to be written, each time it is asked: not the whole of a long run every few seconds, but
 * its newest rows. @param stored how many rows have been written before.
 */
export function growthOf(table: MetricTable, stored = 0): () => TablePart {
  // The newest row may still get the values of an evaluation.
  const settled = (length: number) => Math.max(0, length - 1);
  let at = settled(stored);
  return () => {
    const part = { at, ...table.rows(at) };
    if (table.length - at > PART_ROWS) at = settled(table.length);
    return part;
  };
}
