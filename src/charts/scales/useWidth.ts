import { type RefObject, useEffect, useRef, useState } from "react";

/** What the elements of a kind were last as wide as. */
const last = new Map<string, number>();

/**
 * The width of an element in whole pixels, 0 before it is known.
 * @param kind until its width is known the element is taken to be as wide as the last one of its kind was
 */
export function useWidth<E extends HTMLElement>(kind = ""): readonly [RefObject<E | null>, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(last.get(kind) ?? 0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const now = Math.floor(entry!.contentRect.width);
      // What is not shown has no width.
      if (kind !== "" && now > 0) last.set(kind, now);
      setWidth(now);
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [kind]);
  return [element, width];
}
