import { useMemo, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { MuChart, type MuDrawing } from "../../../charts/MuChart.tsx";
import { phaseAt } from "../../../lab/experiment/config.ts";
import { useDraft, useLab, usePaced, useRuns, useStale } from "../../shared/labContext.ts";
import { hasMu, plannedMu } from "../../shared/plannedMu.ts";
import { useView } from "../links/useView.ts";
import {
  drawMu,
  drawnText,
  MU_DRAWN,
  type MuTarget,
  muIfDrawn,
  muPlanOf,
  muShape,
  muTargets,
  setMu,
} from "./muEdit.ts";
import type { PlacedProps } from "./useChart.ts";
import { useChart, useSubject } from "./useChart.ts";

/** µ as it was and as it will be, to be drawn by hand. */
export function Mu(placed: PlacedProps) {
  const chart = useChart(placed);
  const applies = hasMu(useSubject());
  const { ahead, drawings } = useDrawing();
  return <MuChart {...chart} applies={applies} ahead={ahead} drawings={drawings} />;
}

const NOT_BEGUN = { phase: "ready", step: 0 } as const;

function useDrawing() {
  const lab = useLab();
  const draft = useDraft(({ config }) => config);
  const config = useRuns(({ run }) => run?.config);
  const awaited = useRuns(({ run }) => run?.awaited[MU_DRAWN]);
  const phase = useRuns(({ run }) => run?.state.phase);
  const stepNow = () => stepOf(lab.run.getState().run?.state ?? NOT_BEGUN);
  // In turn with the line: the handles need not move with every step of a fast run. At rest nobody takes hold of a past one.
  const paced = usePaced(stepNow);
  const atRest = useRuns(({ run }) => (run && run.state.phase !== "training" ? stepOf(run.state) : undefined));
  const step = atRest ?? paced;
  const stale = useStale();
  const { locked } = useView();
  const [undo, setUndo] = useState<{ readonly phase: number; readonly text: string }>();
  const underWay = config && step > 0 ? phaseAt(config, step + 1).number : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: all that decides what a drawing changes; its step is read below
  const targets = useMemo(
    () => muTargets(lab.run.getState().run, lab),
    [lab, draft, config, awaited, phase, stale, underWay],
  );
  const shapes = useMemo(() => targets.map(muShape), [targets]);
  const ahead = useMemo(() => plannedMu(targets[0]?.config ?? config ?? draft), [targets, config, draft]);
  if (locked(MU_DRAWN) || locked("settings")) return { ahead, drawings: [] };

  const drawings = targets.flatMap((target, index): MuDrawing[] => {
    const shape = shapes[index]!;
    const from = target.live ? Math.max(target.from, step + 1) : target.from;
    if (from > target.to) return [];
    const now = () => ({ ...target, from: target.live ? Math.max(target.from, stepNow() + 1) : target.from });
    const text = drawnText({ ...target, from });
    const draw = (make: (at: MuTarget) => void) => {
      setUndo({ phase: target.phase, text });
      make(now());
    };
    const before = undo?.phase === target.phase ? undo.text : undefined;
    return [
      {
        ...shape,
        from,
        steps: target.to,
        muAt: muPlanOf(target),
        planned: (corners) => muIfDrawn(now(), corners),
        onDraw: (corners) => draw((at) => drawMu(lab, at, corners)),
        onReset: text === "" && !shape.drawn ? undefined : () => draw((at) => setMu(lab, at, "")),
        onUndo: before === undefined || before === text ? undefined : () => draw((at) => setMu(lab, at, before)),
      },
    ];
  });
  return { ahead, drawings };
}
