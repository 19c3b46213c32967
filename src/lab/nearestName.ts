/** Names longer than this are not compared: a link or a file of a stranger must not keep a page busy. */
const LONGEST = 60;

/**
 * The known name that a mistyped one was probably meant to be: at most one letter, and at most a third of them in a longer name, is
 * another one, missing, too many or in its neighbour's place. Undefined where none is as near, for a name of one letter and for
 * one of more than {@link LONGEST}.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length < 2 || name.length > LONGEST) return undefined;
  const bound = Math.max(1, Math.floor(name.length / 3));
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > bound) continue;
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= bound && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** The edit distance in which two neighbours in each other's place are one edit (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = Math.min(next[j - 1]! + 1, last[j]! + 1, replaced);
      next.push(swapped ? Math.min(edits, before[j - 2]! + 1) : edits);
    }
    [before, last] = [last, next];
  }
  return last[b.length]!;
}
