import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";

/** Letters on a projector of 1024 × 768, in pixels; larger screens have larger ones, a phone smaller ones. */
const TEXT = 24;
const LEAST = 16;
const MOST = 44;

function textNow(): number {
  const { innerWidth, innerHeight } = window;
  const wanted = Math.round((TEXT * Math.min(innerWidth, (innerHeight * 4) / 3)) / 1021);
  return innerWidth < 700 ? LEAST : Math.min(MOST, Math.max(TEXT, wanted));
}

function watch(tell: () => void): () => void {
  addEventListener("resize", tell);
  return () => removeEventListener("resize", tell);
}

/** The size of letters that can be read from the back row, in pixels. */
export function useTextSize(): number {
  return useSyncExternalStore(watch, textNow);
}

/** The height of an element in whole pixels, 0 before it is known. */
export function useHeight<E extends HTMLElement>(): readonly [RefObject<E | null>, number] {
  const element = useRef<E>(null);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(Math.floor(entry!.contentRect.height)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, height];
}
