import { numberText } from "../../../controls/numberText.ts";
import type { SurveyedSet } from "../../../lab/train/ddtSurvey.ts";
import styles from "./Ddt.module.css";
import { percent, SOURCES, sharesOf } from "./ddtWords.ts";

const WIDTH = 240;
const HEIGHT = 72;
/** Where the shares of the table begin. */
const LIMITS = [-1, -3, -5];

/** CLL of every token of every set, side by side on one scale. The height is the root of the share: tails are the point. */
export function Histograms({ sets }: { readonly sets: readonly SurveyedSet[] }) {
  const top = Math.max(0.01, ...sets.flatMap(({ histogram }) => sharesOf(histogram.counts)));
  return (
    <div className={styles.small}>
      {sets.map((set) => (
        <Histogram key={set.source} set={set} top={top} />
      ))}
    </div>
  );
}

function Histogram({ set, top }: { readonly set: SurveyedSet; readonly top: number }) {
  const { min, max, counts } = set.histogram;
  const { label, help, tone } = SOURCES[set.source];
  const x = (cll: number) => ((cll - min) / (max - min)) * WIDTH;
  const width = WIDTH / counts.length;
  const height = (share: number) => Math.sqrt(share / top) * HEIGHT;
  return (
    <div>
      <h4>
        <span className={styles.patch} style={{ background: `var(${tone})` }} aria-hidden="true" /> {label}{" "}
        <span className="caption">
          mean CLL {numberText(set.mean, 2)}, {set.tokens} tokens
        </span>
      </h4>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 12}`}
        role="img"
        aria-label={`Histogram of CLL, ${label}: ${help}. Mean ${numberText(set.mean, 2)}, ${percent(set.below1)} below −1.`}
      >
        {LIMITS.map((limit) => (
          <line key={limit} x1={x(limit)} x2={x(limit)} y1="0" y2={HEIGHT} className={styles.limit} />
        ))}
        <line x1={x(0)} x2={x(0)} y1="0" y2={HEIGHT} className={styles.zero} />
        {sharesOf(counts).map((share, bin) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
            key={bin}
            x={bin * width + 0.5}
            width={width - 1}
            y={HEIGHT - height(share)}
            height={height(share)}
            fill={`var(${tone})`}
          />
        ))}
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className={styles.axis} />
        {[min, ...LIMITS, 0, max].map((tick) => (
          <text
            key={tick}
            x={x(tick)}
            y={HEIGHT + 10}
            textAnchor={tick === min ? "start" : tick === max ? "end" : "middle"}
          >
            {tick < 0 ? `−${-tick}` : tick}
          </text>
        ))}
      </svg>
    </div>
  );
}
