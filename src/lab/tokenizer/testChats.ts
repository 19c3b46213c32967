import { testTokenizerFiles } from "./testTokenizers.ts";
import { fieldsOf, type TokenizerFiles } from "./tokenizerFiles.ts";

/** Chat templates as models ship them, with the tokens that they write beside `<s>` and `</s>`. */
export const CHAT_TEMPLATES = {
  /** As Qwen2 has it: a system's message by default, and an end that is not the model's own. */
  chatml: {
    tokens: ["<|im_start|>", "<|im_end|>"],
    begin: "<s>",
    end: "<|im_end|>",
    template:
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
  },
  /** As Llama 3 has it: it writes the begin token itself. */
  llama3: {
    tokens: ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    begin: "<|begin_of_text|>",
    end: "<|eot_id|>",
    template:
      "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
  },
  /** As Zephyr has it: its roles are plain text, and blocks stand on lines of their own. */
  zephyr: {
    tokens: [],
    begin: "<s>",
    end: "</s>",
    template:
      "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
  },
} as const;

/** A byte-level BPE with a begin in front of every text, unless a template wrote it, and one of these templates. */
export function chatTokenizerFiles(name: keyof typeof CHAT_TEMPLATES): TokenizerFiles {
  const { tokenizer, settings } = testTokenizerFiles("byte-level BPE");
  const { tokens, begin, end, template } = CHAT_TEMPLATES[name];
  const json = fieldsOf(tokenizer);
  const added = json.added_tokens as readonly { readonly id: number; readonly content: string }[];
  const first = Object.keys(fieldsOf(fieldsOf(json.model).vocab)).length;
  const more = tokens.map((content, at) => ({ ...added[0]!, id: first + at, content }));
  const all = [...added, ...more];
  const idOf = (text: string) => all.find(({ content }) => content === text)!.id;
  const front = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: begin, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { [begin]: { id: begin, ids: [idOf(begin)], tokens: [begin] } },
  };
  return {
    tokenizer: { ...json, added_tokens: all, post_processor: front },
    settings: { ...fieldsOf(settings), bos_token: begin, eos_token: end, chat_template: template },
    model: { bos_token_id: idOf(begin), eos_token_id: idOf(end) },
  };
}
