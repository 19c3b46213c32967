import { numberText } from "../../../controls/numberText.ts";
import type { SurveyedSequence, SurveyedSet } from "../../../lab/train/ddtSurvey.ts";
import styles from "./Ddt.module.css";
import { SOURCES } from "./ddtWords.ts";

interface CurvesProps {
  readonly sets: readonly SurveyedSet[];
  /** Which answer of every set is looked at. */
  readonly index: number;
}

const WIDTH = 240;
const HEIGHT = 96;

/** Σ CLL along the first answers of every set, and the band that the policy's own would stay in. */
export function Curves({ sets, index }: CurvesProps) {
  const longest = Math.max(2, ...sets.flatMap(({ sequences }) => sequences.map(({ sum }) => sum.length)));
  const x = (t: number) => (t / longest) * WIDTH;
  return (
    <div className={styles.small}>
      {sets.map((set) => {
        const { label, tone, dash } = SOURCES[set.source];
        const looked = set.sequences[Math.min(index, set.sequences.length - 1)];
        const values = set.sequences.flatMap(({ sum, band }) => [...sum, ...band, ...band.map((b) => -b)]);
        const top = Math.max(1, ...values);
        const bottom = Math.min(-1, ...values);
        const y = (value: number) => ((top - value) / (top - bottom)) * HEIGHT;
        return (
          <div key={set.source}>
            <h4>
              <span className={styles.patch} style={{ background: `var(${tone})` }} aria-hidden="true" /> {label}{" "}
              <span className="caption">{looked ? endOf(looked) : "no answer"}</span>
            </h4>
            <svg
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              role="img"
              aria-label={`Cumulative CLL of ${label}: ${looked ? endOf(looked) : "no answer"}`}
            >
              {looked && looked.band.length > 0 && <path d={bandOf(looked, x, y)} className={styles.band} />}
              <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} className={styles.zero} />
              {set.sequences.map((sequence, n) => (
                <path
                  // biome-ignore lint/suspicious/noArrayIndexKey: an answer is its place
                  key={n}
                  d={curveOf(sequence.sum, x, y)}
                  className={sequence === looked ? styles.curve : styles.faint}
                  stroke={`var(${tone})`}
                  strokeDasharray={dash}
                />
              ))}
            </svg>
            <p className={`caption ${styles.ends}`}>
              <span>first token</span>
              <span>
                Σ CLL {numberText(bottom, 2)} to {numberText(top, 2)}
              </span>
            </p>
          </div>
        );
      })}
    </div>
  );
}

/** Where an answer ends, and whether that is within the band. */
function endOf({ sum, band }: SurveyedSequence): string {
  const end = sum.at(-1) ?? 0;
  const width = band.at(-1);
  if (width === undefined) return `ends at ${numberText(end, 2)}`;
  return `ends at ${numberText(end, 2)}, ${Math.abs(end) <= width ? "within" : "outside"} ±${numberText(width, 2)}`;
}

type Scale = (value: number) => number;
const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function curveOf(sum: readonly number[], x: Scale, y: Scale): string {
  return `M${[at(x(0), y(0)), ...sum.map((value, t) => at(x(t + 1), y(value)))].join("L")}`;
}

function bandOf({ band }: SurveyedSequence, x: Scale, y: Scale): string {
  const upper = band.map((value, t) => at(x(t + 1), y(value)));
  const lower = band.map((value, t) => at(x(t + 1), y(-value))).reverse();
  return `M${[at(x(0), y(0)), ...upper, ...lower].join("L")}Z`;
}
