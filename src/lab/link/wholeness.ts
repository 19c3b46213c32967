/** The key of a link's check. It is the last one of every link that is whole. */
export const CHECK_KEY = "ok";

export type Entry = readonly [key: string, value: string];

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The check of a link's entries: 12 bits of a 32-bit FNV-1a hash, mixed by MurmurHash3's finalizer, as two base64url characters.
 * It is taken of the entries as they are read, so that another percent-encoding of the same link has the same check.
 */
function checkOf(entries: readonly Entry[]): string {
  let hash = 0x811c9dc5;
  for (const [key, value] of entries) {
    if (key === CHECK_KEY) continue;
    for (const text of [key, "=", value, "&"])
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return DIGITS[(hash >>> 6) & 63]! + DIGITS[hash & 63]!;
}

/** In characters: what {@link sealed} adds to a link. */
export const CHECK_LENGTH = CHECK_KEY.length + 4;

/** A hash with its check behind it: `#v=2&preset=grpo-parity&seed=1` becomes `#v=2&preset=grpo-parity&seed=1&ok=…`. */
export function sealed(hash: string): string {
  return `${hash}&${CHECK_KEY}=${checkOf([...new URLSearchParams(hash.replace(/^#/, ""))])}`;
}

interface Wholeness {
  /** The entries that are surely as they were written. */
  readonly entries: readonly Entry[];
  /** One sentence where the link is not whole. */
  readonly problem?: string;
}

/**
 * The entries of a link of version 2 or later that can be relied on. Without the check at its end a link was cut, and its last
 * entry may be a part of what it was; with another check than its own something in it was changed. `closed`: an `&` follows the last entry.
 */
export function wholenessOf(entries: readonly Entry[], closed: boolean): Wholeness {
  const last = entries.at(-1);
  const body = entries.filter(([key]) => key !== CHECK_KEY);
  if (last?.[0] === CHECK_KEY && /^[\w-]{2}$/.test(last[1])) {
    if (checkOf(entries) === last[1]) return { entries: body };
    return {
      entries: body,
      problem: "The link was changed or has lost a part: its check (ok) is not the one of what stands before it.",
    };
  }
  if (last?.[0] === CHECK_KEY)
    return { entries: body, problem: "The link was cut in its check (ok): what stands before it is complete." };
  if (closed || !last)
    return { entries: body, problem: "The link was cut: its check (ok) and all that stood before it are missing." };
  return {
    entries: body.slice(0, -1),
    problem: `The link was cut at ${shown(last)}: this part and all that stood behind it, its check (ok) at least, are missing.`,
  };
}

function shown([key, value]: Entry): string {
  const text = value === "" ? key : `${key}=${value}`;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
