/*
 * `npm run faults`: injects faults for real, into the built page in a browser and into the command line, and writes what came
 * of each into docs/reliability.json and docs/reliability.md. `npm run faults -- reload worker` tries those alone whose words
 * contain one of these; the others keep what came last time, with the commit and the day of it. The soak of 20 minutes is tried
 * where it is named: `npm run faults -- soak`. `npm run faults -- report` tries none and writes the page again.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { BROWSER_FAULTS } from "./faults/browserFaults.mjs";
import { keep, keptRows, measuredOn } from "./faults/keptRows.mjs";
import { MOMENT_FAULTS } from "./faults/moments.mjs";
import { report } from "./faults/report.mjs";
import { SOAK } from "./faults/soak.mjs";
import { NotTried, TERMINAL_FAULTS } from "./faults/terminalFaults.mjs";
import { TEST_FAULTS } from "./faults/testFaults.mjs";
import { ROOT } from "./root.mjs";
import { servedPage } from "./servedPage.mjs";

/** @typedef {import("./faults/keptRows.mjs").Row} Row */

const say = (/** @type {string} */ line) => console.error(`policy-lab: ${line}`);
const wanted = process.argv.slice(2);

/** The page in one browser for all, as a GPU process that crashes is the browser's; none where no fault asks for it. */
/** @type {ReturnType<typeof servedPage> | undefined} */
let served;
const page = () => {
  served ??= servedPage(say);
  return served;
};

const faults = [
  ...[...BROWSER_FAULTS, ...MOMENT_FAULTS, ...(wanted.length > 0 ? [SOAK] : [])].map((fault) => ({
    ...fault,
    run: async () => fault.run(await page()),
  })),
  ...TERMINAL_FAULTS,
  ...TEST_FAULTS,
].filter(({ kind, injected }) => wanted.length === 0 || wanted.some((word) => `${kind} ${injected}`.includes(word)));

const on = measuredOn();
for (const { kind, injected, run } of faults) {
  const { verdict, came } = await run().then(
    (text) => ({ verdict: /** @type {const} */ ("survived"), came: text ?? "" }),
    (error) => ({
      verdict: error instanceof NotTried ? /** @type {const} */ ("not tried") : /** @type {const} */ ("lost"),
      came: String(error instanceof Error ? error.message : error).split("\n")[0] ?? "",
    }),
  );
  const load = Math.round(loadavg()[0] ?? 0);
  keep({ kind, injected, verdict, came, ...on, load }, (await served)?.browser.version() ?? "");
  if (verdict === "lost") process.exitCode = 1;
  console.log(`${verdict === "survived" ? "✓" : "✗"} ${kind}: ${injected}\n  ${came}`);
}
await (await served)?.close();
writeFileSync(join(ROOT, "docs", "reliability.md"), report(keptRows(), cpus().length));
