import type { Rng } from "../rng.ts";
import {
  ADJECTIVES,
  ANIMALS,
  BARRIERS,
  COVERS,
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
 * and their capitals agree with the hero, {friend} is somebody for whom the other pronoun stands, so that each "he" or "she" means
 * one person, and every other slot takes any word of its list.
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

/** What happens, by what becomes of the thing. */
const EVENTS = {
  lost: [
    "The {T} fell into the {water}.",
    "The wind blew the {T} away.",
    "A {temper} {animal} ran off with the {T}.",
    "The {T} got lost in the {cover}.",
    "{He} lost the {T} behind the {barrier}.",
  ],
  broken: ["Then the {T} broke."],
  there: ["{friend} wanted the {T} too.", "Then it began to rain."],
} as const;

type Fate = keyof typeof EVENTS;

const TURNS = [
  "{He} looked for a long time.",
  "{He} called for help.",
  "{N} did not know what to do.",
  "{friend} saw it all.",
  "It grew late.",
];

const EXCLAMATIONS = ['"Oh no!" said {N}.', '"What a day!" said {N}.', '"Look at that!" said {N}.'];

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

/** Sentences that make sense after some fates of the thing alone; all others do after each. */
const ONLY_AFTER: Readonly<Record<string, readonly Fate[]>> = {
  "{He} looked for a long time.": ["lost"],
  "{He} got it back and was very happy.": ["lost"],
  "{He} never saw it again and was very sad.": ["lost"],
  "{N} made a new one and was merry.": ["lost", "broken"],
};

const after = (fate: Fate, templates: readonly string[]) =>
  templates.filter((template) => ONLY_AFTER[template]?.includes(fate) ?? true);

/** What a story is about, as its beginning tells. */
interface Subject {
  readonly hero: string;
  readonly thing: string;
}

const LISTS: Readonly<Record<string, readonly string[]>> = {
  ...{ adjective: ADJECTIVES, relative: RELATIVES, place: PLACES, time: TIMES, water: WATERS, temper: TEMPERS },
  ...{ animal: ANIMALS, cover: COVERS, barrier: BARRIERS, helper: HELPERS },
};

const EVERY_HERO: Readonly<Record<string, "he" | "she">> = { ...HEROES, ...NEW_HEROES };

const named = (pronoun: "he" | "she") => Object.keys(EVERY_HERO).filter((name) => EVERY_HERO[name] === pronoun);

/** Every name that stories know but this one. */
export const namesBut = (hero: string) => Object.keys(EVERY_HERO).filter((name) => name !== hero);

/** By their pronoun. */
const FRIENDS = { he: named("he"), she: named("she") };

const PRONOUNS = {
  he: { he: "he", his: "his", him: "him", He: "He", His: "His" },
  she: { he: "she", his: "her", him: "her", He: "She", His: "Her" },
};

/** The words that a slot can take in a story about this subject. */
function wordsFor(
  slot: string,
  { hero, thing }: Subject,
  pronoun: "he" | "she" = EVERY_HERO[hero] ?? "he",
): readonly string[] {
  if (slot === "N") return [hero];
  if (slot === "T") return [thing];
  if (slot === "friend") return FRIENDS[pronoun === "he" ? "she" : "he"];
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

const FATES = Object.keys(EVENTS) as Fate[];
const HAPPENINGS = FATES.flatMap((fate) => EVENTS[fate].map((template) => ({ fate, template })));

/** The rest of a story, a space in front: what happens, perhaps a turn, and the ending. */
export function ending(rng: Rng, subject: Subject, { mood, turns, exclaims, confuses }: Telling): string {
  const event = rng.pick(HAPPENINGS);
  const sentences = [filled(event.template, subject, rng)];
  if (exclaims) sentences.push(filled(rng.pick(EXCLAMATIONS), subject, rng));
  else if (rng.next() < turns) sentences.push(filled(rng.pick(after(event.fate, TURNS)), subject, rng));
  const hero = confuses ?? subject.hero;
  // Only endings that name the hero can take the wrong one.
  const endings = after(event.fate, ENDINGS[mood]).filter(
    (template) => confuses === undefined || template.includes("{N}"),
  );
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

/** The sentences that go together after a beginning: an event, perhaps one of the middles, and an ending. */
const RESTS = FATES.map((fate) => ({
  events: EVENTS[fate],
  middles: after(fate, [...TURNS, ...EXCLAMATIONS]),
  endings: after(fate, [...ENDINGS.cheerful, ...ENDINGS.sad]),
}));

/** All that {@link isStory} knows, for a verifier in another language. */
export const GRAMMAR = {
  ...{ beginning: BEGINNING.source, friends: FRIENDS, heroes: EVERY_HERO, pronouns: PRONOUNS, lists: LISTS },
  rests: RESTS,
};

/** Every sentence after a beginning, its slots in braces. */
export const SENTENCES: readonly string[] = [
  ...new Set(RESTS.flatMap(({ events, middles, endings }) => [...events, ...middles, ...endings])),
];

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
  const rests = RESTS.map(({ events, middles, endings }) => `${any(events)}(?: ${any(middles)})? ${any(endings)}`);
  return new RegExp(`^ (?:${rests.join("|")})$`);
}

/** Whether a text, the space in front included, ends a story about this subject as the grammar has it, in whichever mood: sentences that go together. */
export function isStory(text: string, { hero, thing }: Subject): boolean {
  if (text.includes(HERO) || text.includes(THING)) return false;
  const said = text.replace(new RegExp(`\\b${hero}\\b`, "g"), HERO).replace(new RegExp(`\\b${thing}\\b`, "g"), THING);
  return PATTERNS[EVERY_HERO[hero] ?? "he"].test(said);
}
