/*
 * `npm run faults`: injects faults for real, into the built page in a browser and into the command line, and writes what came
 * of each into docs/reliability.md. `npm run faults -- reload worker` tries those alone whose words contain one of these; of the
 * others the report has what came last time. The soak of 20 minutes is tried where it is named: `npm run faults -- soak`. What can
 * be tried without a browser is a part of `npm test`, of which all counts are tried here.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { BROWSER_FAULTS } from "./faults/browserFaults.mjs";
import { SOAK } from "./faults/soak.mjs";
import { TERMINAL_FAULTS } from "./faults/terminalFaults.mjs";
import { TEST_FAULTS } from "./faults/testFaults.mjs";
import { ROOT } from "./root.mjs";
import { servedPage } from "./servedPage.mjs";

const say = (/** @type {string} */ line) => console.error(`policy-lab: ${line}`);
const wanted = process.argv.slice(2);

// One browser for all, as a GPU process that crashes is the browser's.
const { url, browser, close } = await servedPage(say);

/** @typedef {{ kind: string, injected: string, survived: boolean, came: string }} Row */

/** What came of each fault when it was last tried, for a report of parts. */
const KEPT = join(ROOT, ".build", "faults.json");
/** @type {Row[]} */
const rows = [];
for (const { kind, injected, run } of [
  ...[...BROWSER_FAULTS, ...(wanted.length > 0 ? [SOAK] : [])].map((fault) => ({
    ...fault,
    run: () => fault.run({ browser, url }),
  })),
  ...TERMINAL_FAULTS,
  ...TEST_FAULTS,
]) {
  if (wanted.length > 0 && !wanted.some((word) => `${kind} ${injected}`.includes(word))) continue;
  const [survived, came] = await run().then(
    (text) => /** @type {const} */ ([true, text]),
    (error) => /** @type {const} */ ([false, String(error instanceof Error ? error.message : error).split("\n")[0]]),
  );
  rows.push({ kind, injected, survived, came: came ?? "" });
  console.log(`${survived ? "✓" : "✗"} ${kind}: ${injected}\n  ${came}`);
}
const version = browser.version();
await close();
writeFileSync(join(ROOT, "docs", "reliability.md"), report(kept()));
process.exitCode = rows.every(({ survived }) => survived) ? 0 : 1;

/** All rows, those that were tried now in the place of those of before. @returns {Row[]} */
function kept() {
  /** @type {Row[]} */
  const before = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, "utf8")) : [];
  const all = new Map([...before, ...rows].map((row) => [`${row.kind}: ${row.injected}`, row]));
  mkdirSync(join(ROOT, ".build"), { recursive: true });
  writeFileSync(KEPT, JSON.stringify([...all.values()]));
  return [...all.values()];
}

/** @param {Row[]} all */
function report(all) {
  const survived = all.filter((row) => row.survived).length;
  const cell = (/** @type {string} */ text) => text.replaceAll("|", "\\|");
  const lines = all.map(
    ({ kind, injected, survived: yes, came }) =>
      `| ${kind} | ${cell(injected)} | ${yes ? "survived" : "**lost**"} | ${cell(came)} |`,
  );
  return `# Reliability

What was tried by \`npm run faults\`, which writes this file, and what came of it: ${survived} of ${all.length} survived. Chromium ${version},
${cpus().length} processor cores, software WebGPU, policies of the size nano; figures are those of the last time. "Survived" means what the
last column says: the run went on to the very weights of an undisturbed one, or stopped at the step that was wrong and said so.

| kind | injected | | what came |
| --- | --- | --- | --- |
${lines.join("\n")}

A part runs with every \`npm test\`: random sequences on stand-in workers, and runs that are cut off (\`scripts/faults\`), links
(\`src/lab/link/wholeness.test.ts\`), damaged databases, blocked upgrades and full quotas
(\`src/app/history/damagedLibrary.test.ts\`), cut-off plans (\`goOn.test.ts\`), two tabs (\`tabs.test.ts\`), hung workers
(\`src/app/workerWatch.test.ts\`), failing devices and checkpoints (\`src/lab/worker/runController.test.ts\`).
`;
}
