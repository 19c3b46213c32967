import { memo } from "react";
import { isInView, PLOT, type PlotBox, placeOf } from "../scales/plotArea.ts";
import styles from "./marks.module.css";
import { sameBox } from "./samePicture.ts";

interface RulesProps extends PlotBox {
  readonly steps: readonly number[];
}

/** Dotted lines at the steps at which a setting was changed by hand. */
export const Rules = memo(
  function Rules({ steps, ...box }: RulesProps) {
    const seen = steps.filter((step) => isInView(step, box.xScale));
    if (seen.length === 0) return null;
    return (
      <svg className={styles.layer} width={box.width} height={box.height} aria-hidden="true" data-layer="rules">
        {seen.map((step) => (
          <path
            key={step}
            data-rule={step}
            d={`M${placeOf(step, box).toFixed(1)} ${PLOT.top}V${box.height - PLOT.bottom}`}
            stroke="var(--edge)"
            strokeDasharray="1 3"
          />
        ))}
      </svg>
    );
  },
  (before, now) => before.steps === now.steps && sameBox(before, now),
);
