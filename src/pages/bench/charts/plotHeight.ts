import { useSyncExternalStore } from "react";

/** How high a plot is, in pixels: of a chart that leads, and of the others, which are small until they are asked for. */
const HEIGHTS = [
  { query: "(max-width: 900px)", leading: 170, other: 110 },
  { query: "(min-height: 1300px)", leading: 320, other: 160 },
  { query: "(min-height: 1000px)", leading: 240, other: 120 },
  { query: "(max-height: 600px)", leading: 130, other: 84 },
] as const;
const USUAL = { leading: 184, other: 92 } as const;

/** Made once: every chart asks with every drawing, and what a query is made of has to be read first. */
const queries = HEIGHTS.map(({ query }) => matchMedia(query));

function watch(tell: () => void): () => void {
  for (const query of queries) query.addEventListener("change", tell);
  return () => {
    for (const query of queries) query.removeEventListener("change", tell);
  };
}

const heightNow = () => HEIGHTS[queries.findIndex(({ matches }) => matches)] ?? USUAL;

export function usePlotHeight(leads: boolean): number {
  const heights = useSyncExternalStore(watch, heightNow);
  return leads ? heights.leading : heights.other;
}
