import type { Command } from "./command.ts";

/** `lab --help`. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    "Usage: npm run -s lab -- <command> …",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "Results go to standard output, progress to standard error; --json prints one JSON object and nothing else.",
    "Exit code: 0 done, 1 a run that failed, 2 bad input. `lab <command> --help` lists a command's options.",
  ].join("\n");
}

/** `lab <command> --help`. */
export function helpOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => ({
    left: `--${name}${option.type === "flag" ? "" : ` <${option.value ?? "value"}>`}${option.type === "list" ? " …" : ""}`,
    help: option.help,
  }));
  const width = Math.max(0, ...options.map(({ left }) => left.length));
  return [
    `Usage: npm run -s lab -- ${command.name} ${[command.usage, options.length > 0 ? "[options]" : ""].join(" ").trim()}`.trim(),
    "",
    command.summary,
    ...(options.length > 0 ? ["", ...options.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`)] : []),
    ...(command.details === undefined ? [] : ["", command.details]),
  ].join("\n");
}
