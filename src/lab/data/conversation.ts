import { type Chat, ChatError, type Message } from "../tokenizer/chat.ts";

/** The roles of records in the older form, `{from, value}`. */
const ROLES: Readonly<Record<string, string>> = {
  human: "user",
  gpt: "assistant",
  bot: "assistant",
  model: "assistant",
};

/** A list of messages, in the form of `{role, content}` or `{from, value}`; undefined for anything else. */
export function messagesOf(value: unknown): readonly Message[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages = value.map((one: unknown): Message | undefined => {
    if (typeof one !== "object" || one === null) return undefined;
    const { role, from, content, value: said } = one as Readonly<Record<string, unknown>>;
    const text = content ?? said;
    const who = String(role ?? from ?? "user");
    return typeof text === "string" ? { role: ROLES[who] ?? who, content: text } : undefined;
  });
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/** The columns of a record that may hold conversations. */
type Spoken = Partial<Record<"messages" | "prompt" | "completion" | "chosen" | "rejected", readonly Message[]>>;
type Texts = Partial<Record<"prompt" | "completion" | "chosen" | "rejected", string>>;

/**
 * The texts of a record's conversations, as a model's chat template writes them: TRL's forms. Of whole conversations the last
 * message is the completion; two answers without a prompt have in common what was said before.
 * @returns a reason where they cannot be written
 */
export function chatTexts({ messages, prompt, ...answers }: Spoken, chat: Chat): Texts | { readonly reason: string } {
  try {
    if (messages) {
      if (messages.length < 2) return { reason: "messages are no list of at least two" };
      return textsOf(messages.slice(0, -1), { completion: messages.slice(-1) }, chat);
    }
    const { chosen, rejected } = answers;
    if (prompt || !chosen || !rejected) return textsOf(prompt ?? [], answers, chat);
    let common = 0;
    while (common < Math.min(chosen.length, rejected.length) - 1 && isSame(chosen[common]!, rejected[common]!))
      common++;
    return textsOf(chosen.slice(0, common), { chosen: chosen.slice(common), rejected: rejected.slice(common) }, chat);
  } catch (error) {
    if (error instanceof ChatError) return { reason: error.message };
    throw error;
  }
}

const isSame = (a: Message, b: Message) => a.role === b.role && a.content === b.content;

function textsOf(said: readonly Message[], answers: Omit<Spoken, "messages" | "prompt">, chat: Chat): Texts {
  const written = Object.entries(answers).map(([role, answer]) => [role, chat.completion(said, answer)] as const);
  return { prompt: chat.prompt(said), ...Object.fromEntries(written) };
}
