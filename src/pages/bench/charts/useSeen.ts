import { createContext, type RefObject, useContext, useEffect, useRef, useState } from "react";

/** Whether a chart is in view: one that is not keeps still. */
export const Seen = createContext(true);
export const useSeen = () => useContext(Seen);

/** Whether an element is on the screen or near it; taken for true until the browser says otherwise. */
export function useOnScreen<E extends HTMLElement>(): readonly [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting), {
      rootMargin: "120px",
    });
    watch.observe(element.current!);
    return () => watch.disconnect();
  }, []);
  return [element, seen];
}
