import { nearestName } from "../lab/nearestName.ts";
import { PolicyError } from "../lab/policy/policy.ts";
import { ConfigError } from "../lab/schema.ts";
import { parse } from "./arguments.ts";
import { type Command, InputError, type Io } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { helpOf, overview } from "./help.ts";

/** Runs one command line; answers the exit code. `argv` is what follows `lab`. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    io.err(`lab: ${oneLine(error)}`);
    if (process.env.LAB_DEBUG && error instanceof Error) io.err(error.stack ?? "");
    return isBadInput(error) ? 2 : 1;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) throw new InputError(`a command must follow: ${COMMANDS.map((c) => c.name).join(", ")}.`);
  if (name === "--help" || name === "-h" || name === "help") {
    io.out(name === "help" && rest[0] !== undefined ? helpOf(find(rest[0])) : overview(COMMANDS));
    return 0;
  }
  const command = find(name);
  const end = rest.indexOf("--");
  const beforeEnd = end < 0 ? rest : rest.slice(0, end);
  if (beforeEnd.includes("--help") || beforeEnd.includes("-h")) {
    io.out(helpOf(command));
    return 0;
  }
  return command.run(parse(command, rest), io);
}

function find(name: string): Command {
  const names = COMMANDS.map((command) => command.name);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command;
  const hint = nearestName(name, names);
  throw new InputError(
    `there is no command "${name}": ${hint ? `did you mean ${hint}?` : `the commands are ${names.join(", ")}.`}`,
  );
}

function isBadInput(error: unknown): boolean {
  return (
    error instanceof InputError ||
    error instanceof ConfigError ||
    (error instanceof PolicyError && error.kind !== "device")
  );
}

/** Problems of one input that are named; more of them are counted. */
const NAMED = 5;
/** In bytes of UTF-8. */
const LONGEST = 1900;
/** In characters: a path or a key that is longer is cut in its middle, so that the sentence around it can be read. */
const LONGEST_WORD = 300;
/** What a terminal obeys instead of showing it, what turns the direction of text, and what is half a character. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function oneLine(error: unknown): string {
  const line = messageOf(error)
    .replace(/\s*\n\s*/g, " ")
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/\S+/g, (word) => cut(word, LONGEST_WORD));
  let short = line;
  for (let most = LONGEST; new TextEncoder().encode(short).length > LONGEST; most *= 0.8)
    short = cut(line, Math.floor(most));
  return short;
}

/** The first two thirds and the last third of what is too long. */
function cut(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const end = Math.floor(longest / 3);
  return `${characters.slice(0, longest - end).join("")}…${characters.slice(-end).join("")}`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof ConfigError) || error.issues.length <= NAMED)
    return error instanceof Error ? error.message : String(error);
  const named = error.issues.slice(0, NAMED).map(({ message }) => message);
  const more = error.issues.length - NAMED;
  return [...named, `And ${more} more ${more === 1 ? "problem" : "problems"}.`].join(" ");
}

export { consoleIo } from "./console.ts";
