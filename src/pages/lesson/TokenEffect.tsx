import type { RunConfig } from "../../lab/experiment/config.ts";
import { demoStyleOf } from "../../lab/experiment/config.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { colouringOf, quantitiesOf } from "../bench/tokens/quantities.ts";
import { tokenGlyph, verdictOf } from "../bench/tokens/tokenWords.ts";
import answers from "./BeforeAfter.module.css";
import styles from "./Lesson.module.css";

interface TokenEffectProps {
  readonly tokens: { readonly step: number; readonly rows: readonly TokenRow[] } | undefined;
  readonly config: RunConfig;
}

/** What the newest step did to each token of the first row: of a demonstration where there is one. */
export function TokenEffect({ tokens, config }: TokenEffectProps) {
  const row = tokens?.rows.find(({ feed }) => feed === "demos") ?? tokens?.rows[0];
  const colouring = row && colouringOf(quantitiesOf([row])[0]!, [row], demoStyleOf(config));
  const whose = row?.feed === "demos" ? "the demonstration’s" : "an answer’s";
  return (
    <section className={styles.effect}>
      <h2>
        What {tokens ? `step ${tokens.step}` : "each step"} did to {whose} tokens
      </h2>
      <p className={styles.effectTokens}>
        {row && colouring
          ? row.tokens.map((token, at) => {
              const { push, strength } = colouring.of(row, at);
              return (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
                  key={at}
                  className={answers.token}
                  data-push={push}
                  title={verdictOf(row.weight[at]!)}
                  style={{ "--strength": strength.toFixed(2) } as object}
                >
                  {tokenGlyph(token)}
                </span>
              );
            })
          : null}
        {!row && <span className={styles.small}>Appears with the first step.</span>}
      </p>
      <p className={styles.small}>
        <i className={styles.up} aria-hidden="true" /> made likelier <i className={styles.down} aria-hidden="true" />{" "}
        made less likely
      </p>
    </section>
  );
}
