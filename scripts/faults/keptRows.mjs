/*
 * What came of each fault when it was last tried, in docs/reliability.json: the page docs/reliability.md is written from it alone.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.mjs";

/** @typedef {"survived" | "lost" | "not tried"} Verdict */
/** @typedef {{ kind: string, injected: string, verdict: Verdict, came: string, date: string, commit: string, load?: number }} Row */
/** @typedef {{ browser: string, rows: Row[] }} Kept */

const FILE = join(ROOT, "docs", "reliability.json");

/** @returns {Kept} */
export const keptRows = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : { browser: "", rows: [] });

/**
 * Puts a row in the place of that of the same fault, at once: what was tried before a session is cut off is kept.
 * @param {Row} row @param {string} browser
 */
export function keep(row, browser) {
  const before = keptRows();
  // The same fault under another count is the same row.
  const name = (/** @type {Row} */ { kind, injected }) => `${kind}: ${injected.replaceAll(/\d[\d,]*/g, "n")}`;
  const others = before.rows.filter((other) => name(other) !== name(row));
  const at = before.rows.findIndex((other) => name(other) === name(row));
  const rows = others.toSpliced(at < 0 ? others.length : at, 0, row);
  writeFileSync(FILE, `${JSON.stringify({ browser: browser || before.browser, rows }, null, 1)}\n`);
}

/** The commit that is tried, with a + where files were changed since, and today's date. */
export function measuredOn() {
  const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  const date = new Date().toISOString().slice(0, 10);
  try {
    // What this script writes itself is no change.
    const changed = git("status", "--porcelain", "--", ".", ":!docs") !== "";
    return { date, commit: `${git("rev-parse", "--short=7", "HEAD")}${changed ? "+" : ""}` };
  } catch {
    return { date, commit: "unknown" };
  }
}
