import { type RefObject, useEffect, useRef, useState } from "react";

/** The newest value while the element is on the screen, and the last one seen there while it is not. */
export function useWhileOnScreen<T>(element: RefObject<HTMLElement | null>, value: T): T {
  const [visible, setVisible] = useState(true);
  const last = useRef(value);
  if (visible) last.current = value;
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setVisible(entry!.isIntersecting));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return last.current;
}
