import { expect, test } from "vitest";
import { normalised } from "../data/normalise.ts";
import type { Message } from "./chat.ts";
import { chatTemplate } from "./chatTemplate.ts";
import { libraryTokenizer } from "./library.ts";
import { type CHAT_TEMPLATES, chatTokenizerFiles } from "./testChats.ts";

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const SAID: Readonly<Record<string, readonly Message[]>> = {
  talk: [user("Is the cat sad?"), assistant("No, it was happy."), user(" The dog? ")],
  system: [{ role: "system", content: "Be kind." }, user("Is the cat sad?")],
};
const ANSWER = [assistant("It played all day.")];

/** What `apply_chat_template` of transformers 5.24 gives: the text, its ids, and how many of them are the prompt's. */
const EXPECTED: readonly (readonly [keyof typeof CHAT_TEMPLATES, string, string, readonly number[], number])[] = [
  [
    "chatml",
    "talk",
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nIs the cat sad?<|im_end|>\n<|im_start|>assistant\nNo, it was happy.<|im_end|>\n<|im_start|>user\n The dog? <|im_end|>\n<|im_start|>assistant\nIt played all day.<|im_end|>\n",
    [
      282, 118, 124, 118, 119, 104, 112, 13, 92, 114, 120, 259, 117, 104, 259, 35, 260, 111, 115, 105, 120, 111, 259,
      118, 118, 108, 118, 119, 100, 113, 119, 49, 283, 13, 282, 120, 118, 104, 117, 13, 76, 118, 281, 270, 279, 271, 66,
      283, 13, 282, 264, 118, 108, 118, 119, 100, 113, 119, 13, 81, 114, 47, 35, 273, 269, 278, 100, 115, 115, 124, 49,
      283, 13, 282, 120, 118, 104, 117, 13, 267, 276, 114, 106, 66, 35, 283, 13, 282, 264, 118, 108, 118, 119, 100, 113,
      119, 13, 76, 119, 35, 115, 111, 272, 104, 103, 259, 274, 276, 272, 49, 283, 13,
    ],
    97,
  ],
  [
    "chatml",
    "system",
    "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nIs the cat sad?<|im_end|>\n<|im_start|>assistant\nIt played all day.<|im_end|>\n",
    [
      282, 118, 124, 118, 119, 104, 112, 13, 69, 104, 35, 110, 108, 265, 49, 283, 13, 282, 120, 118, 104, 117, 13, 76,
      118, 281, 270, 279, 271, 66, 283, 13, 282, 264, 118, 108, 118, 119, 100, 113, 119, 13, 76, 119, 35, 115, 111, 272,
      104, 103, 259, 274, 276, 272, 49, 283, 13,
    ],
    42,
  ],
  [
    "llama3",
    "talk",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nIs the cat sad?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nNo, it was happy.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nThe dog?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nIt played all day.<|eot_id|>",
    [
      282, 283, 120, 118, 104, 117, 284, 13, 13, 76, 118, 281, 270, 279, 271, 66, 285, 283, 264, 118, 108, 118, 119,
      100, 113, 119, 284, 13, 13, 81, 114, 47, 35, 273, 269, 278, 100, 115, 115, 124, 49, 285, 283, 120, 118, 104, 117,
      284, 13, 13, 263, 276, 114, 106, 66, 285, 283, 264, 118, 108, 118, 119, 100, 113, 119, 284, 13, 13, 76, 119, 35,
      115, 111, 272, 104, 103, 259, 274, 276, 272, 49, 285,
    ],
    68,
  ],
  [
    "llama3",
    "system",
    "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nIs the cat sad?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nIt played all day.<|eot_id|>",
    [
      282, 283, 118, 124, 118, 119, 104, 112, 284, 13, 13, 69, 104, 35, 110, 108, 265, 49, 285, 283, 120, 118, 104, 117,
      284, 13, 13, 76, 118, 281, 270, 279, 271, 66, 285, 283, 264, 118, 108, 118, 119, 100, 113, 119, 284, 13, 13, 76,
      119, 35, 115, 111, 272, 104, 103, 259, 274, 276, 272, 49, 285,
    ],
    47,
  ],
  [
    "zephyr",
    "talk",
    "<|user|>\nIs the cat sad?</s>\n<|assistant|>\nNo, it was happy.</s>\n<|user|>\n The dog? </s>\n<|assistant|>\nIt played all day.</s>\n",
    [
      63, 127, 120, 118, 104, 117, 127, 65, 13, 76, 118, 281, 270, 279, 271, 66, 2, 13, 63, 127, 264, 118, 108, 118,
      119, 100, 113, 119, 127, 65, 13, 81, 114, 47, 35, 273, 269, 278, 100, 115, 115, 124, 49, 2, 13, 63, 127, 120, 118,
      104, 117, 127, 65, 13, 267, 276, 114, 106, 66, 35, 2, 13, 63, 127, 264, 118, 108, 118, 119, 100, 113, 119, 127,
      65, 13, 76, 119, 35, 115, 111, 272, 104, 103, 259, 274, 276, 272, 49, 2, 13,
    ],
    75,
  ],
  [
    "zephyr",
    "system",
    "<|system|>\nBe kind.</s>\n<|user|>\nIs the cat sad?</s>\n<|assistant|>\nIt played all day.</s>\n",
    [
      63, 127, 118, 124, 118, 119, 104, 112, 127, 65, 13, 69, 104, 35, 110, 108, 265, 49, 2, 13, 63, 127, 120, 118, 104,
      117, 127, 65, 13, 76, 118, 281, 270, 279, 271, 66, 2, 13, 63, 127, 264, 118, 108, 118, 119, 100, 113, 119, 127,
      65, 13, 76, 119, 35, 115, 111, 272, 104, 103, 259, 274, 276, 272, 49, 2, 13,
    ],
    51,
  ],
];

test.each(EXPECTED)(
  "%s: a %s has the text and the ids that transformers gives it",
  async (name, said, whole, ids, prompt) => {
    const files = chatTokenizerFiles(name);
    const { tokenizer } = await libraryTokenizer(files, 512);
    const chat = tokenizer.chat!;
    const [before, after] = [chat.prompt(SAID[said]!), chat.completion(SAID[said]!, ANSWER)];
    expect(whole.startsWith(before + after)).toBe(true);
    expect(tokenizer.prompt(before)).toEqual(ids.slice(0, prompt));
    // The end is put behind every completion; what a template has behind it, a line end, nobody reads.
    const written = [...tokenizer.prompt(before), ...tokenizer.completion(after, before), tokenizer.end];
    expect(written).toEqual(ids.slice(0, written.length));
    expect(ids.length - written.length).toBeLessThanOrEqual(1);
  },
);

test("a text without a template's beginning has the begin token in front, as before", async () => {
  const { tokenizer } = await libraryTokenizer(chatTokenizerFiles("zephyr"), 512);
  expect(tokenizer.prompt("The cat")[0]).toBe(1);
});

test("records of TRL's conversational forms become texts by the template", async () => {
  const { tokenizer: reads } = await libraryTokenizer(chatTokenizerFiles("llama3"), 512);
  const model = { reads, shape: { context: 512 } } as Parameters<typeof normalised>[2];
  const columns = Object.fromEntries(["messages", "prompt", "completion", "chosen", "rejected"].map((at) => [at, at]));
  const row = (record: Readonly<Record<string, unknown>>) => normalised(record, { columns, lowercase: false }, model);
  const asked = "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>";
  const prompt = `${asked}<|start_header_id|>assistant<|end_header_id|>\n\n`;
  expect(row({ messages: [user("hi"), assistant("ho")] })).toEqual({ prompt, completion: "ho" });
  expect(row({ prompt: [user("hi")], completion: [assistant("ho")] })).toEqual({ prompt, completion: "ho" });
  expect(row({ prompt: "hi", completion: [assistant("ho")] })).toEqual({ prompt, completion: "ho" });
  const older = [
    { from: "human", value: "hi" },
    { from: "gpt", value: "ho" },
  ];
  expect(row({ messages: older })).toEqual({ prompt, completion: "ho" });
  const pair = { chosen: [user("hi"), assistant("ho")], rejected: [user("hi"), assistant("no")] };
  expect(row(pair)).toEqual({ prompt, chosen: "ho", rejected: "no" });
  expect(row({ prompt: "plain", completion: "text" })).toEqual({ prompt: "plain", completion: "text" });
});

test("a pair that begins alike inside an emoji is cut before it, and half a character is no row", async () => {
  const { tokenizer: reads } = await libraryTokenizer(chatTokenizerFiles("llama3"), 512);
  const model = { reads, shape: { context: 512 } } as Parameters<typeof normalised>[2];
  const columns = { chosen: "chosen", rejected: "rejected" };
  const row = (chosen: string, rejected: string) =>
    normalised({ chosen, rejected }, { columns, lowercase: false }, model);
  expect(row("hi 🙂", "hi 🙃")).toEqual({ prompt: "hi ", chosen: "🙂", rejected: "🙃" });
  expect(row("hi \ud83d!", "hi ?")).toEqual({ reason: "half a character, a surrogate alone" });
});

test.each([
  ["{% for %}", /must be a Jinja template/],
  ["x".repeat(60_000), /at most 50000 characters/],
])("the template %.20s is refused", async (template, reason) => {
  await expect(chatTemplate({ ...chatTokenizerFiles("zephyr"), template })).rejects.toThrow(reason);
});

test("a model whose template is none reads conversations by their contents, and says so", async () => {
  const { tokenizer, notes } = await libraryTokenizer({ ...chatTokenizerFiles("zephyr"), template: "{% for %}" }, 512);
  expect([tokenizer.chat, notes]).toEqual([undefined, [expect.stringMatching(/^chat_template must be.*contents\.$/s)]]);
});

test.each([[3], [[{ name: "x" }]], [{}]])(
  "a template that is no text, %j, is said to be none",
  async (chat_template) => {
    const files = chatTokenizerFiles("zephyr");
    const settings = { ...(files.settings as object), chat_template };
    await expect(chatTemplate({ ...files, settings, template: undefined })).rejects.toThrow(
      /^chat_template must be a text, or a list of texts with their names, got /,
    );
  },
);

test("what a template refuses, or would take long for, is said in a sentence", async () => {
  const with_ = async (template: string) => (await chatTemplate({ ...chatTokenizerFiles("zephyr"), template }))!;
  const strict = await with_(
    "{% if messages[0]['role'] != 'user' %}{{ raise_exception('roles must alternate') }}{% endif %}",
  );
  expect(() => strict.prompt([assistant("hi")])).toThrow("the chat template refuses: roles must alternate");
  const long = await with_("{% for i in range(1000000000) %}x{% endfor %}");
  expect(() => long.prompt([user("hi")])).toThrow("a range is too long");
  const clock = await with_("{{ strftime_now('%Y') if strftime_now is defined else 'no clock' }}");
  expect(clock.prompt([user("hi")])).toBe("no clock");
});

/** What `namespace` and loops make out of a short template. */
const grown = (start: string, step: string) =>
  `{% set ns = namespace(x=${start}) %}{% for i in range(60) %}{% set ns.x = ${step} %}{% endfor %}{{ ns.x }}`;
const loops = (depth: number, body: string) =>
  "{% for i in range(10000) %}".repeat(depth) + body + "{% endfor %}".repeat(depth);
const STEPS = "take at most 200000 steps";
const SIZE = "keep each text and list below 1000000 characters";

test.each([
  ["nested loops", loops(3, "x"), STEPS],
  ["loops over nothing", loops(3, ""), STEPS],
  [
    "a loop over a list again and again",
    `{% set l = range(10000) %}${loops(1, "{% for j in l %}{% endfor %}")}`,
    STEPS,
  ],
  ["a macro that calls itself", "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "have at most 500 levels"],
  ["macros defined again and again", loops(1, "{% macro m() %}{{ 1 }}{% endmacro %}"), STEPS],
  ["names that nobody gave", loops(1, "{{ a }}{{ b }}{{ c }}{{ d }}"), STEPS],
  ["a doubled text", grown("'ab'", "ns.x ~ ns.x"), SIZE],
  ["a text in itself", grown("'ab'", "ns.x.replace('', ns.x)"), SIZE],
  ["a text joined by itself", grown("'ab'", "ns.x|join(ns.x)"), SIZE],
  ["a doubled list", grown("[1]", "ns.x + ns.x"), SIZE],
  ["a list of the list twice", grown("[1]", "[ns.x, ns.x]"), SIZE],
  ["a list in a list", grown("[1]", "[[ns.x]]"), "have at most 64 levels of lists"],
  ["a dictionary of itself twice", grown("{'a': 1}", "{'a': ns.x, 'b': ns.x}"), SIZE],
  ["a namespace in itself", grown("1", "ns"), "keep a namespace in a variable of its own"],
  ["a wide margin", "{{ 'a\n\nb'|indent(400000000) }}", SIZE],
  ["a wide margin of a block", "{% filter indent(width=400000000) %}a\n\nb{% endfilter %}", SIZE],
  ["a wide JSON", "{{ messages|tojson(indent=400000000) }}", SIZE],
  [
    "a long text searched again and again",
    `{% set ns = namespace(x='a') %}{% for i in range(19) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}${loops(1, "{{ 'b' in ns.x }}")}`,
    "handle at most 20000000 characters",
  ],
])("%s: the model is read without the template, in a sentence", async (_, template, must) => {
  const { tokenizer, notes } = await libraryTokenizer({ ...chatTokenizerFiles("zephyr"), template }, 512);
  expect([tokenizer.chat, notes]).toEqual([
    undefined,
    [`chat_template must ${must}, got more. Conversations are read by their contents.`],
  ]);
});

test("a conversation for which a template works too long is refused by itself", async () => {
  const template = "{% for a in messages %}{% for b in messages %}{{ a.content }}{% endfor %}{% endfor %}";
  const chat = (await chatTemplate({ ...chatTokenizerFiles("zephyr"), template }))!;
  expect(chat.prompt([user("hi"), user("ho")])).toBe("hihihoho");
  expect(() => chat.prompt(Array.from({ length: 300 }, () => user("hi")))).toThrow(
    `a conversation for which the chat template would do too much: it must ${STEPS}`,
  );
});

test("long conversations are written", async () => {
  for (const name of ["chatml", "llama3", "zephyr"] as const) {
    const chat = (await chatTemplate(chatTokenizerFiles(name)))!;
    const said = Array.from({ length: 500 }, (_, i) => (i % 2 ? assistant : user)("word ".repeat(200)));
    expect(chat.prompt([...said, user("end")])).toContain("end");
  }
});
