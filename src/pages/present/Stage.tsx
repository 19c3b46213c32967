import { type ReactNode, useEffect, useRef, useState } from "react";
import { leaveHash, scenesOf } from "../../app/scenes.ts";
import { Notices } from "../bench/run/Notices.tsx";
import { useDraft, useLab } from "../shared/labContext.ts";
import styles from "./Present.module.css";
import { useFullScreen } from "./useFullScreen.ts";
import { usePresentKeys } from "./usePresentKeys.ts";
import { useHeight, useTextSize } from "./useScreen.ts";

/** A figure that is given its room. */
export type PresentFigure = (room: { readonly height: number; readonly text: number }) => ReactNode;

/** What a scene brings to the stage. */
interface StageProps {
  readonly title: string;
  /** Below the title. */
  readonly lead: string;
  /** Of which one or two at a time are shown. */
  readonly figures: readonly (readonly PresentFigure[])[];
  /** One line below the figures. */
  readonly foot?: ReactNode;
  readonly train: { readonly label: string; press(): void };
  readonly progress: string;
}

/** Lines of text around a plot: its title and its axis. */
const AROUND = 3.4;
const GAP = 8;
/** On a screen narrower than this, in letters, the page is as long as it takes, and plots take this share of the screen. */
const NARROW = 38;
const SHARE = 0.36;

/** One scene over the whole screen: title, figures, what trains it, and where one is; all of it by keys too. */
export function Stage({ title, lead, figures, foot, train, progress }: StageProps) {
  const lab = useLab();
  const text = useTextSize();
  const [frame, height] = useHeight<HTMLDivElement>();
  const main = useRef<HTMLElement>(null);
  const [turned, setTurned] = useState(0);
  const view = useDraft((draft) => draft.view);
  const scenes = scenesOf({ view });
  const screen = useFullScreen();
  const views = figures.length;
  const shown = turned % views;
  const turn = (by: number) => setTurned((shown + by + views) % views);
  const go = (by: 1 | -1) => {
    if (!scenes) turn(by);
    else if (scenes.at + by >= 1 && scenes.at + by <= scenes.of) location.hash = scenes.hashOf(scenes.at + by);
  };
  const leave = () => {
    screen.leave();
    location.hash = leaveHash(lab.draft.getState());
  };
  const keys = { train: train.press, next: () => go(1), back: () => go(-1), turn, full: screen.toggle, leave };
  usePresentKeys(keys);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Policy Lab`;
    return () => {
      document.title = before;
    };
  }, [title]);
  const now = figures[shown] ?? [];
  const narrow = innerWidth < NARROW * text;
  const room = narrow ? SHARE * innerHeight : height - GAP * (now.length - 1) - AROUND * text * now.length;
  const each = Math.max(60, Math.floor(room / now.length));
  const at = scenes ?? { at: shown + 1, of: views };
  return (
    <main ref={main} id="bench" className={styles.present} tabIndex={-1} style={{ "--text": `${text}px` } as object}>
      <h1 className={styles.title}>{title}</h1>
      {lead !== "" && <p className={styles.lead}>{lead}</p>}
      <Notices />
      <div ref={frame} className={styles.figures}>
        {height > 0 &&
          now.map((draw, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a figure is its place on the stage
            <div key={`${shown} ${index}`}>{draw({ height: each, text })}</div>
          ))}
      </div>
      {foot}
      <footer className={styles.bar}>
        <button type="button" className={`button leads ${styles.go}`} aria-keyshortcuts="Space" onClick={train.press}>
          {train.label}
        </button>
        <span role="status" className={styles.soft}>
          {progress}
        </span>
        <span className={styles.gap} />
        {scenes && views > 1 && (
          <button type="button" className="button" aria-keyshortcuts="ArrowDown" onClick={() => turn(1)}>
            Other figures
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-keyshortcuts="ArrowLeft"
          aria-label="Back"
          aria-disabled={scenes && scenes.at === 1}
          onClick={keys.back}
        >
          ←
        </button>
        <span className={styles.soft}>
          <span className="spoken">{scenes ? "Scene " : "Figures "}</span>
          {at.at} / {at.of}
        </span>
        <button
          type="button"
          className="button"
          aria-keyshortcuts="ArrowRight"
          aria-disabled={scenes && scenes.at === scenes.of}
          onClick={keys.next}
        >
          Next →
        </button>
      </footer>
      <div className={styles.bar}>
        <p className={styles.help}>
          <kbd>Space</kbd> trains and pauses · <kbd>←</kbd> <kbd>→</kbd> {scenes ? "scenes" : "figures"}
          {scenes && views > 1 && (
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
        <button type="button" className={styles.small} aria-keyshortcuts="Escape" onClick={leave}>
          Leave <kbd>Esc</kbd>
        </button>
      </div>
    </main>
  );
}
