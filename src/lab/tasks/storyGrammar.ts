import type { Rng } from "../rng.ts";
import {
  ADJECTIVES,
  ANIMALS,
  BARRIERS,
  COVERS,
  FRIENDS,
  HELPERS,
  HEROES,
  NEW_HEROES,
  PLACES,
  RELATIVES,
  TEMPERS,
  THINGS,
  TIMES,
  WATERS,
} from "./storyWords.ts";

/*
 * Stories as templates. A slot in braces stands for a word: {N} the hero, {T} the thing that the story is about, {he}, {his}, {him}
 * and their capitals agree with the hero, {friend} is anybody else, and every other slot takes any word of its list.
 */

const OPENINGS = [
  "{N} had a {adjective} {T}.",
  "{N} loved {his} {adjective} {T}.",
  "{N} found a {adjective} {T}.",
  "{N} made a {adjective} {T}.",
  "{N} got a {adjective} {T} from {his} {relative}.",
];

const OUTINGS = [
  "One day, {he} took it to the {place}.",
  "{He} took it to the {place} {time}.",
  "{He} showed it to {friend} at the {place}.",
  "{He} played with it near the {place}.",
  "{He} went to the {place} with {friend}.",
];

const EVENTS = [
  "The {T} fell into the {water}.",
  "The wind blew the {T} away.",
  "A {temper} {animal} ran off with the {T}.",
  "The {T} got lost in the {cover}.",
  "{He} lost the {T} behind the {barrier}.",
  "{friend} wanted the {T} too.",
  "Then the {T} broke.",
  "Then it began to rain.",
];

const TURNS = [
  "{He} looked for a long time.",
  "{He} called for help.",
  "{N} did not know what to do.",
  "{friend} saw it all.",
  "It grew late.",
];

const EXCLAMATIONS = ['"Hooray!" said {N}.', '"What a day!" said {N}.', '"Look at that!" said {N}.'];

/** Last sentences by their mood. */
const ENDINGS = {
  cheerful: [
    "But a kind {helper} came, and {N} smiled.",
    "{friend} helped, and they danced for joy.",
    "{He} got it back and was very happy.",
    "{N} and {friend} laughed and sang.",
    "In the end, {N} was glad and proud.",
    "{His} {relative} gave {him} a hug.",
    "{N} made a new one and was merry.",
  ],
  sad: [
    "But nobody came, and {N} cried.",
    "{friend} went home, and {he} was alone.",
    "{He} never saw it again and was very sad.",
    "{N} and {friend} were angry and hurt.",
    "In the end, {N} was tired and lonely.",
    "{His} {relative} scolded {him}.",
    "{N} sat down by the {place} and wept.",
  ],
} as const;

type Mood = keyof typeof ENDINGS;

/** What a story is about, as its beginning tells. */
interface Subject {
  readonly hero: string;
  readonly thing: string;
}

const LISTS: Readonly<Record<string, readonly string[]>> = {
  ...{ adjective: ADJECTIVES, relative: RELATIVES, place: PLACES, time: TIMES, water: WATERS, temper: TEMPERS },
  ...{ animal: ANIMALS, cover: COVERS, barrier: BARRIERS, helper: HELPERS },
};

const PRONOUNS = {
  he: { he: "he", his: "his", him: "him", He: "He", His: "His" },
  she: { he: "she", his: "her", him: "her", He: "She", His: "Her" },
};

const EVERY_HERO: Readonly<Record<string, "he" | "she">> = { ...HEROES, ...NEW_HEROES };

/** The words that a slot can take in a story about this subject. */
function wordsFor(
  slot: string,
  { hero, thing }: Subject,
  pronoun: "he" | "she" = EVERY_HERO[hero] ?? "he",
): readonly string[] {
  if (slot === "N") return [hero];
  if (slot === "T") return [thing];
  if (slot === "friend") return FRIENDS.filter((name) => name !== hero);
  const pronouns: Readonly<Record<string, string>> = PRONOUNS[pronoun];
  return LISTS[slot] ?? [pronouns[slot]!];
}

const SLOT = /\{(\w+)\}/g;

const filled = (template: string, subject: Subject, rng: Rng) =>
  template.replace(SLOT, (_, slot: string) => rng.pick(wordsFor(slot, subject)));

/** The first two sentences of a story about one of these heroes. */
export function beginning(rng: Rng, heroes: Readonly<Record<string, unknown>>): string {
  const subject = { hero: rng.pick(Object.keys(heroes)), thing: rng.pick(THINGS) };
  return `${filled(rng.pick(OPENINGS), subject, rng)} ${filled(rng.pick(OUTINGS), subject, rng)}`;
}

/** How the rest of a story is told. */
interface Telling {
  readonly mood: Mood;
  /** Share of stories with a sentence between what happens and the ending. */
  readonly turns: number;
  /** The hero says something before the end. */
  readonly exclaims?: boolean;
  /** Tells the end about this hero instead: not a story any more. */
  readonly confuses?: string;
}

/** The rest of a story, a space in front: what happens, perhaps a turn, and the ending. */
export function ending(rng: Rng, subject: Subject, { mood, turns, exclaims, confuses }: Telling): string {
  const sentences = [filled(rng.pick(EVENTS), subject, rng)];
  if (exclaims) sentences.push(filled(rng.pick(EXCLAMATIONS), subject, rng));
  else if (rng.next() < turns) sentences.push(filled(rng.pick(TURNS), subject, rng));
  const hero = confuses ?? subject.hero;
  // Only endings that name the hero can take the wrong one.
  const endings = ENDINGS[mood].filter((template) => confuses === undefined || template.includes("{N}"));
  sentences.push(filled(rng.pick(endings), { ...subject, hero }, rng));
  return ` ${sentences.join(" ")}`;
}

const alternatives = (words: readonly string[]) => (words.length === 1 ? words[0]! : `(?:${words.join("|")})`);

/** A pattern of any of these sentences. */
function anyOf(templates: readonly string[], wordsIn: (slot: string) => string): string {
  const escaped = templates.map((template) => template.replace(/[.?]/g, "\\$&"));
  return `(?:${escaped.map((template) => template.replace(SLOT, (_, slot: string) => wordsIn(slot))).join("|")})`;
}

const BEGINNING = new RegExp(
  `^(${Object.keys(EVERY_HERO).join("|")}) (?:had|loved|found|made|got) (?:a|his|her) (?:${ADJECTIVES.join("|")}) (${THINGS.join("|")})[. ]`,
);

/** What a story is about; undefined where the text is not how stories begin. */
export function subjectOf(prompt: string): Subject | undefined {
  const [, hero, thing] = BEGINNING.exec(prompt) ?? [];
  return hero === undefined || thing === undefined ? undefined : { hero, thing };
}

const LATER = { events: EVENTS, middles: [...TURNS, ...EXCLAMATIONS], endings: [...ENDINGS.cheerful, ...ENDINGS.sad] };

/** All that {@link isStory} knows, for a verifier in another language. */
export const GRAMMAR = {
  ...{ beginning: BEGINNING.source, friends: FRIENDS, heroes: EVERY_HERO, pronouns: PRONOUNS, lists: LISTS },
  ...LATER,
};

/** What stands for hero and thing while a text is checked: nothing that a vocabulary can write. */
const HERO = "\u0001";
const THING = "\u0002";

/** Stories about him and about her. */
const PATTERNS = {
  he: patternOf({ hero: HERO, thing: THING }, "he"),
  she: patternOf({ hero: HERO, thing: THING }, "she"),
};

function patternOf(subject: Subject, pronoun: "he" | "she"): RegExp {
  const any = (templates: readonly string[]) =>
    anyOf(templates, (slot) => alternatives(wordsFor(slot, subject, pronoun)));
  return new RegExp(`^ ${any(LATER.events)}(?: ${any(LATER.middles)})? ${any(LATER.endings)}$`);
}

/** Whether a text, the space in front included, ends a story about this subject as the grammar has it, in whichever mood. */
export function isStory(text: string, { hero, thing }: Subject): boolean {
  if (text.includes(HERO) || text.includes(THING)) return false;
  const said = text.replace(new RegExp(`\\b${hero}\\b`, "g"), HERO).replace(new RegExp(`\\b${thing}\\b`, "g"), THING);
  return PATTERNS[EVERY_HERO[hero] ?? "he"].test(said);
}
