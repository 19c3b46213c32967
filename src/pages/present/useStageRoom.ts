import { useLayoutEffect, useState } from "react";
import { useHeight, useTextSize } from "./useScreen.ts";

/** Lines of text around a plot: its title and its axis. */
const AROUND = 3.4;
const GAP = 8;
/** Of a plot, in pixels. */
const LEAST = 60;
/** On a screen narrower than this, in letters, the page is as long as it takes, and plots take this share of the screen. */
const NARROW = 38;
const SHARE = 0.36;

/** The room of the figures on the stage. @param shown another number is another set of figures. */
export function useStageRoom(figures: number, shown: number) {
  const text = useTextSize();
  const [frame, height] = useHeight<HTMLDivElement>();
  const [over, setOver] = useState({ of: "", pixels: 0 });
  const narrow = innerWidth < NARROW * text;
  const fit = `${shown} ${text} ${height}`;
  const less = over.of === fit ? over.pixels : 0;
  const room = narrow ? SHARE * innerHeight : height - GAP * (figures - 1) - AROUND * text * figures - less;
  const each = Math.max(LEAST, Math.floor(room / figures));
  // A title of two lines takes from its plot.
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box || narrow || each === LEAST) return;
    const taken = Array.from(box.children).reduce((sum, { clientHeight }) => sum + clientHeight + GAP, -GAP);
    if (taken > height) setOver({ of: fit, pixels: less + taken - height });
  });
  /** Of each plot, in pixels; 0 before it is known. */
  const known = height > 0 || narrow ? each : 0;
  return { frame, text, each: known };
}
