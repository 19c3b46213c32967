import { PolicyError } from "../lab/policy/policy.ts";
import { ConfigError } from "../lab/schema.ts";
import { nearest, parse } from "./arguments.ts";
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
  const hint = nearest(name, names);
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

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
}

export { consoleIo } from "./console.ts";
