import type { Colouring } from "./quantities.ts";
import styles from "./Tokens.module.css";

const SWATCHES = [1, 0.5] as const;

/** What the colours mean, in words beside five patches of them. */
export function ColourLegend({ colouring: { quantity, scale } }: { readonly colouring: Colouring }) {
  const { up, down } = quantity.words;
  return (
    <p className={`caption ${styles.legend}`}>
      {down !== undefined && (
        <>
          {down}
          <span className={styles.swatches} aria-hidden="true">
            {SWATCHES.map((strength) => (
              <Swatch key={strength} push="down" strength={strength} />
            ))}
          </span>
        </>
      )}
      <span className={styles.swatches} aria-hidden="true">
        <Swatch push="level" strength={0} />
        {[...SWATCHES].reverse().map((strength) => (
          <Swatch key={strength} push={down === undefined ? "level" : "up"} strength={strength} />
        ))}
      </span>
      {up}
      <span className={styles.full}>full colour: {scale}</span>
    </p>
  );
}

function Swatch({ push, strength }: { readonly push: string; readonly strength: number }) {
  return <span data-push={push} className={styles.swatch} style={{ "--strength": strength } as object} />;
}
