import { type RefObject, useRef } from "react";
import { useInFrame } from "../../shared/useInFrame.ts";

/** Keeps a box as tall as it has been at its present width: what is in it differs from step to step, and nothing may jump. */
export function useLargestHeight<E extends HTMLElement = HTMLDivElement>(content: unknown): RefObject<E | null> {
  const box = useRef<E>(null);
  const largest = useRef({ width: 0, height: 0 });
  useInFrame(() => {
    const { style, clientWidth: width } = box.current!;
    if (width !== largest.current.width) {
      largest.current = { width, height: 0 };
      style.removeProperty("min-height");
    }
    const height = box.current!.offsetHeight;
    if (height <= largest.current.height) return;
    largest.current.height = height;
    style.minHeight = `${height}px`;
  }, [content]);
  return box;
}
