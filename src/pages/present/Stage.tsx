import { type ReactNode, useEffect, useRef, useState } from "react";
import { leaveHash, scenesOf } from "../../app/scenes.ts";
import { Notices } from "../bench/run/Notices.tsx";
import { useDraft, useLab } from "../shared/labContext.ts";
import styles from "./Present.module.css";
import { StageBar } from "./StageBar.tsx";
import { StageHelp } from "./StageHelp.tsx";
import { useFullScreen } from "./useFullScreen.ts";
import { usePresentKeys } from "./usePresentKeys.ts";
import { useStageRoom } from "./useStageRoom.ts";

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

/** One scene over the whole screen: title, figures, what trains it, and where one is; all of it by keys too. */
export function Stage({ title, lead, figures, foot, train, progress }: StageProps) {
  const lab = useLab();
  const main = useRef<HTMLElement>(null);
  const [turned, setTurned] = useState(0);
  const view = useDraft((draft) => draft.view);
  const scenes = scenesOf({ view });
  const screen = useFullScreen();
  const views = figures.length;
  const shown = turned % views;
  const now = figures[shown] ?? [];
  const { frame, text, each } = useStageRoom(now.length, shown);
  const turn = (by: number) => setTurned((shown + by + views) % views);
  const go = (by: 1 | -1) => {
    if (!scenes) turn(by);
    else if (scenes.at + by >= 1 && scenes.at + by <= scenes.of) location.hash = scenes.hashOf(scenes.at + by);
  };
  const leave = () => {
    screen.leave();
    location.hash = leaveHash(lab.draft.getState());
  };
  usePresentKeys({ train: train.press, next: () => go(1), back: () => go(-1), turn, full: screen.toggle, leave });
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  useTitle(title);
  const others = scenes !== undefined && views > 1;
  return (
    <main ref={main} id="bench" className={styles.present} tabIndex={-1} style={{ "--text": `${text}px` } as object}>
      <h1 className={styles.title}>{title}</h1>
      {lead !== "" && <p className={styles.lead}>{lead}</p>}
      <Notices />
      <div ref={frame} className={styles.figures}>
        {each > 0 &&
          now.map((draw, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a figure is its place on the stage
            <div key={`${shown} ${index}`}>{draw({ height: each, text })}</div>
          ))}
      </div>
      {foot}
      <StageBar
        {...{ train, progress, go }}
        at={scenes ?? { at: shown + 1, of: views }}
        what={scenes ? "Scene" : "Figures"}
        round={!scenes}
        onTurn={others ? () => turn(1) : undefined}
      />
      <StageHelp scenes={scenes !== undefined} figures={others} screen={screen} onLeave={leave} />
    </main>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Policy Lab`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
