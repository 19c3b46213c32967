import { type Issue, quote } from "../schema.ts";
import type { Entry } from "./wholeness.ts";

/** A link's text as programs and hands left it, read in the one way it can be read. */
interface Repaired {
  readonly entries: readonly Entry[];
  /** An `&` follows the last entry: that entry is complete. */
  readonly closed: boolean;
  /** What was mended, one phrase each. */
  readonly repairs: readonly string[];
  /** Keys that are given several values. */
  readonly issues: readonly (Issue & { readonly stands: string })[];
}

/** Keys that programs which pass links on add to them. */
const TRACKING =
  /[?&](?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|igshid|igsh|yclid|ttclid|mc_cid|mc_eid|_hsenc|_hsmi|si)=[^&#?]*/gi;
const LEADING = /^[\s<([{"'`“‘«]+/;
const TRAILING = /(?:[\s)\]}>.,;!?"'`”’»]|%22|%27|%29|%3E|%E2%80%9D|%E2%80%99)+$/i;
/** Line breaks with the blanks around them, soft hyphens and spaces of no width, which mail programs break long lines with. */
const BREAKS = /[ \t]*[\r\n\u2028\u2029]+[ \t]*|[\u00ad\u200b\u2060\ufeff]|%C2%AD|%E2%80%8B|%E2%81%A0|%EF%BB%BF/gi;

/** The entries of a link: of a whole address, of what follows its `#`, or of a link that was pasted with what stood around it. */
export function repaired(text: string): Repaired {
  const repairs: string[] = [];
  let hash = text;
  const mend = (what: string, next: string) => {
    if (next !== hash) repairs.push(what);
    hash = next;
  };
  mend("line breaks and soft hyphens were taken out", hash.replace(BREAKS, ""));
  hash = hash.replace(LEADING, "");
  hash = afterHash(hash, repairs);
  mend("percent signs were read", decoded(hash));
  hash = hash.replace(/^(?:#|%23)+/i, "");
  mend('"&amp;" was read as "&"', hash.replace(/&(?:amp;|#38;|#x26;)+/gi, "&"));
  mend("marks for tracking were left out", hash.replace(TRACKING, ""));
  if (!/(?:^|&)note=[^&]*$/.test(hash)) mend("punctuation at its end was left out", hash.replace(TRAILING, ""));
  const { entries, issues, doubled } = once([...new URLSearchParams(hash)]);
  if (doubled.length > 0) repairs.push(`${list(doubled)} stood there twice`);
  return { entries, closed: hash.endsWith("&"), repairs, issues };
}

/** What follows the `#` of an address; of one without, what follows `%23`, `?` or the last `/`. */
function afterHash(text: string, repairs: string[]): string {
  const at = text.indexOf("#");
  if (at >= 0) return text.slice(at);
  const whole = decoded(text);
  if (whole !== text) {
    repairs.push("percent signs were read");
    return whole.includes("#") ? whole.slice(whole.indexOf("#")) : whole;
  }
  const encoded = /%23(?=v=|preset=|task=|algorithm=)|^[^=]*%23/i.exec(text);
  if (encoded) {
    repairs.push('"%23" was read as "#"');
    return text.slice(encoded.index + encoded[0].length);
  }
  if (!/^https?:/i.test(text)) return text;
  const [, query] = /^[^?]*\?(.*)$/s.exec(text) ?? [];
  const rest = query ?? text.slice(text.lastIndexOf("/") + 1);
  if (!rest.includes("=")) return "";
  repairs.push('the missing "#" was put in');
  return rest;
}

/** A link that was percent-encoded as a whole, once or more often, as it was before; any other text as it is. */
function decoded(text: string): string {
  let now = text;
  for (let round = 0; round < 3 && !now.includes("=") && /%(?:25)*3D/i.test(now); round++) {
    try {
      now = decodeURIComponent(now.replace(/%(?:[\da-f])?$/i, ""));
    } catch {
      return now;
    }
  }
  return now;
}

/** Each key once, changes by hand (`at`) apart: of several values the last one stands, which is said where they differ. */
function once(all: readonly Entry[]): {
  readonly entries: readonly Entry[];
  readonly issues: Repaired["issues"];
  readonly doubled: readonly string[];
} {
  const values = new Map<string, string>();
  const equal = new Set<string>();
  const unequal = new Set<string>();
  for (const [key, value] of all) {
    if (key === "at") continue;
    const before = values.get(key);
    if (before !== undefined) (before === value ? equal : unequal).add(key);
    values.set(key, value);
  }
  if (equal.size + unequal.size === 0) return { entries: all, issues: [], doubled: [] };
  const seen = new Set<string>();
  const entries = all.flatMap(([key, value]): Entry[] => {
    if (key === "at") return [[key, value]];
    if (seen.has(key)) return [];
    seen.add(key);
    return [[key, values.get(key)!]];
  });
  const issues = [...unequal].slice(0, 5).map((key) => ({
    key,
    message: `A link must give ${quote(key)} one value, got several.`,
    stands: `the last one, ${quote(values.get(key))}, was taken`,
  }));
  return { entries, issues, doubled: [...equal].filter((key) => !unequal.has(key)) };
}

function list(keys: readonly string[]): string {
  const named = keys.slice(0, 3).map(quote).join(", ");
  return keys.length > 3 ? `${named} and ${keys.length - 3} more` : named;
}
