import { editDistance } from "../lab/nearestName.ts";
import { quote } from "../lab/schema.ts";
import { InputError } from "./command.ts";

/** What `lab score` reads. */
const READ = ["ids", "attentionMask", "positionIds", "mask", "credit", "entropyCredit"] as const;

/** The same things under the names that other programs give them. */
const ALIASES: Readonly<Record<string, (typeof READ)[number]>> = {
  inputids: "ids",
  tokenids: "ids",
  attnmask: "attentionMask",
  paddingmask: "attentionMask",
  lossmask: "mask",
  completionmask: "mask",
  responsemask: "mask",
  labelmask: "mask",
};

/** What would change the answer and cannot be asked for. */
const NOT_READ: Readonly<Record<string, string>> = {
  temperature: "logits are those of temperature 1",
  inputsembeds: "tokens are given as ids",
  tokentypeids: "a Llama has no types of tokens",
  pastkeyvalues: "a row is read from its beginning",
  labels: "every next token is scored, and mask says which count",
};

/** More than any program writes beside a batch, few enough to compare each with those that are read. */
const MOST_KEYS = 1000;

/**
 * Refuses a key that looks like one that is read, since without it the answer would be of another question. Keys that look
 * like none are another program's business.
 * @throws {InputError} with the right name
 */
export function checkScoreKeys(keys: Readonly<Record<string, unknown>>): void {
  const all = Object.keys(keys);
  if (all.length > MOST_KEYS)
    throw new InputError(`a batch must have at most ${MOST_KEYS} keys, got ${all.length}, ${quote(all[0])} first.`);
  for (const key of all) {
    if (READ.some((known) => known === key)) continue;
    const plain = key.toLowerCase().replace(/[^a-z0-9]/g, "");
    const meant = READ.find((known) => looksLike(plain, known.toLowerCase())) ?? aliasOf(plain);
    if (meant) throw new InputError(`a batch must name its keys as lab score does: write ${meant}, got ${key}.`);
    const why = Object.hasOwn(NOT_READ, plain) ? NOT_READ[plain] : undefined;
    if (why) throw new InputError(`a batch must leave out ${key}, as ${why}.`);
  }
}

function aliasOf(plain: string): (typeof READ)[number] | undefined {
  return Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : undefined;
}

/** Equal but for case, underscores and a final s; in a long name up to two more letters may be wrong. */
function looksLike(key: string, known: string): boolean {
  const singular = (name: string) => name.replace(/s$/, "");
  if (singular(key) === singular(known)) return true;
  return known.length > 6 && editDistance(key.slice(0, 40), known) <= 2;
}
