import { useShallow } from "zustand/react/shallow";
import { isHidden, isLocked, type Panel, type View } from "../../../lab/link/view.ts";
import { useDraft } from "../../shared/labContext.ts";

/** A view without what a hand moves while it looks: the same one meanwhile. */
type Frame = Omit<View, "cursor" | "smooth">;

interface Shown {
  readonly view: Frame;
  /** A setting or a part of the page that the link does not show. */
  hidden(name: string): boolean;
  /** One that it shows and does not let anybody change. */
  locked(name: string): boolean;
  /** Whether the link shows a panel: all of them unless it names some. */
  panel(name: Panel): boolean;
}

/** How the link asks to show the experiment. */
export function useView(): Shown {
  const view = useDraft(useShallow(({ view: { cursor: _, smooth: __, ...frame } }): Frame => frame));
  return {
    view,
    hidden: (name) => isHidden(view, name),
    locked: (name) => isLocked(view, name),
    panel: (name) => view.charts.length === 0 || view.charts.includes(name),
  };
}
