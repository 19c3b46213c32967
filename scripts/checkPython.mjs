/*
 * `npm run check:python`: opens the exported folders in the Python libraries that they are for, see checks/python. Where Python
 * or its registry is missing it says so and ends well: nothing of the lab itself is wrong then.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

/** Of src/lab/export/trl/versions.ts, and what reads Trinity-RFT's configuration without its engines. */
const TRINITY = ["trinity-rft==0.6.0"];
const TRINITY_NEEDS = ["omegaconf", "ray"];

/** @param {string} sentence */
function notRun(sentence) {
  console.log(`check:python was not run: ${sentence}`);
  process.exit(0);
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit" }).status === 0;
}

ensureInstalled((line) => console.error(`check:python: ${line}`));
const python = ["python3", "python"].find((name) => spawnSync(name, ["-c", "import venv"]).status === 0);
if (!python) notRun("there must be a Python 3 with venv, got none.");

const given = process.env.CHECK_PYTHON_VENV;
const venv = given ?? join(tmpdir(), "policy-lab-check-python");
const inside = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
if (!existsSync(inside) && !run(/** @type {string} */ (python), ["-m", "venv", venv]))
  notRun(`${venv} could not be made.`);

if (!given) {
  const folder = mkdtempSync(join(tmpdir(), "policy-lab-check-"));
  const lab = join(ROOT, "scripts/lab.mjs");
  if (!run(process.execPath, [lab, "export", "sft-parity", "--format", "trl", "--out", folder])) process.exit(1);
  const pip = [inside, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]];
  const install = (/** @type {string[]} */ args) =>
    run(/** @type {string} */ (pip[0]), [.../** @type {string[]} */ (pip[1]), ...args]);
  if (!install(["-r", join(folder, "requirements.txt")]))
    notRun("the packages of requirements.txt could not be installed.");
  if (!install(TRINITY_NEEDS) || !install(["--no-deps", ...TRINITY]))
    console.log("trinity-rft could not be installed: its check is left out.");
}
process.exit(
  run(inside, [join(ROOT, "checks/python/check.py"), "torch", "transformers", "trl", "omegaconf", "trinity"]) ? 0 : 1,
);
