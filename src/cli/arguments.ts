import { parseArgs } from "node:util";
import { nearestName } from "../lab/nearestName.ts";
import { decimalIn, quote } from "../lab/schema.ts";
import { type Bounds, type Command, InputError, type Option, type ParsedArgs } from "./command.ts";

/**
 * Reads what follows the command's name.
 * @throws {InputError} for an option the command does not have, a value too many or too few, or the wrong number of arguments
 */
export function parse(command: Command, argv: readonly string[]): ParsedArgs {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [
      name,
      { type: type === "flag" ? ("boolean" as const) : ("string" as const), multiple: type === "list" },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = command.options[token.name];
    if (!option) throw unknownOption(command, token.rawName);
    given.set(token.name, [...(given.get(token.name) ?? []), textOf(token, option)]);
  }
  countPositionals(command, positionals);
  const of = (name: string, type: Option["type"]) => {
    if (command.options[name]?.type !== type) throw new TypeError(`lab ${command.name} declares no ${type} --${name}`);
    return given.get(name) ?? [];
  };
  const value = (name: string) => onlyOne(name, of(name, "text"));
  const text = (name: string) => {
    const said = value(name);
    if (said === "") throw followed(`--${name}`, command.options[name]!, "nothing");
    return said;
  };
  return {
    positionals,
    read: [...positionals, ...[...given].flatMap(([name, values]) => (name === "out" ? [] : values))],
    text,
    list: (name) => of(name, "list"),
    has: (name) => Object.hasOwn(command.options, name),
    given: (name) => given.has(name),
    flag: (name) => of(name, "flag").length > 0,
    number: (name, bounds) => readNumber(name, value(name), bounds),
  };
}

/** @throws {InputError} where one option was given two values: none of them is the one that was meant. */
function onlyOne(name: string, values: readonly string[]): string | undefined {
  const [first] = values;
  const other = values.find((value) => value !== first);
  if (other !== undefined)
    throw new InputError(`--${name} must be given once, got ${quote(first)} and ${quote(other)}.`);
  return first;
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function textOf({ rawName, value, inlineValue }: OptionToken, option: Option): string {
  if (option.type === "flag") {
    if (value !== undefined) throw new InputError(`${rawName} takes no value, got "${value}".`);
    return "";
  }
  const swallowed = !inlineValue && value?.startsWith("--");
  if (value === undefined || swallowed) {
    throw followed(rawName, option, value ?? "nothing");
  }
  return value;
}

const followed = (name: string, option: Option, got: string) =>
  new InputError(`${name} must be followed by ${option.value ?? "a value"}, got ${got}.`);

function unknownOption(command: Command, rawName: string): InputError {
  const known = Object.keys(command.options).map((name) => `--${name}`);
  const hint = nearestName(rawName, known);
  const rest = known.length > 0 ? `its options are ${known.join(", ")}` : "it has no options";
  return new InputError(`lab ${command.name} has no option ${rawName}: ${hint ? `did you mean ${hint}?` : `${rest}.`}`);
}

function countPositionals(command: Command, positionals: readonly string[]): void {
  const [min, max] = command.positionals;
  if (positionals.length < min || positionals.includes("")) {
    throw new InputError(`lab ${command.name} must be followed by ${command.usage}, got nothing.`);
  }
  if (positionals.length > max) {
    const what = max === 0 ? "no argument" : command.usage;
    throw new InputError(`lab ${command.name} takes ${what}, got "${positionals[max]}" on top.`);
  }
}

function readNumber(name: string, text: string | undefined, { min, max, whole = false }: Bounds): number | undefined {
  if (text === undefined) return undefined;
  const value = decimalIn(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new InputError(`--${name} must be a ${whole ? "whole " : ""}number in [${min}, ${max}], got "${text}".`);
}
