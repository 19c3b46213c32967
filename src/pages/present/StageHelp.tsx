import styles from "./Present.module.css";
import type { useFullScreen } from "./useFullScreen.ts";

interface StageHelpProps {
  /** The arrows go from scene to scene; else from figure to figure. */
  readonly scenes: boolean;
  /** A scene has other figures. */
  readonly figures: boolean;
  readonly screen: ReturnType<typeof useFullScreen>;
  onLeave(): void;
}

/** What the keys do, and what is wanted once. */
export function StageHelp({ scenes, figures, screen, onLeave }: StageHelpProps) {
  return (
    <div className={styles.bar}>
      <p className={styles.help}>
        <kbd>Space</kbd> trains and pauses · <kbd>←</kbd> <kbd>→</kbd> {scenes ? "scenes" : "figures"}
        {figures && (
          <>
            {" "}
            · <kbd>↑</kbd> <kbd>↓</kbd> figures
          </>
        )}
      </p>
      <span className={styles.gap} />
      {screen.can && (
        <button type="button" className={styles.small} aria-keyshortcuts="f" onClick={screen.toggle}>
          {screen.on ? "Window" : "Full screen"} <kbd>F</kbd>
        </button>
      )}
      <button type="button" className={styles.small} aria-keyshortcuts="Escape" onClick={onLeave}>
        Leave <kbd>Esc</kbd>
      </button>
    </div>
  );
}
