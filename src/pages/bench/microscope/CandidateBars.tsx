import type { Candidate } from "../../../lab/feeds/tokenRow.ts";
import { tokenGlyph, tokenName } from "../tokens/tokenWords.ts";
import styles from "./Microscope.module.css";

interface CandidateBarsProps {
  /** Best first. */
  readonly bars: readonly Candidate[];
  /** The token that stands here. */
  readonly written: string;
  readonly label?: string;
  /** Draw lines ahead where more bars will come. */
  readonly slots?: boolean;
}

/** Tokens that could stand in one place, by their probability. */
export function CandidateBars({
  bars,
  written,
  label = "Candidates at this place",
  slots = false,
}: CandidateBarsProps) {
  const longest = Math.max(0, ...bars.map(({ token }) => tokenGlyph(token).length));
  return (
    <ol
      className={slots ? `${styles.bars} slots` : styles.bars}
      aria-label={label}
      style={{ "--glyph": `${longest}ch` } as object}
    >
      {bars.map(({ token, p }) => (
        <li key={token} data-written={token === written}>
          <span className={styles.glyph} aria-hidden="true">
            {tokenGlyph(token)}
          </span>
          <span className="spoken">
            {tokenName(token)}
            {token === written && ", written here"}
          </span>
          <span className={styles.bar} aria-hidden="true">
            <span style={{ transform: `scaleX(${p})` }} />
          </span>
          <span>{p.toFixed(2)}</span>
        </li>
      ))}
    </ol>
  );
}
