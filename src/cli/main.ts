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
    io.out(overview(COMMANDS));
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
/** In characters. */
const LONGEST = 1900;

function oneLine(error: unknown): string {
  const line = messageOf(error).replace(/\s*\n\s*/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function messageOf(error: unknown): string {
  if (!(error instanceof ConfigError) || error.issues.length <= NAMED)
    return error instanceof Error ? error.message : String(error);
  const named = error.issues.slice(0, NAMED).map(({ message }) => message);
  const more = error.issues.length - NAMED;
  return [...named, `And ${more} more ${more === 1 ? "problem" : "problems"}.`].join(" ");
}

export { consoleIo } from "./console.ts";
