import type { YScale } from "./scales/yScale.ts";
import type { ChartLine } from "./series/line.ts";

/** What a look at the lines would not tell: that points were left out, and how many; "" where none were. */
export function omittedPoints(lines: readonly ChartLine[], yScale: YScale): string {
  const said: string[] = [];
  const thinned = lines.flatMap((line) => line.thinned ?? []).filter(({ drawn, measured }) => drawn < measured);
  const most = thinned.reduce((a, b) => (b.measured > a.measured ? b : a), { drawn: 0, measured: 0 });
  if (most.measured > 0) {
    said.push(`${most.drawn.toLocaleString("en")} of ${most.measured.toLocaleString("en")} points drawn`);
  }
  let hidden = 0;
  for (const { points } of lines) for (const { y } of points) if (y < yScale.min || y > yScale.max) hidden++;
  if (hidden > 0) said.push(`${hidden} out of view`);
  return said.length > 0 ? `${said.join(", ")}.` : "";
}
