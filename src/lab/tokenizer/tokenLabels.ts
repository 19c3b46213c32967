import { BYTES } from "./bytes.ts";

/** Tokens of a vocabulary as they are shown. */
interface TokenLabels {
  label(id: number): string;
  idOf(label: string): number | undefined;
}

const VISIBLE: Readonly<Record<string, string>> = { " ": "␣", "\n": "⏎", "\r": "␍", "\t": "⇥", "▁": "␣" };

/**
 * A label for every id, no two alike: spaces and line ends visible, the bytes of a byte-level vocabulary as their text, or in
 * hexadecimal where they are only a part of a character. What several ids would share has its id behind it.
 */
export function tokenLabels(pieces: ReadonlyMap<number, string>, byteLevel: boolean, special: ReadonlySet<number>) {
  const labels = new Map<number, string>();
  const ids = new Map<string, number>();
  for (const [id, piece] of [...pieces].sort(([a], [b]) => a - b)) {
    const shown = special.has(id) ? piece : visible(byteLevel ? bytesAsText(piece) : piece);
    const label = ids.has(shown) || shown === "" ? numbered(shown, id) : shown;
    labels.set(id, label);
    ids.set(label, id);
  }
  const made: TokenLabels = {
    label: (id) => labels.get(id) ?? numbered("", id),
    idOf: (label) => ids.get(label) ?? numberIn(label),
  };
  return made;
}

/** The text of labels, without those of special tokens: as near as labels tell it. */
export function plainText(labels: readonly string[]): string {
  const text = labels.filter((label) => !/^<[^ ]+>$/.test(label)).join("");
  return text.replaceAll("␣", " ").replaceAll("⏎", "\n").replaceAll("⇥", "\t");
}

const numbered = (text: string, id: number) => `${text}⟨${id}⟩`;

function numberIn(label: string): number | undefined {
  const digits = /^⟨(\d{1,9})⟩$/.exec(label)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function visible(text: string): string {
  return text.replace(/[ \n\r\t▁]/g, (character) => VISIBLE[character]!);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bytesAsText(piece: string): string {
  const bytes = [...piece].map((character) => BYTES.get(character));
  if (bytes.some((byte) => byte === undefined)) return piece;
  const whole = Uint8Array.from(bytes as number[]);
  try {
    return decoder.decode(whole);
  } catch {
    return `<${Array.from(whole, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}>`;
  }
}
