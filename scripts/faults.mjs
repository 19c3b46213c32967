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

What it rests on:

- **Marks.** Every chain of commands for the GPU has a number, which its last kernel writes beside the results and every answer must carry
  (\`src/lab/policy/wgsl/device/marks.ts\`): a device that answers with zeros, garbage or what it answered before fails at that step. On every
  backend the loss, the norms and what is said of tokens must lie within what a policy can have (\`src/lab/train/finite.ts\`).
- **Checkpoints.** One is due 16 updates or 5 seconds after the last, earlier where more updates are made while it is stored, so that at most 20
  are made again; as far as 3% of the run's time allows, of which 60 ms are there from the start and are saved up again
  (\`checkpointSchedule.ts\`). It is written beside the last one that was read back whole, which goes when a newer one was, every 5 seconds.
- **The watch.** A worker is taken for hung after 8 seconds of silence, or six times the longest so far or expected; before its first step,
  and in a first evaluation that nothing has foretold, after a minute (\`src/app/workerWatch.ts\`).
- **Another device.** A run whose GPU is lost goes on in a new worker. The adapter that trained it until then is not tested again, and what only
  rollouts need is compiled after the kernels of a step.

A part runs with every \`npm test\`: random sequences on stand-in workers, and runs that are cut off (\`scripts/faults\`), links
(\`src/lab/link/wholeness.test.ts\`), damaged databases, blocked upgrades and full quotas
(\`src/app/history/damagedLibrary.test.ts\`), cut-off plans (\`goOn.test.ts\`), two tabs (\`tabs.test.ts\`), hung workers
(\`src/app/workerWatch.test.ts\`), failing devices and checkpoints (\`src/lab/worker/runController.test.ts\`).
`;
}
