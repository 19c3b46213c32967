import { useLayoutEffect } from "react";

/**
 * Measures what was drawn in the next frame's own task, before it is painted: a layout that is asked for while a page is being
 * drawn makes one long task of the two.
 * @param drawn what is measured again where one of it is another
 */
export function useInFrame(measure: () => void, drawn: readonly unknown[]): void {
  useLayoutEffect(
    () => {
      const frame = requestAnimationFrame(measure);
      return () => cancelAnimationFrame(frame);
    },
    // biome-ignore lint/correctness/useExhaustiveDependencies: the same drawing needs no other measure
    drawn,
  );
}
