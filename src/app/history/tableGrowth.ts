import type { MetricTable, TablePart } from "../../lab/record/metricTable.ts";

/** Rows of a table on their way into the archive. */
export interface GrowingPart extends TablePart {
  /** They are there: they need not be written again. */
  written?(): void;
}

/** Rows that are written with every save until so many have gathered: then they are left alone. */
export const PART_ROWS = 256;

/**
 * The part of a growing table that is to be written, each time it is asked: not the whole of a long run every few seconds, but
 * its newest rows, and all since the last ones that have been {@link GrowingPart.written}. @param stored how many rows have been written before.
 */
export function growthOf(table: MetricTable, stored = 0): () => GrowingPart {
  // The newest row may still get the values of an evaluation.
  const settled = (length: number) => Math.max(0, length - 1);
  let at = settled(stored);
  return () => {
    const { length } = table;
    const written = () => {
      if (length - at > PART_ROWS) at = settled(length);
    };
    return { at, ...table.rows(at), written };
  };
}
