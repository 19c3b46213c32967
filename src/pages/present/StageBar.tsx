import styles from "./Present.module.css";

interface StageBarProps {
  readonly train: { readonly label: string; press(): void };
  readonly progress: string;
  /** Where one is among the scenes, or among the figures where there are none. */
  readonly at: { readonly at: number; readonly of: number };
  readonly what: "Scene" | "Figures";
  /** The first comes after the last. */
  readonly round: boolean;
  go(by: 1 | -1): void;
  /** Shows other figures of the scene; none where there are no others. */
  readonly onTurn: (() => void) | undefined;
}

/** The button that trains, how far the run is, and the way to the scenes before and after. */
export function StageBar({ train, progress, at: { at, of }, what, round, go, onTurn }: StageBarProps) {
  return (
    <footer className={styles.bar}>
      <button type="button" className={`button leads ${styles.go}`} aria-keyshortcuts="Space" onClick={train.press}>
        {train.label}
      </button>
      <span role="status" className={styles.soft}>
        {progress}
      </span>
      <span className={styles.gap} />
      {onTurn && (
        <button type="button" className="button" aria-keyshortcuts="ArrowDown" onClick={onTurn}>
          Other figures
        </button>
      )}
      <button
        type="button"
        className="button"
        aria-keyshortcuts="ArrowLeft"
        aria-label="Back"
        aria-disabled={!round && at === 1}
        onClick={() => go(-1)}
      >
        ←
      </button>
      <span className={styles.soft}>
        <span className="spoken">{what} </span>
        {at} / {of}
      </span>
      <button
        type="button"
        className="button"
        aria-keyshortcuts="ArrowRight"
        aria-disabled={!round && at === of}
        onClick={() => go(1)}
      >
        Next →
      </button>
    </footer>
  );
}
