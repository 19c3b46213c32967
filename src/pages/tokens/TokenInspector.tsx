import { numberText } from "../../controls/numberText.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import styles from "./Tokens.module.css";
import { chainOf, signed, tokenName, verdictOf } from "./tokenWords.ts";

export interface TokenInspectorProps {
  readonly row: TokenRow;
  readonly at: number;
  readonly writer: string;
  /** The strongest push among this writer's tokens. */
  readonly strongest: number;
}

/** Where one token's number comes from: the chain from probability to weight, written out. */
export function TokenInspector({ row, at, writer, strongest }: TokenInspectorProps) {
  const weight = row.weight[at]!;
  return (
    <section className={styles.inspector} aria-label="The focused token">
      <h3>
        Token {at + 1} of {row.tokens.length}: <span className={styles.mono}>{tokenName(row.tokens[at]!)}</span>
      </h3>
      <div className={styles.gauge} aria-hidden="true">
        <span style={{ transform: `scaleX(${Math.exp(row.logp[at]!)})` }} />
      </div>
      <dl className={styles.chain}>
        {chainOf(row, at).map(({ symbol, formula, value }) => (
          <div key={symbol}>
            <dt>
              {symbol} {formula && <span className={styles.formula}>{formula}</span>}
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div className={styles.result}>
          <dt>{/* The credit itself: the number that trained the policy. */}= weight</dt>
          <dd data-push={weight >= 0 ? "up" : "down"}>{signed(weight)}</dd>
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
