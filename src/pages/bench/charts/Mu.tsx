import { useMemo, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { MuChart, type MuDrawing } from "../../../charts/MuChart.tsx";
import { configAt } from "../../../lab/experiment/config.ts";
import { muText } from "../../../lab/objectives/terms/mix.ts";
import { useDraft, useLab, usePaced, useRuns, useStale } from "../../shared/labContext.ts";
import { hasMu, plannedMu } from "../../shared/plannedMu.ts";
import { useView } from "../links/useView.ts";
import type { Cursor } from "./chartDesk.ts";
import { drawMu, MU_DRAWN, muIfDrawn, muPlanOf, muShape, muTarget } from "./muEdit.ts";
import { useChart, useSubject } from "./useChart.ts";

/** µ as it was and as it will be, to be drawn by hand. */
export function Mu({ cursor }: { readonly cursor: Cursor }) {
  const chart = useChart(cursor);
  const applies = hasMu(useSubject());
  const { ahead, drawing } = useDrawing();
  return <MuChart {...chart} applies={applies} ahead={ahead} drawing={drawing} />;
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
  const [before, setBefore] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: all that decides what a drawing changes; its step is read below
  const target = useMemo(
    () => muTarget(lab.run.getState().run, lab),
    [lab, draft, config, awaited, phase, stale, step === 0],
  );
  const ahead = useMemo(() => plannedMu(target.config), [target]);
  // A hand draws the µ of the first phase.
  const shape = useMemo(() => (MU_DRAWN in target.config.params ? muShape(target) : undefined), [target]);
  const steps = target.config.optimizer.steps;
  const from = target.live ? step + 1 : 1;
  if (!shape || from > steps || locked(MU_DRAWN) || locked("settings")) return { ahead, drawing: undefined };

  const now = () => ({ ...target, from: target.live ? stepNow() + 1 : 1 });
  const text = String(configAt(target.config, from).params[MU_DRAWN] ?? "");
  const draw = (next: string) => {
    setBefore(text);
    drawMu(lab, now(), next);
  };
  const drawing: MuDrawing = {
    ...shape,
    from,
    steps,
    muAt: muPlanOf(target),
    planned: (corners) => muIfDrawn(now(), corners),
    onDraw: (corners) => draw(muText(corners)),
    onReset: text === "" && !shape.drawn ? undefined : () => draw(""),
    onUndo: before === undefined || before === text ? undefined : () => draw(before),
  };
  return { ahead, drawing };
}
