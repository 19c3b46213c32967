import { useEffect, useMemo, useState } from "react";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { DraftStore } from "../../../app/draftStore.ts";
import { type StepCursor, useStepCursor } from "../../../charts/interaction/stepCursor.ts";
import type { AxisUnit, Span } from "../../../charts/scales/xScale.ts";
import { totalSteps } from "../../../lab/experiment/phases.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";

/** How all charts are looked at, beyond what a link keeps. */
interface Look {
  /** The step that is pointed at. */
  readonly pointed: number | undefined;
  readonly unit: AxisUnit;
  /** The part of the run in view; all of it without. */
  readonly zoom: Span | undefined;
  /** Values far from the others may be out of view. */
  readonly cut: boolean;
  /** Charts that the reader has put in front, the last one first. */
  readonly leading: readonly Panel[];
}

/** The step cursor and the view that every chart and the tokens share. */
export interface Cursor {
  readonly look: StoreApi<Look>;
  readonly step: StepCursor;
  /** Points at a step for as long as the pointer is there. */
  set(step: number | undefined): void;
  /** Keeps the cursor at a step, in the link too; without a step lets it go. */
  pin(step: number | undefined): void;
  zoom(span: Span | undefined): void;
  /** Puts a chart in front; the last `most` that were put there stay. */
  lead(panel: Panel, most: number): void;
  /** Smoothing in [0, 0.99], kept in the link. */
  smooth(weight: number): void;
}

export function useCursor(): Cursor {
  const lab = useLab();
  const [look] = useState(() =>
    createStore<Look>(() => ({ pointed: undefined, unit: "step", zoom: undefined, cut: false, leading: [] })),
  );
  // Another length is another picture.
  const steps = useDraft(({ config }) => totalSteps(config));
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever was zoomed in on before
  useEffect(() => look.setState({ zoom: undefined }), [steps, look]);
  return useMemo(
    () => ({
      look,
      step: stepOf(look, lab.draft),
      set(step) {
        if (look.getState().pointed !== step) look.setState({ pointed: step });
      },
      pin(step) {
        lab.draft.setState(({ view: { cursor: _, ...view } }) => ({
          view: step === undefined ? view : { ...view, cursor: step },
        }));
      },
      zoom: (zoom) => look.setState({ zoom }),
      lead: (panel, most) =>
        look.setState(({ leading }) => ({
          leading: [panel, ...leading.filter((one) => one !== panel)].slice(0, most),
        })),
      smooth: (smooth) => lab.draft.setState(({ view }) => ({ view: { ...view, smooth } })),
    }),
    [look, lab],
  );
}

/** The step that readouts speak of: the one that is pointed at, else the pinned one, else none, which is the newest. */
export function useCursorStep({ step }: Cursor): number | undefined {
  return useStepCursor(step);
}

function stepOf(look: StoreApi<Look>, draft: DraftStore): StepCursor {
  const pinned = () => draft.getState().view.cursor;
  return {
    at: () => look.getState().pointed ?? pinned(),
    pinned,
    subscribe(tell) {
      const leave = [look.subscribe(tell), draft.subscribe(tell)];
      return () => {
        for (const go of leave) go();
      };
    },
  };
}
