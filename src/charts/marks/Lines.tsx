import { memo } from "react";
import type { PlotBox } from "../scales/plotArea.ts";
import { AHEAD, BEHIND, type ChartLine, lineColour, RAW, strokeOf } from "../series/line.ts";
import { Areas } from "./Areas.tsx";
import styles from "./marks.module.css";
import { linePath } from "./path.ts";
import { sameBox, samePicture } from "./samePicture.ts";

interface LinesProps extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/**
 * One layer of lines with their areas, live and at rest. Lines that grow and lines that rest have a layer each, which the
 * browser keeps: dashes are costly to paint, and none is painted again because another line has grown.
 */
export const Lines = memo(function Lines({ lines, ...box }: LinesProps) {
  const { width, height } = box;
  if (lines.length === 0) return null;
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true" data-layer="lines">
      {lines.map((line) => (
        <OneLine key={line.label} line={line} {...box} />
      ))}
    </svg>
  );
}, samePicture);

interface OneLineProps extends PlotBox {
  readonly line: ChartLine;
}

/** One line with what belongs to it: a line that has grown is one attribute of one path. */
const OneLine = memo(
  function OneLine({ line, ...box }: OneLineProps) {
    const { label, tone, points, ahead, behind, raw, faint } = line;
    return (
      <g stroke={lineColour(tone)} fill="none" strokeLinejoin="round">
        <g stroke="none">
          <Areas line={line} box={box} />
        </g>
        {ahead && ahead.length > 1 && <path d={linePath(ahead, box)} {...AHEAD} />}
        {behind && behind.length > 1 && <path d={linePath(behind, box)} {...BEHIND} />}
        {raw && raw.length > 1 && <path data-raw={label} d={linePath(raw, box)} {...RAW} />}
        {points.length > 1 && (
          <path data-line={label} d={linePath(points, box)} {...strokeOf({ tone, ...(faint && { faint }) })} />
        )}
        {points.length === 1 && (
          <path data-line={label} d={linePath(points, box)} strokeWidth={5} strokeLinecap="round" />
        )}
      </g>
    );
  },
  (before, now) => before.line === now.line && sameBox(before, now),
);
