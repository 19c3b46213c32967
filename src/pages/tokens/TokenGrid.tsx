import { type KeyboardEvent, memo, useRef } from "react";
import { numberText } from "../../controls/numberText.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import styles from "./Tokens.module.css";
import { signed, tokenGlyph, tokenName, writerOf } from "./tokenWords.ts";

/** A token of the grid: its row, and its place in it. */
export interface Place {
  readonly row: number;
  readonly at: number;
}

export interface TokenGridProps {
  readonly rows: readonly TokenRow[];
  readonly demoStyle: string;
  /** By writer: the weight that is drawn in full colour. */
  readonly strongest: ReadonlyMap<string, number>;
  readonly place: Place;
  onPlace(place: Place): void;
}

/** Sequences as rows of tokens. One stop for Tab; arrow keys, Home and End walk through the tokens. */
export function TokenGrid({ rows, demoStyle, strongest, place, onPlace }: TokenGridProps) {
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
      aria-label="Tokens of this step"
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
          {...{ row, index, onPlace }}
          writer={writerOf(row, demoStyle)}
          strongest={strongest.get(writerOf(row, demoStyle)) ?? 0}
          here={place.row === index ? place.at : undefined}
        />
      ))}
    </div>
  );
}

interface RowProps extends Pick<TokenGridProps, "onPlace"> {
  readonly row: TokenRow;
  readonly writer: string;
  readonly strongest: number;
  readonly index: number;
  readonly here: number | undefined;
}

const Row = memo(function Row({ row, index, writer, strongest, here, onPlace }: RowProps) {
  const { reward } = row;
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
        {row.tokens.map((token, at) => (
          // biome-ignore lint/a11y/useSemanticElements: see the grid
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
            key={at}
            role="gridcell"
            className={token === "<eos>" ? `${styles.token} ${styles.end}` : styles.token}
            data-place={`${index} ${at}`}
            data-push={row.weight[at]! >= 0 ? "up" : "down"}
            aria-selected={here === at}
            tabIndex={here === at ? 0 : -1}
            aria-label={`${tokenName(token)}, weight ${signed(row.weight[at]!)}, probability ${numberText(Math.exp(row.logp[at]!), 2)}`}
            style={
              {
                "--strength": strength(row.weight[at]!, strongest),
                "--entropy": Math.min(1, row.entropy[at]! / FULL_ENTROPY).toFixed(2),
              } as object
            }
            onFocus={() => onPlace({ row: index, at })}
          >
            {tokenGlyph(token)}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see the row */}
      <div role="gridcell" className={styles.verdict}>
        {reward !== undefined && <Verdict reward={reward} />}
      </div>
    </div>
  );
});

/** Right or wrong as a mark, a word and a number. */
export function Verdict({ reward }: { readonly reward: number }) {
  const right = reward === 1;
  return (
    <span className={right ? styles.right : styles.wrong}>
      <span aria-hidden="true">{right ? "✓" : "✗"}</span>
      <span className="spoken">{right ? "right" : "wrong"}, reward</span> {numberText(reward, 2)}
    </span>
  );
}

/** Entropy in nats at which the underline is full. */
const FULL_ENTROPY = 1.5;

/** Share of the full colour. The root lets weak pushes be seen beside strong ones. */
function strength(weight: number, strongest: number): string {
  return strongest > 0 ? Math.sqrt(Math.min(1, Math.abs(weight) / strongest)).toFixed(2) : "0";
}

/** Where a key leads from a place; undefined for a key that leads nowhere. */
export function moved(key: string, { row, at }: Place, rows: readonly TokenRow[]): Place | undefined {
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
