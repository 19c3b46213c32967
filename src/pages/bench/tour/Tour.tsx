import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { TOUR, type TourStep } from "./steps.ts";
import styles from "./Tour.module.css";
import { markDone } from "./tourMemory.ts";

export interface TourProps {
  onClose(): void;
}

/** Eight short stops. The page stays usable all the while: nothing is covered but a corner, nothing is locked. */
export default function Tour({ onClose }: TourProps) {
  const id = useId();
  const [at, setAt] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const { title, text, of } = TOUR[at]!;
  const last = at === TOUR.length - 1;

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    const target = find(of);
    target?.setAttribute("data-tour", "");
    target?.scrollIntoView?.({ block: "nearest" });
    return () => target?.removeAttribute("data-tour");
  }, [of]);

  function close(): void {
    markDone();
    onClose();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowRight" && !last) setAt(at + 1);
    else if (event.key === "ArrowLeft" && at > 0) setAt(at - 1);
    else return;
    event.preventDefault();
  }

  return (
    <div
      role="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      className={styles.tour}
      onKeyDown={onKeyDown}
    >
      <p className="caption">
        {at + 1} of {TOUR.length}
      </p>
      <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p id={`${id}-text`}>{text}</p>
      <div className={styles.row}>
        <button type="button" className="quiet" onClick={close}>
          {last ? "Close the tour" : "Skip the tour"}
        </button>
        <span>
          <button type="button" className="button" aria-disabled={at === 0} onClick={() => at > 0 && setAt(at - 1)}>
            Back
          </button>{" "}
          <button type="button" className="button" onClick={() => (last ? close() : setAt(at + 1))}>
            {last ? "Done" : "Next"}
          </button>
        </span>
      </div>
    </div>
  );
}

/** The element a stop speaks of, found as a screen reader would name it; none where the link hides it. */
function find({ figure, label }: TourStep["of"]): Element | undefined {
  if (label !== undefined) return document.querySelector(`[aria-label="${label}"]`) ?? undefined;
  for (const element of document.querySelectorAll("figure[aria-labelledby]")) {
    const name = document.getElementById(element.getAttribute("aria-labelledby")!)?.textContent;
    if (name === figure) return element;
  }
  return undefined;
}
