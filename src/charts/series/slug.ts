/** `Pair yield` as `pair-yield`. */
export function slug(title: string): string {
  const latin = title.toLowerCase().replaceAll("µ", "mu").replaceAll("φ", "phi").replaceAll("γ", "gamma");
  return latin.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
