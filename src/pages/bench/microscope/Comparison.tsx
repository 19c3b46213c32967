import { useId, useMemo, useState } from "react";
import { numberText } from "../../../controls/numberText.ts";
import { configAt, type RunConfig } from "../../../lab/experiment/config.ts";
import { nameOf } from "../../../lab/experiment/name.ts";
import { clockOf } from "../../../lab/experiment/phases.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { vocabularyOf } from "../../../lab/tasks/task.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { NumbersTable } from "../../shared/NumbersTable.tsx";
import { signed, tokenGlyph, tokenName } from "../tokens/tokenWords.ts";
import { contendersFor, weightsUnder, withDefaults } from "./compare.ts";
import styles from "./Microscope.module.css";

interface ComparisonProps {
  readonly row: TokenRow;
  readonly at: number;
  readonly rows: readonly TokenRow[];
  readonly step: number;
  readonly config: RunConfig;
  readonly writer: string;
  readonly label?: string;
}

interface Line {
  readonly title: string;
  readonly weights: readonly number[] | undefined;
}

/** The focused answer under the run's algorithm and another one, line under line, on one scale. */
export function Comparison(props: ComparisonProps) {
  const { row, at, writer, label = "Compare algorithms" } = props;
  const [other, setOther] = useState("");
  const [numbers, setNumbers] = useState(false);
  const id = useId();
  const choices = contendersFor(row.feed);
  const chosen = choices.some((objective) => objective.id === other) ? other : "";
  return (
    <section aria-label={label} className={chosen ? styles.laid : undefined}>
      <div className={styles.tools}>
        <label className="spoken" htmlFor={id}>
          Compare with
        </label>
        <select
          id={id}
          className={`select ${styles.select}`}
          value={chosen}
          onChange={(event) => setOther(event.currentTarget.value)}
        >
          <option value="">compare with</option>
          {choices.map((objective) => (
            <option key={objective.id} value={objective.id}>
              {titleOf(objective.id, row.feed)}
            </option>
          ))}
        </select>
        {chosen && (
          <button type="button" className="quiet" aria-pressed={numbers} onClick={() => setNumbers(!numbers)}>
            numbers
          </button>
        )}
      </div>
      {chosen && <Lines {...props} other={chosen} numbers={numbers} />}
      {chosen && (
        <p className="caption">
          w before the mean over the batch and before any µ, for this {writer} answer alone, from the same
          probabilities; {titleOf(chosen, row.feed)} with its default settings.
          {row.feed === "rollouts" &&
            !objectiveById(chosen).feeds.includes("rollouts") &&
            " An own answer is taken as if it had been demonstrated."}
          <span className="spoken"> Focused: {tokenName(row.tokens[at]!)}.</span>
        </p>
      )}
    </section>
  );
}

function titleOf(id: string, feed: string): string {
  const { title, short = "" } = objectiveById(id);
  // What tells the algorithms of one loss on pairs apart is where the pairs come from, and these are given.
  return feed.includes("/") ? title.slice(short.length).trim() : title;
}

interface LinesProps extends ComparisonProps {
  readonly other: string;
  readonly numbers: boolean;
}

function Lines({ row, at, rows, step, config, other, numbers }: LinesProps) {
  const lines = useMemo((): Line[] => {
    const now = configAt(config, step);
    const { algorithm, params } = now;
    const clock = clockOf(config, step);
    const vocabSize = vocabularyOf(taskById(config.task));
    const own = { objective: objectiveById(algorithm), params, vocabSize };
    return [
      { title: nameOf(now), weights: ownWeights(row) ?? weightsUnder(own, row, rows, clock) },
      { title: titleOf(other, row.feed), weights: weightsUnder(withDefaults(other, vocabSize), row, rows, clock) },
    ];
  }, [row, rows, step, config, other]);
  const strongest = Math.max(0, ...lines.flatMap(({ weights }) => weights?.map(Math.abs) ?? []));
  if (numbers) return <WeightTable row={row} lines={lines} />;
  return (
    <div className={styles.lines}>
      {lines.map(({ title, weights }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the first is the run's own, the second the other
        <div key={index} className={styles.line}>
          <span className="caption">{title}</span>
          {weights ? (
            <span className={styles.cells} aria-hidden="true">
              {row.tokens.map((token, n) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
                  key={n}
                  className={styles.cell}
                  data-push={weights[n]! >= 0 ? "up" : "down"}
                  data-here={n === at}
                  style={{ "--strength": strongest > 0 ? (Math.abs(weights[n]!) / strongest).toFixed(2) : 0 } as object}
                >
                  {tokenGlyph(token)}
                </span>
              ))}
            </span>
          ) : (
            <span className="caption">needs more than this one answer</span>
          )}
          <span className={styles.value}>
            {weights ? signed(weights[at]!) : "–"}
            <span className="spoken"> is its weight of the focused token</span>
          </span>
        </div>
      ))}
      <p className="caption">full colour: {numberText(strongest, 2)}</p>
    </div>
  );
}

/** What trained the row, where that is a weight before the mean. */
const ownWeights = ({ views }: TokenRow) => views.weight;

function WeightTable({ row, lines }: { readonly row: TokenRow; readonly lines: readonly Line[] }) {
  return (
    <NumbersTable label="Weights under both algorithms, numbers">
      <thead>
        <tr>
          <th scope="col">token</th>
          {lines.map(({ title }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see the lines
            <th key={index} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {row.tokens.map((token, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
          <tr key={n}>
            <th scope="row">
              {n + 1} {tokenName(token)}
            </th>
            {lines.map(({ weights }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see the lines
              <td key={index}>{weights ? signed(weights[n]!) : "–"}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </NumbersTable>
  );
}

export default Comparison;
