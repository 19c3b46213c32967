/** In characters, as typed. */
export const NOTE_LIMIT = 600;

/** A note as it is kept: no control characters but line ends, at most `limit` characters. */
export function plainText(text: string, limit = NOTE_LIMIT): string {
  const clean = text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n]|\p{Cf}|\p{Cs}/gu, "");
  return [...clean].slice(0, limit).join("").trim();
}
