import { useSyncExternalStore } from "react";

function watch(tell: () => void): () => void {
  document.addEventListener("fullscreenchange", tell);
  return () => document.removeEventListener("fullscreenchange", tell);
}

const isOn = () => document.fullscreenElement !== null && document.fullscreenElement !== undefined;

/** The page over the whole screen, where the browser allows it. */
export function useFullScreen() {
  const on = useSyncExternalStore(watch, isOn);
  // A browser that refuses leaves the page as it is, which is seen.
  const leave = () => void (isOn() && document.exitFullscreen().catch(() => {}));
  const enter = () => void document.documentElement.requestFullscreen().catch(() => {});
  const can = document.fullscreenEnabled === true;
  return { can, on, leave, toggle: () => can && (isOn() ? leave() : enter()) };
}
