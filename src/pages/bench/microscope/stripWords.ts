/** What stands in the strip's place before it has anything to draw. */
export const STRIP_TITLE = "One demonstration through the run";
export const STRIP_EMPTY =
  "While a run trains, one demonstration is scored again every few steps, in the batch or not: every token a row, every step a column.";
