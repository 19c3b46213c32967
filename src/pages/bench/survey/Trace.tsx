import { type KeyboardEvent, useRef, useState } from "react";
import { numberText } from "../../../controls/numberText.ts";
import type { SurveyedSequence } from "../../../lab/train/ddtSurvey.ts";
import { tokenGlyph, tokenName } from "../tokens/tokenWords.ts";
import styles from "./Ddt.module.css";
import { CHOSEN_BY } from "./ddtWords.ts";

interface TraceProps {
  readonly label: string;
  readonly sequence: SurveyedSequence;
}

/** One surveyed answer, token by token: by CLL, or where the starting policy wrote it by who chose each token. */
export function Trace({ label, sequence }: TraceProps) {
  const { prompt, tokens, cll, trace } = sequence;
  const [wanted, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(wanted, tokens.length - 1);

  function onKeyDown(event: KeyboardEvent): void {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tokens.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(tokens.length - 1, to));
    setAt(next);
    list.current?.querySelectorAll<HTMLElement>("[role=gridcell]")[next]?.focus();
  }

  const wordsOf = (n: number) => {
    const chosen = trace?.[n];
    const value = `CLL ${numberText(cll[n]!, 2)}`;
    return chosen ? `${value}, λ ${numberText(chosen.lambda, 2)}, chosen by ${CHOSEN_BY[chosen.chosenBy]}` : value;
  };
  return (
    <div className={styles.trace}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot wrap its cells */}
      <div ref={list} role="grid" tabIndex={-1} aria-label={`Tokens of ${label}`} onKeyDown={onKeyDown}>
        {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the cells take the focus */}
        <div role="row" className={styles.cells}>
          {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: see the row */}
          <span role="rowheader" className={styles.prompt}>
            <span className="caption">{label}</span> {prompt}
          </span>
          {tokens.map((token, n) => (
            // biome-ignore lint/a11y/useSemanticElements: see the grid
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
              key={n}
              role="gridcell"
              className={styles.cell}
              data-by={trace?.[n]?.chosenBy}
              data-push={trace ? undefined : cll[n]! >= 0 ? "up" : "down"}
              style={{ "--strength": Math.min(1, Math.abs(cll[n]!) / FULL_CLL).toFixed(2) } as object}
              tabIndex={n === at ? 0 : -1}
              aria-selected={n === at}
              aria-label={`${tokenName(token)}, ${wordsOf(n)}`}
              onFocus={() => setAt(n)}
            >
              {tokenGlyph(token)}
            </span>
          ))}
        </div>
      </div>
      <p className="caption">{tokens.length > 0 && `${tokenName(tokens[at]!)}: ${wordsOf(at)}`}</p>
    </div>
  );
}

/** CLL in nats that is drawn in full colour. */
const FULL_CLL = 3;
