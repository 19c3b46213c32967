import type { ReactNode } from "react";
import { numberText } from "../../../controls/numberText.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { accountOf, type ExplainContext } from "./explained.ts";
import styles from "./Tokens.module.css";
import { signed, tokenName, verdictOf } from "./tokenWords.ts";
import { useLargestHeight } from "./useLargestHeight.ts";

interface TokenInspectorProps {
  readonly row: TokenRow;
  readonly at: number;
  readonly writer: string;
  /** The strongest push among this writer's tokens. */
  readonly strongest: number;
  readonly context: ExplainContext;
  /** What else could stand at this place. */
  readonly candidates: ReactNode;
  readonly label?: string;
}

/** Where one token's number comes from: the chain from probability to weight to credit, written out. */
export function TokenInspector(props: TokenInspectorProps) {
  const { row, at, writer, strongest, context, candidates, label = "The focused token" } = props;
  const weight = row.weight[at]!;
  const box = useLargestHeight<HTMLElement>(`${row.feed} ${at}`);
  const { links, terms } = accountOf(row, at, context);
  return (
    <section ref={box} className={styles.inspector} aria-label={label}>
      <h3>
        Token {at + 1} of {row.tokens.length}: <span className={styles.mono}>{tokenName(row.tokens[at]!)}</span>
      </h3>
      {candidates}
      <dl className={styles.chain}>
        {links.map(({ symbol, formula, value, words }) => (
          <div key={symbol}>
            <dt>{formula ? `${symbol} = ${formula}` : symbol}</dt>{" "}
            <dd>
              = <b>{value}</b>
              {words && <span className="caption"> {words}</span>}
            </dd>
          </div>
        ))}
        {terms.map(({ symbols, numbers }, index) => (
          <div key={symbols}>
            <dt>
              {index > 0 && "+ "}
              {symbols}
            </dt>{" "}
            <dd>= {numbers}</dd>
          </div>
        ))}
        <div className={styles.result}>
          <dt>credit</dt>{" "}
          <dd>
            = <b data-push={weight >= 0 ? "up" : "down"}>{signed(weight)}</b>
          </dd>
        </div>
      </dl>
      <p className="caption">
        {verdictOf(weight)}
        {weight !== 0 &&
          strongest > 0 &&
          `, at ${numberText((100 * Math.abs(weight)) / strongest, 2)}% of the strongest push (${writer})`}
      </p>
    </section>
  );
}
