import { expect, test } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { everyVocabulary } from "../train/testVocabularies.ts";
import { taskById } from "./index.ts";
import { tokenizerOf, vocabularyOf } from "./task.ts";

const task = taskById("stories");
const params = { cheerful: 0.35 };
const problem = { prompt: "Mia had a red kite. One day, she took it to the park.", kind: "stories" };
const judged = (completion: string) => [
  task.verify(problem, completion, params),
  task.style!.utility(problem, completion),
];

test("an ending is a story in either mood, and cheerful by the words of its last sentence", () => {
  expect(judged(" The wind blew the kite away. It grew late. But a kind baker came, and Mia smiled.")).toEqual([1, 1]);
  expect(judged(" Ben wanted the kite too. In the end, Mia was tired and lonely.")).toEqual([1, 0]);
  expect(judged(" Then the kite broke. She never saw it again and was very happy.")).toEqual([0, 0]);
});

test("a story keeps to its hero, its thing and its words, and comes to an end", () => {
  for (const ending of [
    " The wind blew the kite away. But a kind baker came, and Anna smiled.",
    " The wind blew the boat away. But a kind baker came, and Mia smiled.",
    " The wind blew the kite away. He got it back and was very happy.",
    " The wind blew the kite away.",
    " The wind blew the kite away. Mia and Mia laughed and sang.",
    " happy happy happy smiled.",
    "Then the kite broke. Mia made a new one and was merry.",
  ])
    expect([ending, task.verify(problem, ending, params)]).toEqual([ending, 0]);
});

test("what happens decides what can follow, and a pronoun means one person", () => {
  const stories = {
    " The wind blew the kite away. She looked for a long time. She got it back and was very happy.": 1,
    " Then it began to rain. She got it back and was very happy.": 0,
    " Then it began to rain. Mia made a new one and was merry.": 0,
    " Then the kite broke. Mia made a new one and was merry.": 1,
    " Then the kite broke. She never saw it again and was very sad.": 0,
    " Ben wanted the kite too. She looked for a long time. Her uncle gave her a hug.": 0,
    " Ben wanted the kite too. Leo saw it all. Her uncle gave her a hug.": 1,
    " Anna wanted the kite too. Leo saw it all. Her uncle gave her a hug.": 0,
  };
  for (const [ending, right] of Object.entries(stories))
    expect([ending, task.verify(problem, ending, params)]).toEqual([ending, right]);
});

test("no beginning out of training or out of distribution tells of a friend for whom the hero's pronoun stands", () => {
  const he = "Ben Tom Sam Max Leo Finn Jack Paul".split(" ");
  for (const split of ["train", "ood"] as const)
    for (let row = 0; row < 200; row++) {
      const { prompt } = task.problem(rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row), split, params);
      const names = prompt.match(/Ben|Tom|Sam|Max|Leo|Finn|Jack|Paul|Mia|Anna|Lily|Rosa|Nora|Ella|Kate|Emma/g)!;
      expect(names.length).toBeLessThanOrEqual(2);
      if (names.length === 2) expect(he.includes(names[0]!)).not.toBe(he.includes(names[1]!));
    }
});

test("the share of cheerful native endings is the one that is set", () => {
  for (const cheerful of [0, 0.35, 1]) {
    const endings = Array.from({ length: 400 }, (_, row) =>
      task.demonstrate(problem, "native", rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row), { cheerful }),
    );
    const share = endings.reduce((sum, ending) => sum + task.style!.utility(problem, ending), 0) / endings.length;
    expect(Math.abs(share - cheerful)).toBeLessThan(0.06);
  }
});

test("it is read in 512 tokens, words mostly, and not before they are here", async () => {
  expect(vocabularyOf(task)).toBe(512);
  if (!task.tokenizer) expect(() => tokenizerOf(task)).toThrow("must be read before its texts are");
  await everyVocabulary();
  const reads = tokenizerOf(task);
  expect(reads.completion(" The kite broke.", problem.prompt).map(reads.label)).toEqual([
    ...["␣The", "␣kite", "␣broke", "."],
  ]);
});
