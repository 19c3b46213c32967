/*
 * JSON from a stranger's file. `JSON.parse` lets the last of two equal keys win and takes any depth, on which code that
 * recurses (`JSON.stringify` in a message) overflows the stack.
 */

/** Deeper than any file that is read here. */
const MOST_DEPTH = 64;

/**
 * The value of a JSON text; a byte-order mark in front is left out.
 * @throws {SyntaxError} whose message completes "must hold JSON, got …": no JSON, two equal keys in one object, or
 * brackets nested deeper than 64.
 */
export function parseStrictJson(text: string): unknown {
  const json = withoutMark(text);
  if (json.trim() === "") throw new SyntaxError("nothing");
  checkKeysAndDepth(json);
  return JSON.parse(json);
}

/** The text without a leading U+FEFF, which editors on Windows write and JSON does not know. */
export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** Runs over the text once; whatever else is wrong with it is `JSON.parse`'s to say. */
function checkKeysAndDepth(json: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") {
      open.push(new Set());
      if (open.length > MOST_DEPTH) throw new SyntaxError(`brackets nested deeper than ${MOST_DEPTH}`);
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      if (json[afterBlanks(json, end + 1)] === ":") addKey(open.at(-1), json.slice(at, end + 1));
      at = end;
    }
  }
}

/** Index of a string's closing quotation mark, the first with an even number of backslashes before it, or of the text's end. */
export function endOfString(json: string, begin: number): number {
  for (let at = json.indexOf('"', begin + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
  return json.length;
}

function afterBlanks(json: string, begin: number): number {
  let at = begin;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
  return at;
}

function addKey(keys: Set<string> | undefined, quoted: string): void {
  const key: unknown = JSON.parse(quoted);
  if (!keys || typeof key !== "string") return;
  if (keys.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 200))} twice in one object`);
  keys.add(key);
}
