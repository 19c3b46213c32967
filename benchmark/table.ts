const NOTHING = "–";

/**
 * A table in plain text: the first column to the left, the others to the right, a line under the head. Columns without a
 * single figure are left out.
 */
export function table(allHeads: readonly string[], allRows: readonly (readonly string[])[]): string {
  const told = allHeads.map((_, column) => column === 0 || allRows.some((row) => (row[column] ?? NOTHING) !== NOTHING));
  const keep = (cells: readonly string[]) => cells.filter((_, column) => told[column]);
  const head = keep(allHeads);
  const rows = allRows.map(keep);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) =>
        column === 0 ? (cells[column] ?? "").padEnd(width) : (cells[column] ?? "").padStart(width),
      )
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** Three digits that matter, thousands set apart, powers of ten below 0.001; an en dash for nothing. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NOTHING;
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(0);
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value) || 1))));
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
