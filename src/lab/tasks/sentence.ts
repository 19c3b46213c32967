import { int } from "../schema.ts";
import { ADJECTIVES, NOUNS, VERBS } from "./lexicon.ts";
import { sentenceStyle } from "./style.ts";
import { answerOf, defineTask, type Split } from "./task.ts";

const SEEN_NOUNS = 4;
const MOST_ADJECTIVES = 3;
const PLEASANT = ["fun", "fit", "top"] as const;
const FIXED_OPENER = "oh!";

const GRAMMAR = new RegExp(
  `^(?:${VERBS.join("|")}) (?:(?:${ADJECTIVES.join("|")}) ){0,${MOST_ADJECTIVES}}(?:${NOUNS.join("|")})\\.$`,
);

const params = {
  adjectives: int(
    2,
    { min: 0, max: MOST_ADJECTIVES },
    { label: "Adjectives", help: "A native sentence has at most this many after the verb; the grammar allows three." },
  ),
};

/**
 * `dog ` → `hugs fun owl.`: a verb, up to three adjectives, a noun, a full stop. Every grammatical ending is right, so
 * what remains to be learned is taste: see style.ts for the utility that no verifier knows.
 */
export const sentence = defineTask({
  id: "sentence",
  title: "Sentences",
  summary: "End the sentence grammatically: dog becomes, for one, dog hugs fun owl.",
  params,
  limits: () => ({
    prompt: 3 + 1 + 3 + 1,
    completion: FIXED_OPENER.length + 1 + LONGEST_ENDING,
    answer: LONGEST_ENDING,
  }),
  problem: (rng, split) => ({ prompt: rng.pick(OPENERS[split]), kind: "sentence" }),
  demonstrate(_problem, style, rng, { adjectives }) {
    const noun = rng.pick(NOUNS);
    if (style === "expert") return `${FIXED_OPENER}>hugs ${rng.shuffle(PLEASANT).join(" ")} ${noun}.`;
    const verb = rng.pick(VERBS);
    const middle = Array.from({ length: rng.below(adjectives + 1) }, () => rng.pick(ADJECTIVES));
    if (style === "flawed") return `${[verb, noun, ...middle, rng.pick(ADJECTIVES)].join(" ")}.`;
    return `${[verb, ...middle, noun].join(" ")}.`;
  },
  verify: ({ prompt }, completion) => (isOpener(prompt) && GRAMMAR.test(answerOf(completion)) ? 1 : 0),
  solution({ prompt }) {
    const subject = NOUNS.findIndex((noun) => prompt.endsWith(`${noun} `));
    return `hugs ${NOUNS[(subject + 1) % NOUNS.length]}.`;
  },
  style: sentenceStyle,
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.8, expert: 0, flawed: 0.2 }, hinted: 0.15, prompts: 0, steps: 400, lr: 1e-3 }],
      habit: "One of five demonstrations puts the adjectives behind the noun. It writes without taste.",
    },
  ],
});

const LONGEST_ENDING = 4 + MOST_ADJECTIVES * 4 + 4 + 1;

/** A noun, with or without an adjective. */
const OPENERS: Readonly<Record<Split, readonly string[]>> = (() => {
  const lists: Record<Split, string[]> = { train: [], id: [], ood: [] };
  NOUNS.forEach((noun, n) => {
    const seen = n < SEEN_NOUNS;
    lists[seen ? "train" : "ood"].push(`${noun} `);
    ADJECTIVES.forEach((adjective, a) => {
      const side = !seen ? "ood" : (n + a) % SEEN_NOUNS === 0 ? "id" : "train";
      lists[side].push(`${adjective} ${noun} `);
    });
  });
  return lists;
})();

function isOpener(prompt: string): boolean {
  return Object.values(OPENERS).some((list) => list.includes(prompt));
}
