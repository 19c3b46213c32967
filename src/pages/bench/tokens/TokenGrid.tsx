import { type KeyboardEvent, memo, useRef } from "react";
import { numberText } from "../../../controls/numberText.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import type { Colouring } from "./quantities.ts";
import styles from "./Tokens.module.css";
import { signed, tokenGlyph, tokenName, writerOf } from "./tokenWords.ts";
import { Verdict } from "./Verdict.tsx";

/** A token of the grid: its row, and its place in it. */
export interface Place {
  readonly row: number;
  readonly at: number;
}

interface TokenGridProps {
  readonly rows: readonly TokenRow[];
  readonly demoStyle: string;
  readonly colouring: Colouring;
  /** Whether a reward of 1 is right and any other wrong: not where a model scores. */
  readonly verified: boolean;
  readonly place: Place;
  readonly label?: string;
  onPlace(place: Place): void;
}

/** Sequences as rows of tokens. One stop for Tab; arrow keys, Home and End walk through the tokens. */
export function TokenGrid(props: TokenGridProps) {
  const { rows, demoStyle, colouring, verified, place, label = "Tokens of this step", onPlace } = props;
  const grid = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const to = moved(event.key, place, rows);
    if (!to) return;
    event.preventDefault();
    onPlace(to);
    grid.current?.querySelector<HTMLElement>(`[data-place="${to.row} ${to.at}"]`)?.focus();
  }

  const longest = Math.max(...rows.map(({ prompt }) => prompt.length));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot wrap its cells, and these rows must on a narrow screen
    <div
      ref={grid}
      role="grid"
      aria-label={label}
      className={styles.grid}
      style={{ "--prompt": `${longest}ch` } as object}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, index) => (
        <Row
          // Rows of one feed keep their order from step to step.
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity beyond its place
          key={index}
          {...{ row, index, colouring, verified, onPlace }}
          writer={writerOf(row, demoStyle)}
          here={place.row === index ? place.at : undefined}
        />
      ))}
    </div>
  );
}

interface RowProps extends Pick<TokenGridProps, "onPlace" | "colouring" | "verified"> {
  readonly row: TokenRow;
  readonly writer: string;
  readonly index: number;
  readonly here: number | undefined;
}

const Row = memo(function Row({ row, index, writer, colouring, verified, here, onPlace }: RowProps) {
  const { reward, parts } = row;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useFocusableInteractive: the cells take the focus
    <div role="row" className={styles.row}>
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see the row */}
      <div role="rowheader" className={styles.head}>
        <span className="caption">{writer}</span> <span className={styles.prompt}>{row.prompt}</span>
      </div>
      <div className={styles.tokens}>
        {row.tokens.map((token, at) => {
          const { push, strength, text } = colouring.of(row, at);
          return (
            // biome-ignore lint/a11y/useSemanticElements: see the grid
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
              key={at}
              role="gridcell"
              className={token === "<eos>" ? `${styles.token} ${styles.end}` : styles.token}
              data-place={`${index} ${at}`}
              data-push={push}
              aria-selected={here === at}
              tabIndex={here === at ? 0 : -1}
              aria-label={spoken(row, at, colouring.quantity, text)}
              style={
                {
                  "--strength": strength.toFixed(2),
                  "--entropy": Math.min(1, row.entropy[at]! / FULL_ENTROPY).toFixed(2),
                } as object
              }
              onFocus={() => onPlace({ row: index, at })}
            >
              {tokenGlyph(token)}
            </span>
          );
        })}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see the row */}
      <div role="gridcell" className={styles.verdict}>
        {reward !== undefined && (
          <Verdict reward={reward} judge={verified ? "verifier" : "model"} {...(parts && { parts })} />
        )}
      </div>
    </div>
  );
});

/** Entropy in nats at which the underline is full. */
const FULL_ENTROPY = 1.5;

/** What a token is, and the number that colours it. */
function spoken({ tokens, weight, logp }: TokenRow, at: number, quantity: Colouring["quantity"], text: string): string {
  const known = `${tokenName(tokens[at]!)}, weight ${signed(weight[at]!)}, probability ${numberText(Math.exp(logp[at]!), 2)}`;
  return quantity.id === "credit" ? known : `${known}, ${quantity.label} ${text}`;
}

/** Where a key leads from a place; undefined for a key that leads nowhere. */
function moved(key: string, { row, at }: Place, rows: readonly TokenRow[]): Place | undefined {
  const last = (index: number) => Math.max(0, (rows[index]?.tokens.length ?? 1) - 1);
  switch (key) {
    case "ArrowRight":
      return { row, at: Math.min(last(row), at + 1) };
    case "ArrowLeft":
      return { row, at: Math.max(0, at - 1) };
    case "ArrowDown": {
      const down = Math.min(rows.length - 1, row + 1);
      return { row: down, at: Math.min(last(down), at) };
    }
    case "ArrowUp": {
      const up = Math.max(0, row - 1);
      return { row: up, at: Math.min(last(up), at) };
    }
    case "Home":
      return { row, at: 0 };
    case "End":
      return { row, at: last(row) };
    default:
      return undefined;
  }
}
