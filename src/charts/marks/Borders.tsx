import { memo } from "react";
import { isInView, PLOT, type PlotBox, placeOf } from "../scales/plotArea.ts";
import type { PhaseMark } from "../series/line.ts";
import styles from "./marks.module.css";
import { sameBox } from "./samePicture.ts";

interface BordersProps extends PlotBox {
  readonly phases: readonly PhaseMark[];
}

/** Of a letter on average, and of a row of names, in pixels. */
const LETTER = 6.2;
const ROW = 12;
const GAP = 4;

/** Where a run passes from one phase to the next: a line, and the name of what begins there. A run of one phase has none. */
export const Borders = memo(
  function Borders({ phases, ...box }: BordersProps) {
    if (phases.length < 2) return null;
    const foot = box.height - PLOT.bottom;
    return (
      <svg className={styles.layer} width={box.width} height={box.height} aria-hidden="true" data-layer="borders">
        {named(phases, box).map(({ step, title, at, anchor, row, ruled }) => (
          <g key={step} data-border={step}>
            {ruled && <path d={`M${at.toFixed(1)} ${PLOT.top}V${foot}`} stroke="var(--edge)" strokeWidth="1" />}
            <text
              x={(anchor === "end" ? at - GAP : at + GAP).toFixed(1)}
              y={PLOT.top + 9 + row * ROW}
              textAnchor={anchor}
              fill="var(--soft)"
              fontSize="11.5"
              stroke="var(--paper)"
              strokeWidth="3"
              paintOrder="stroke"
            >
              {title}
            </text>
          </g>
        ))}
      </svg>
    );
  },
  (before, now) => before.phases === now.phases && sameBox(before, now),
);

interface Named extends PhaseMark {
  readonly at: number;
  readonly anchor: "start" | "end";
  readonly row: number;
  readonly ruled: boolean;
}

/** The phases that begin in view, and the one that is under way at its left edge; names that would meet stand in rows. */
function named(phases: readonly PhaseMark[], box: PlotBox): readonly Named[] {
  const { from } = box.xScale.span;
  const underWay = phases.findLast(({ step }) => step <= from);
  const seen = phases.filter((phase) => phase === underWay || (phase.step > from && isInView(phase.step, box.xScale)));
  const ends: number[] = [];
  return seen.map((phase) => {
    const ruled = phase.step > from;
    const at = ruled ? placeOf(phase.step, box) : PLOT.left;
    const width = phase.title.length * LETTER + GAP;
    const anchor = at + width > box.width && at - width > PLOT.left ? "end" : "start";
    const [left, right] = anchor === "end" ? [at - width, at] : [at, at + width];
    const free = ends.findIndex((end) => end + GAP <= left);
    const row = free < 0 ? ends.length : free;
    ends[row] = right;
    return { ...phase, at, anchor, row, ruled };
  });
}
