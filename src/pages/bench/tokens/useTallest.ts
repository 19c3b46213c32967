import { type RefObject, useLayoutEffect, useRef } from "react";

/** Keeps a box as tall as it has been at its present width: what is in it differs from step to step, and nothing may jump. */
export function useTallest<E extends HTMLElement = HTMLDivElement>(content: unknown): RefObject<E | null> {
  const box = useRef<E>(null);
  const tallest = useRef({ width: 0, height: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured whenever the content is another
  useLayoutEffect(() => {
    const { style, clientWidth: width } = box.current!;
    if (width !== tallest.current.width) {
      tallest.current = { width, height: 0 };
      style.removeProperty("min-height");
    }
    const height = box.current!.offsetHeight;
    if (height <= tallest.current.height) return;
    tallest.current.height = height;
    style.minHeight = `${height}px`;
  }, [content]);
  return box;
}
