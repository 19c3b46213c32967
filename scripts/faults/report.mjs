/*
 * The page docs/reliability.md.
 */

/** @typedef {import("./keptRows.mjs").Kept} Kept */

const cell = (/** @type {string} */ text) => text.replaceAll("|", "\\|");

/** @param {Kept} kept @param {number} cores */
export function report({ browser, rows }, cores) {
  const survived = rows.filter(({ verdict }) => verdict === "survived").length;
  const lines = rows.map(
    ({ kind, injected, verdict, came, date, commit, load }) =>
      `| ${kind} | ${cell(injected)} | ${verdict === "lost" ? "**lost**" : verdict} | ${cell(came)} | ${date} ${commit}${load === undefined ? "" : `, load ${load}`} |`,
  );
  return `# Reliability

What was tried by \`npm run faults\`, which writes this file, and what came of it: ${survived} of ${rows.length} survived. Chromium ${browser},
${cores} processor cores, software WebGPU, policies of the size nano. "Survived" means what the column after it says: the run went on to
the very weights of an undisturbed one, or stopped at the step that was wrong and said so. Each row was measured on the day and the
commit in its last column (a + where files were changed since the commit), at the load that is named there: processes that wanted to
compute in the last minute, on so many cores; on a busy machine everything is noticed later, and checkpoints are further apart.

| kind | injected | | what came | measured |
| --- | --- | --- | --- | --- |
${lines.join("\n")}

What it rests on:

- **Marks.** Every chain of commands for the GPU has a number, which its last kernel writes beside the results and every answer must carry
  (\`src/lab/policy/wgsl/device/marks.ts\`): a device that answers with zeros, garbage or what it answered before fails at that step. On every
  backend the loss, the norms and what is said of tokens must lie within what a policy can have (\`src/lab/train/finite.ts\`).
- **Checkpoints.** One is due 16 updates or 5 seconds after the last, earlier where more updates are made while it is stored; as far as
  2% of the run's time allows, of which 60 ms are there from the start and are saved up again (\`checkpointSchedule.ts\`). A run waits
  rather than be more than 20 updates past what is stored, up to 4 seconds at a time and a quarter of its time: then it goes on without, and says so. Where the 2% put a
  checkpoint off, more than 20 are made again: it has to cost less than a third of an update. It is written beside the last one that was read back whole, which goes when a newer one was, every 5 seconds.
  Above 16 MB it is a file of the browser's own file system under a name of its own, which the database names once it is whole
  (\`largeCheckpoints.ts\`); where there is no such file system it lies in the database like the others.
- **What it costs.** Processor time of a run with all of it over that of one without, in turns of one step each, garbage collected after each turn and
  counted, and the sum of a clock around each guard. Once more, on a busier machine (2.4 ms a step), nano came to 1.025, interval 1.018 to 1.032:
  the bound of 3% lies within it. On the GPU the row says the share of JavaScript alone, on a device that computes nothing: 3% of a
  step that takes half a millisecond or more, of which the 60 ms that checkpoints have at the start are half in a run of three seconds.
- **The watch.** A worker is taken for hung after 8 seconds of silence, or six times the longest so far or expected; before its first step,
  and in a first evaluation that nothing has foretold, after a minute (\`src/app/workerWatch.ts\`).
- **Another device.** A run whose GPU is lost goes on in a new worker. The adapter that trained it until then is not tested again, and what only
  rollouts need is compiled after the kernels of a step.

- **Memory.** What an update, an evaluation or a rollout lays out at a time is bounded: by 1 GiB, by what the adapter allows for a buffer, and by
  the 2 GiB of WebAssembly's memory. What is more goes in micro-batches of whole rows (\`src/lab/policy/microBatches.ts\`): all of them forward for the scores,
  the credits once, then each forward again and backward, and one AdamW. Our own kernels go on with the sums of a gradient where the micro-batch before
  left them, on SIMD and on the GPU: the same bits as in one piece. On SIMD the embedded gradients of all tokens stay until the last is through, 4 (C + 1) bytes
  a token, within the same GiB as far as they take half of it at most; an update that leaves no room for them and a row is refused. tfjs adds up the gradients: moments lie up to 1.1e-6 from those of one piece, relative to the
  size of the whole vector, which is said. Memory that is refused, by the device's error scope or by a module that does not grow, is asked for once again at half the size, which is said, with the GPU's other rooms given back (rollouts
  and activations have a bound each); then the run stops with a sentence, and its last checkpoint stays. tfjs on WebAssembly cannot be asked again: an allocation that fails ends its module. What a run will take is said before it starts, beside Train from 1 GB on and always in the terminal; a
  policy or a row for which there is no room is refused then (\`policy/activationBytes.ts\`, \`experiment/demand.ts\`).
- **Audit.** \`npm audit\` could not be asked on 2026-11-30: the registry here answers 405 to it.

What must hold, and the test that would notice; all but those named with \`npm run faults\` run with every \`npm test\`:

| what | where |
| --- | --- |
| links: 200,000 random and mutated; the longest cut at every length | \`src/lab/link/wholeness.test.ts\` (4,000 random ones; all with \`npm run faults\`), repairs in \`repair.test.ts\` |
| prototype pollution, nesting, 200,000 unknown keys, 1e999, NaN, −0, 2^53+1, negative seeds, heads that do not divide the width | \`src/lab/link/link.test.ts\`, \`wholeness.test.ts\`, \`src/lab/record/hostile.test.ts\`, \`src/lab/policy/jsonText.test.ts\`, \`native.test.ts\`, \`src/cli/objective.edges.test.ts\` |
| hostile safetensors: refused within 50 ms, nothing allocated | \`src/lab/policy/safetensorsHeader.test.ts\`, \`native.test.ts\`, \`src/lab/train/hostileCheckpoints.test.ts\`, \`src/lab/model/hostileModels.test.ts\` |
| a GPU that is lost, lies, answers nothing or refuses | the rows above; \`src/lab/worker/runController.test.ts\`, \`src/lab/train/finite.test.ts\`, \`src/app/history/history.test.ts\`, \`e2e/lostDevice.spec.ts\` |
| reload, crash of the tab, worker killed or hung, each algorithm | the rows above; \`scripts/faults/interrupted.test.ts\`, \`src/app/history/goOn.test.ts\`, \`src/app/workerWatch.test.ts\` |
| an update that is too large, a device or module without memory | \`src/lab/policy/testing/testMicroBatches.ts\` on every policy, \`src/lab/policy/simd/simdPolicy.test.ts\`, \`src/lab/policy/wgsl/wgslPolicy.test.ts\`, and with \`npm run faults\` in a browser |
| kill −9, SIGINT, full disk, read-only folder, two processes with one \`--out\` | the rows above; \`src/cli/outFile.test.ts\`, \`runOutput.test.ts\`, \`toTheEnd.test.ts\`, \`src/cli/commands/train.test.ts\` |
| a hundred presses in five seconds; random sequences of presses and faults | \`scripts/faults/runMachine.test.ts\` |
| checkpoints whole or not at all, two a run, gone with it, large ones too | \`src/app/history/goOn.test.ts\`, \`largeCheckpoints.test.ts\` and, in a browser, \`largeCheckpoints.browser.test.ts\` |
| one damaged record, a blocked upgrade, a full quota, blocked storage hide no run | \`src/app/history/damagedLibrary.test.ts\`, \`quota.test.ts\` |
| plans and two tabs | \`src/app/history/goOn.test.ts\`, \`tabs.test.ts\` |
| live settings never kill a run | \`src/lab/train/liveSettings.test.ts\` |
| the page is whole once loaded; its policy; no other origin | \`e2e/offline.spec.ts\`, \`src/app/offline/updates.test.ts\` |
| the console in all end-to-end tests: no error, no warning | \`e2e/test.ts\`, which every one of them takes its \`test\` from |
`;
}
