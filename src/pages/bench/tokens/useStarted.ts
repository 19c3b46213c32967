import { useEffect, useState } from "react";
import { isUntouched } from "../../../app/shownRun.ts";
import { useRuns } from "../../shared/labContext.ts";

/** True once somebody has touched the page or a run is ready: what comes then is not in the way of the first picture. */
export function useStarted(): boolean {
  const begun = useRuns(({ run }) => run?.state.phase === "ready" || !isUntouched(run));
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    const touch = () => setTouched(true);
    const kinds = ["pointerdown", "keydown"] as const;
    for (const kind of kinds) addEventListener(kind, touch, { once: true, capture: true });
    return () => {
      for (const kind of kinds) removeEventListener(kind, touch, { capture: true });
    };
  }, []);
  return begun || touched;
}
