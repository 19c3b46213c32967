import { splitHash } from "./split.ts";
import { SENTENCES } from "./storyGrammar.ts";
import { answerOf, type TaskStyle } from "./task.ts";
import { judged, wordCounts } from "./taste.ts";

/** Words of the endings that say how a story ends. */
const CHEERFUL = ["kind", "smiled", "danced", "joy", "happy", "laughed", "sang", "glad", "proud", "hug", "merry"];
const SAD = [
  ...["nobody", "cried", "alone", "never", "sad", "angry", "hurt", "tired", "lonely", "scolded", "wept"],
] as const;

const wordsOf = (text: string) => text.match(/[A-Za-z]+/g) ?? [];

/** Every word that all stories share, whatever they are about: no rule about moods picks among them. */
const LEXICON: readonly string[] = [...new Set(wordsOf(SENTENCES.join(" ").replace(/\{\w+\}/g, "")))];
const FEATURES: readonly string[] = [...LEXICON, "other words", "words"];

const has = (words: readonly string[], of: readonly string[]) => words.some((word) => of.includes(word));

/** 1 for a story that ends well: its last sentence has a cheerful word and no sad one. Else 0. */
function cheerful(completion: string): number {
  const last = answerOf(completion).trimEnd().replace(/\.$/, "").split(/[.!?]/).at(-1) ?? "";
  const words = wordsOf(last);
  return has(words, CHEERFUL) && !has(words, SAD) ? 1 : 0;
}

/** A taste for stories that end well, by judges that err: a cheerful ending is preferred with probability σ(1 / noise). */
export const storyMood: TaskStyle = {
  kinds: ["stories"],
  featureNames: FEATURES,
  features: (_problem, completion) => wordCounts(LEXICON, wordsOf(answerOf(completion))),
  utility: (_problem, completion) => cheerful(completion),
  prefersFirst: (_problem, first, second, noise, rng) => judged(cheerful(first) - cheerful(second), noise, rng),
  // Half of the beginnings, whatever they are about.
  verifiable: ({ prompt }) => splitHash(prompt) % 2 === 0,
};
