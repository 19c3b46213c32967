import { useEffect, useRef } from "react";

/** What the keys of a presentation do. */
interface PresentKeys {
  train(): void;
  next(): void;
  back(): void;
  /** Other figures of the same scene, `by` further. */
  turn(by: 1 | -1): void;
  full(): void;
  leave(): void;
}

/** The page keys are those that a presenter's remote control sends. */
const KEYS: Readonly<Record<string, (keys: PresentKeys) => void>> = {
  " ": ({ train }) => train(),
  ArrowRight: ({ next }) => next(),
  PageDown: ({ next }) => next(),
  ArrowLeft: ({ back }) => back(),
  PageUp: ({ back }) => back(),
  ArrowDown: ({ turn }) => turn(1),
  ArrowUp: ({ turn }) => turn(-1),
  f: ({ full }) => full(),
  F: ({ full }) => full(),
  Escape: ({ leave }) => leave(),
};

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

/** Hears the keys of a presentation wherever the focus is, except in a field. Space presses a button that Tab led to, as everywhere. */
export function usePresentKeys(keys: PresentKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let tabbed = false;
    const isPress = (event: KeyboardEvent) =>
      event.key === " " && tabbed && event.target instanceof Element && event.target.closest("button, a") !== null;
    const down = (event: KeyboardEvent) => {
      if (event.key === "Tab") tabbed = true;
      const act = KEYS[event.key];
      const other = event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || isPress(event);
      if (!act || other || event.defaultPrevented) return;
      event.preventDefault();
      if (!event.repeat) act(latest.current);
    };
    // A button that has the focus since it was clicked is not pressed by the key that trains.
    const up = (event: KeyboardEvent) => {
      if (event.key === " " && !isField(event.target) && !isPress(event)) event.preventDefault();
    };
    const point = () => {
      tabbed = false;
    };
    addEventListener("keydown", down);
    addEventListener("keyup", up);
    addEventListener("pointerdown", point);
    return () => {
      removeEventListener("keydown", down);
      removeEventListener("keyup", up);
      removeEventListener("pointerdown", point);
    };
  }, []);
}
