/** In characters, as typed. */
export const NOTE_LIMIT = 600;

/** A note as it is kept: no control characters but line ends, at most `limit` characters. */
export function plainText(text: string, limit = NOTE_LIMIT): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const clean = text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f\u007f]|\p{Cf}|\p{Cs}/gu, "");
  return [...clean].slice(0, limit).join("").trim();
}
