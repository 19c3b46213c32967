import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DEMONSTRATIONS } from "../settings.ts";
import { OBJECTIVES } from "./index.ts";

const SRC = fileURLToPath(new URL("../../", import.meta.url));

/** Where algorithms are declared, where experiments are written down (the lessons and their presets), and where other trainers' names for them stand. */
const HOME = /^lab\/(objectives|lessons|export)\//;
const TEST = /\.test\.tsx?$|(^|\/)test[A-Z]\w*\.tsx?$/;

/** "hinted" is also who writes demonstrations. */
const styles = DEMONSTRATIONS.demoStyle.options!.map(({ value }) => value);
const ids = OBJECTIVES.map(({ id }) => id).filter((id) => !styles.includes(id));

/** An id in quotes, or the beginning that a family of ids has in common. */
const named = new RegExp(`["'\`](${ids.join("|")}|(chord|dpo|sft)-)["'\`]`);

test("no algorithm is named by its id outside its declaration, the lessons and the presets", () => {
  const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  const files = sources.filter((path) => /\.tsx?$/.test(path) && !HOME.test(path) && !TEST.test(path));
  expect(files.length).toBeGreaterThan(200);
  const naming = files.flatMap((path) => {
    const lines = readFileSync(SRC + path, "utf8").split("\n");
    return lines.flatMap((line, n) => (named.test(line) ? [`${path}:${n + 1} ${line.trim()}`] : []));
  });
  expect(naming).toEqual([]);
});

test("the search finds an id where there is one", () => {
  expect(named.test('if (algorithm === "chord-phi") return')).toBe(true);
  expect(named.test('algorithm.startsWith("dpo-")')).toBe(true);
  expect(named.test('const metric = "loss/grpo";')).toBe(false);
});
