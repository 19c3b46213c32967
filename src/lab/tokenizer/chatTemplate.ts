import { quote } from "../schema.ts";
import { type Chat, ChatError, type Message, TooMuchWork } from "./chat.ts";
import { fieldsOf, TokenizerError, type TokenizerFiles } from "./tokenizerFiles.ts";

/** Characters of a template; the longest in use have about ten thousand. */
const LONGEST = 50_000;
/** Numbers that `range` gives at most: a template goes over messages. */
const LONGEST_RANGE = 10_000;
const PROBE = "\u{1}probe\u{1}";
const SPECIALS = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;

/**
 * The chat template of a model, rendered by @huggingface/jinja, which is loaded with the first one; undefined where there is
 * none. A template knows no clock, so that a conversation has one text; it is a stranger's, and its work has a bound.
 * @throws {TokenizerError} for a template that is none, or that works beyond the bound for a message or two
 */
export async function chatTemplate(files: TokenizerFiles): Promise<Chat | undefined> {
  const settings = fieldsOf(files.settings);
  const source = files.template ?? sourceIn(settings.chat_template);
  if (source === undefined) return undefined;
  if (source.length > LONGEST)
    throw new TokenizerError(`chat_template must have at most ${LONGEST} characters, got ${source.length}.`);
  const { BoundedTemplate } = await import("./boundedTemplate.ts");
  const template = parsed(() => new BoundedTemplate(source));
  const tokens = Object.fromEntries(SPECIALS.flatMap((key) => textOf(settings[key], key)));

  function render(messages: readonly Message[], generation: boolean): string {
    const globals = { ...tokens, messages, add_generation_prompt: generation, raise_exception: refuse, range };
    try {
      return template.render({ ...CONSTANTS, ...globals });
    } catch (error) {
      if (error instanceof TooMuchWork) throw error;
      const why = error instanceof Error ? error.message : "something else";
      throw new ChatError(`a conversation that the chat template refuses: ${why.slice(0, 120)}`);
    }
  }
  return { ...chatOf(render, tokens.eos_token), openings: openingsOf(render) };
}

type Render = (messages: readonly Message[], generation: boolean) => string;

function chatOf(render: Render, end: string | undefined): Omit<Chat, "openings"> {
  const prompt = (said: readonly Message[]) => render(said, true);
  return {
    prompt,
    completion(said, answer) {
      const [before, whole] = [prompt(said), render([...said, ...answer], false)];
      if (!whole.startsWith(before))
        throw new ChatError("a conversation that the chat template begins otherwise once it is answered");
      const added = whole.slice(before.length);
      const written = added.trimEnd();
      // The lab puts the end behind every completion itself.
      return end !== undefined && written.endsWith(end) ? written.slice(0, -end.length) : added;
    },
  };
}

/** What stands before the first words of a conversation, with a system's message and without. */
function openingsOf(render: Render): readonly string[] {
  const begins = [["user"], ["system", "user"]].flatMap((roles) => {
    try {
      const text = render(
        roles.map((role) => ({ role, content: PROBE })),
        true,
      );
      const at = text.indexOf(PROBE);
      return at > 0 ? [text.slice(0, at)] : [];
    } catch (error) {
      if (error instanceof TooMuchWork) throw new TokenizerError(`chat_template must ${error.must}, got more.`);
      return [];
    }
  });
  return [...new Set(begins)];
}

const CONSTANTS = { true: true, True: true, false: false, False: false, none: null, None: null };

function refuse(why: unknown): never {
  throw new Error(String(why));
}

function range(...given: readonly unknown[]): number[] {
  const [first = 0, second, third] = given.map(Number);
  const [from, to, by] = second === undefined ? [0, first, 1] : [first, second, third ?? 1];
  const count = Math.ceil((to - from) / by);
  if (!(count <= LONGEST_RANGE)) throw new Error("a range is too long");
  return Array.from({ length: Math.max(0, count) }, (_, i) => from + i * by);
}

/** A template, or the one called default of several. */
function sourceIn(value: unknown): string | undefined {
  if (typeof value === "string" || value == null) return value ?? undefined;
  const several = Array.isArray(value) ? value.map(fieldsOf) : [];
  const text = (several.find(({ name }) => name === "default") ?? several[0])?.template;
  if (typeof text === "string") return text;
  throw new TokenizerError(`chat_template must be a text, or a list of texts with their names, got ${quote(value)}.`);
}

function textOf(value: unknown, key: string): [string, string][] {
  const text = typeof value === "string" ? value : fieldsOf(value).content;
  return typeof text === "string" ? [[key, text]] : [];
}

function parsed<X>(parse: () => X): X {
  try {
    return parse();
  } catch (error) {
    const why = error instanceof Error ? error.message : "something else";
    throw new TokenizerError(`chat_template must be a Jinja template, got: ${why.slice(0, 120)}.`);
  }
}
