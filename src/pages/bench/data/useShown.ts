import { type RefObject, useEffect, useRef } from "react";

/** An element that comes into sight once `shown` holds: what was dropped anywhere is read somewhere. */
export function useShown(shown: boolean): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown) element.current?.scrollIntoView?.({ block: "nearest" });
  }, [shown]);
  return element;
}
