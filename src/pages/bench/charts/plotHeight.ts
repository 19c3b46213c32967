import { useSyncExternalStore } from "react";

/** How high a plot is, in pixels: what leaves room for six of them below the tokens, and more where there is more. */
const HEIGHTS = [
  { query: "(max-width: 900px)", height: 130 },
  { query: "(min-height: 1300px)", height: 190 },
  { query: "(min-height: 1000px)", height: 136 },
] as const;
const LOW = 84;

function watch(tell: () => void): () => void {
  const queries = HEIGHTS.map(({ query }) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", tell);
  return () => {
    for (const query of queries) query.removeEventListener("change", tell);
  };
}

const heightNow = () => HEIGHTS.find(({ query }) => matchMedia(query).matches)?.height ?? LOW;

export function usePlotHeight(): number {
  return useSyncExternalStore(watch, heightNow);
}
