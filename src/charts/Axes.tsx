import { type ComponentType, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { TakeTurn } from "./chartProps.ts";
import type { FrameProps } from "./Frame.tsx";
import { sameBox } from "./marks/samePicture.ts";
import { PlainFrame } from "./PlainFrame.tsx";
import type { PlotBox } from "./scales/plotArea.ts";

// Recharts is half of the page's weight, and nobody needs it before the page is touched.
let recharts: ComponentType<FrameProps> | undefined;
const waiting = new Set<() => void>();
/** It was asked for and could not be loaded. */
let missed = false;

/** Fetches recharts, which draws the axes of charts at rest from then on. @throws {Error} where it cannot be loaded */
export async function prepareAxes(): Promise<void> {
  missed = false;
  try {
    recharts = (await import("./Frame.tsx")).Frame;
  } catch (error) {
    missed = true;
    throw error;
  }
  for (const tell of waiting) tell();
}

function watchLoading(tell: () => void): () => void {
  waiting.add(tell);
  return () => waiting.delete(tell);
}

interface AxesProps extends FrameProps {
  readonly rest: TakeTurn | undefined;
}

/**
 * The axes of a chart: plain ones at once wherever they change, since recharts takes ten times as long to draw the same, and all
 * charts of a page change together. Each has recharts' in its own turn once it has come to rest.
 */
export function Axes({ rest, numberText, ...box }: AxesProps) {
  const Frame = useSyncExternalStore(watchLoading, () => recharts);
  const [drawn, setDrawn] = useState<PlotBox>();
  const latest = useRef<PlotBox>(box);
  latest.current = box;
  const atRest = rest !== undefined && drawn !== undefined && sameBox(drawn, box);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was drawn may have changed again before it was shown
  useEffect(() => {
    if (!rest) setDrawn(undefined);
    else if (Frame && !atRest) return rest(() => setDrawn(latest.current));
    // Once each time that charts come to rest; the plain axes stay where it fails again.
    else if (missed) prepareAxes().catch(() => {});
  }, [Frame, rest, atRest, drawn]);
  return (
    <>
      {!(Frame && atRest) && <PlainFrame {...box} numberText={numberText} />}
      {/* Out of sight rather than gone where something else is shown: to take it down costs half of what putting it up does. */}
      {Frame && rest && drawn && (
        <div hidden={!atRest}>
          <Frame {...drawn} numberText={numberText} />
        </div>
      )}
    </>
  );
}
