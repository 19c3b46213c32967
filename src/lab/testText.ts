import fc from "fast-check";

const codePoints = (max: number) => fc.integer({ min: 0, max }).map((code) => String.fromCodePoint(code));

/**
 * Any character, halves of surrogate pairs too, and often one of ASCII. fast-check's own unit `binary` first tabulates every
 * code point there is: two seconds for each file that uses it (4.10.2).
 */
export const anyCharacter = fc.oneof(codePoints(0x7f), codePoints(0x10ffff));
