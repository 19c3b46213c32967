/** A word of the field as the page explains it: where it occurs, and all together on the Method page. */
export interface GlossaryEntry {
  /** As it is written in running text. */
  readonly word: string;
  /** The letter that formulas and charts use for it. */
  readonly symbol?: string;
  /** One or two plain sentences that need no other entry to be understood. */
  readonly meaning: string;
}

/** Every word that the page explains, once, in alphabetical order of its key. */
export const GLOSSARY = {
  accuracy: {
    word: "accuracy",
    meaning: "The share of problems never seen in training that are answered correctly.",
  },
  advantage: {
    word: "advantage",
    symbol: "A",
    meaning:
      "How much better an answer was rewarded than the other answers to the same question. Positive: its tokens are made likelier; negative: less likely.",
  },
  checkpoint: { word: "checkpoint", meaning: "All weights of a model at one moment, saved to a file." },
  cll: {
    word: "centred log-likelihood",
    symbol: "CLL",
    meaning:
      "The log-probability of a token plus the entropy there: about 0 for text that the policy would write itself, far below 0 for text that is foreign to it.",
  },
  credit: {
    word: "credit",
    meaning:
      "The number that an algorithm gives to each token: how strongly this update makes the token likelier (positive) or less likely (negative).",
  },
  demonstration: { word: "demonstration", meaning: "A question with an answer to imitate." },
  entropy: {
    word: "entropy",
    symbol: "H",
    meaning:
      "How undecided the model is about the next token, in nats: 0 when it is certain, ln of the vocabulary's size when every token is equally likely.",
  },
  expert: {
    word: "expert",
    meaning:
      "Whoever wrote the answers that are imitated. Here it is a program that writes in another style than the policy.",
  },
  gamma: {
    word: "γ",
    symbol: "γ",
    meaning:
      "In IDFT, the exponent of a token's weight p^γ: the further a token lies from what the policy would write, the larger γ and the smaller the weight.",
  },
  greedy: { word: "greedy", meaning: "Always writing the likeliest next token, so that one question has one answer." },
  group: { word: "group", meaning: "Several answers to the same question, compared with one another." },
  heldOut: {
    word: "held-out",
    meaning: "Kept away from training, so that a score on it shows what was learned and not what was memorised.",
  },
  hint: {
    word: "hint",
    meaning:
      "The solution, shown to the model while it writes a demonstration in its own words, and removed before training.",
  },
  interval: {
    word: "95% interval",
    meaning:
      "The range in which the true mean lies in 95 of 100 such experiments. For one run: how far chance moves an accuracy on so many problems.",
  },
  kl: {
    word: "KL",
    symbol: "KL",
    meaning: "How far two models' answers lie apart, in nats per token. 0: they write alike.",
  },
  margin: {
    word: "margin",
    meaning:
      "In preference learning: how much more the chosen answer gained in log-probability than the rejected one, against the reference.",
  },
  mu: {
    word: "µ",
    symbol: "µ",
    meaning: "The expert's share of an update, from 0 (the policy's own answers alone) to 1 (imitation alone).",
  },
  nat: { word: "nat", meaning: "The unit of information with the natural logarithm; one bit is 0.69 nats." },
  nll: {
    word: "negative log-likelihood",
    symbol: "NLL",
    meaning: "The mean of −log p over tokens, in nats: how surprised the model is by them.",
  },
  passAtK: { word: "pass@k", meaning: "The share of questions of which at least one of k sampled answers is right." },
  phi: {
    word: "φ",
    symbol: "φ",
    meaning:
      "CHORD's weight p(1−p) of an expert's token: largest where the policy is undecided about it, near 0 where it is sure of it or finds it all but impossible.",
  },
  policy: {
    word: "policy",
    meaning: "The language model that is trained: from a text so far to a probability for each next token.",
  },
  preferencePair: {
    word: "preference pair",
    meaning: "Two answers to one question, one marked as better: the chosen and the rejected one.",
  },
  ratio: {
    word: "ratio",
    symbol: "r",
    meaning: "A token's probability now, divided by its probability when it was sampled.",
  },
  reference: {
    word: "reference",
    meaning:
      "An earlier copy of the model, against which changes are measured; it stands still or is refreshed now and then.",
  },
  reward: {
    word: "reward",
    meaning: "A number for a whole answer: here mostly 1 where it is right and 0 where it is not.",
  },
  rewardModel: {
    word: "reward model",
    meaning: "A judge of answers that was itself learned, from preferences; it can be fooled.",
  },
  rollout: { word: "rollout", meaning: "An answer that the policy wrote by itself, by sampling." },
  sampled: { word: "sampled", meaning: "Drawn at random by the model's own probabilities, as in training." },
  seed: {
    word: "seed",
    meaning: "The number from which all chance of a run follows: the same seed gives the same run.",
  },
  token: {
    word: "token",
    meaning: "The unit a model reads and writes: here one character; in stories, a word or a piece of one.",
  },
  tokenWeight: { word: "token weight", meaning: "How strongly an algorithm imitates a single token of an answer." },
  verifier: { word: "verifier", meaning: "A program that checks whether an answer is right." },
  warmUp: { word: "warm-up", meaning: "The first steps, in which the learning rate climbs from 0." },
} as const satisfies Readonly<Record<string, GlossaryEntry>>;

type GlossaryKey = keyof typeof GLOSSARY;

/** A piece of running text: plain, or a word that is explained. */
type TextPiece = string | { readonly key: GlossaryKey; readonly word: string };

/**
 * Text with marked words, cut at them: `[policy]` is the entry of that key in its own words, `[policy|the policies]` the
 * same entry in other words. @throws {RangeError} naming a key that the glossary lacks.
 */
export function textPieces(marked: string): TextPiece[] {
  return marked
    .split(/(\[[^[\]]+\])/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      if (!piece.startsWith("[")) return piece;
      const [key = "", word] = piece.slice(1, -1).split("|");
      if (!Object.hasOwn(GLOSSARY, key)) {
        throw new RangeError(`A marked word must name an entry of the glossary, got ${JSON.stringify(key)}.`);
      }
      return { key: key as GlossaryKey, word: word ?? GLOSSARY[key as GlossaryKey].word };
    });
}
