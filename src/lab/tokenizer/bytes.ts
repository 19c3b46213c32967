/** The bytes by the characters that byte-level vocabularies write them with: printable ones stand for themselves, the others from U+0100 on. */
export const BYTES: ReadonlyMap<string, number> = new Map(
  (() => {
    const entries: [string, number][] = [];
    for (let byte = 0, next = 256; byte < 256; byte++) {
      const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
      entries.push([String.fromCharCode(printable ? byte : next++), byte]);
    }
    return entries;
  })(),
);
