import { real } from "../schema.ts";
import { drawUntil, splitOf } from "./split.ts";
import { beginning, ending, isStory, namesBut, subjectOf } from "./storyGrammar.ts";
import { storyMood } from "./storyMood.ts";
import { HEROES, NEW_HEROES } from "./storyWords.ts";
import { answerOf, defineTask } from "./task.ts";
import { shippedVocabulary } from "./vocabularies.ts";

const params = {
  cheerful: real(
    0.35,
    { min: 0, max: 1 },
    {
      label: "Cheerful endings",
      help: "Share of native stories that end well. The expert's all do, and the hero says something before.",
    },
  ),
};

const VOCABULARY = { file: "stories", size: 512 };
/** Share of stories of four sentences rather than five. */
const TURNS = 0.5;

/**
 * `Mia had a red kite. One day, she took it to the park.` → ` The wind blew the kite away. But a kind baker came, and Mia smiled.`
 * Every ending that the grammar has about this hero and this thing is right, whatever its mood: that is a matter of taste, which no
 * verifier knows (see storyMood.ts). Only what was lost is got back, and only what was lost or broke is made anew. Out of distribution the hero is one who was a friend in other stories only.
 */
export const stories = defineTask({
  id: "stories",
  title: "Stories",
  summary: "End a very short story: Mia had a red kite. One day, she took it to the park. Then it began to rain. …",
  params,
  vocabulary: VOCABULARY,
  get tokenizer() {
    return shippedVocabulary(VOCABULARY)?.tokenizer;
  },
  limits: () => ({ prompt: 30, completion: 40, answer: 40, texts: { prompt: 95, completion: 125, answer: 125 } }),
  problem: (rng, split) => ({
    prompt:
      split === "ood"
        ? beginning(rng, NEW_HEROES)
        : drawUntil(
            () => beginning(rng, HEROES),
            (text) => splitOf(`stories ${text}`) === split,
            "a beginning",
          ),
    kind: "stories",
  }),
  demonstrate({ prompt }, style, rng, { cheerful }) {
    const subject = subjectOf(prompt);
    if (!subject) return "";
    if (style === "expert") return ending(rng, subject, { mood: "cheerful", turns: 0, exclaims: true });
    const mood = rng.next() < cheerful ? "cheerful" : "sad";
    const confuses = rng.pick(namesBut(subject.hero));
    return ending(rng, subject, { mood, turns: TURNS, ...(style === "flawed" && { confuses }) });
  },
  verify({ prompt }, completion) {
    const subject = subjectOf(prompt);
    return subject && isStory(answerOf(completion), subject) ? 1 : 0;
  },
  verdicts: { right: "a story", wrong: "no story" },
  solution({ prompt }) {
    const subject = subjectOf(prompt);
    return subject ? ` Then it began to rain. But a kind baker came, and ${subject.hero} smiled.` : "";
  },
  style: storyMood,
  checkpoints: [
    {
      name: "mini",
      size: "mini",
      stages: [
        { styles: { native: 0.85, expert: 0, flawed: 0.15 }, hinted: 0.1, prompts: 0, steps: 400, batch: 32, lr: 3e-3 },
      ],
      habit: "Two of three of its stories end sadly, and one of seven ends with the wrong name.",
    },
  ],
});
