/*
 * The page docs/reliability.md.
 */

/** @typedef {import("./keptRows.mjs").Kept} Kept */

const cell = (/** @type {string} */ text) => text.replaceAll("|", "\\|");

/** @param {Kept} kept @param {number} cores */
export function report({ browser, rows }, cores) {
  const survived = rows.filter(({ verdict }) => verdict === "survived").length;
  const lines = rows.map(
    ({ kind, injected, verdict, came, date, commit }) =>
      `| ${kind} | ${cell(injected)} | ${verdict === "lost" ? "**lost**" : verdict} | ${cell(came)} | ${date} ${commit} |`,
  );
  return `# Reliability

What was tried by \`npm run faults\`, which writes this file, and what came of it: ${survived} of ${rows.length} survived. Chromium ${browser},
${cores} processor cores, software WebGPU, policies of the size nano. "Survived" means what the column after it says: the run went on to
the very weights of an undisturbed one, or stopped at the step that was wrong and said so. Each row was measured on the day and the
commit in its last column (a + where files were changed since the commit).

| kind | injected | | what came | measured |
| --- | --- | --- | --- | --- |
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

- **Memory.** What an update, an evaluation or a rollout lays out at a time is bounded: by 1 GiB, by what the adapter allows for a buffer, and by
  the 2 GiB of WebAssembly's memory. What is more goes in micro-batches of whole rows (\`src/lab/policy/microBatches.ts\`): all of them forward for the scores,
  the credits once, then each forward again and backward, and one AdamW. Our own kernels go on with the sums of a gradient where the micro-batch before
  left them, on SIMD and on the GPU: the same bits as in one piece. tfjs adds up the gradients: moments lie up to 1.1e-6 from those of one piece, relative to the
  size of the whole vector. Memory that is refused, by the device's error scope or by a module that does not grow, is asked for once again at half the size, which is said; then the
  run stops with a sentence, and its last checkpoint stays. tfjs on WebAssembly cannot be asked again: an allocation that fails ends its module. What a run will take is said before it starts, beside Train and in the terminal; a
  policy or a row for which there is no room is refused then (\`policy/activationBytes.ts\`, \`experiment/cost.ts\`).
- **Audit.** \`npm audit\` could not be asked on 2026-11-30: the registry here answers 405 to it.

A part runs with every \`npm test\`: random sequences on stand-in workers, and runs that are cut off (\`scripts/faults\`), links
(\`src/lab/link/wholeness.test.ts\`), damaged databases, blocked upgrades and full quotas
(\`src/app/history/damagedLibrary.test.ts\`), cut-off plans (\`goOn.test.ts\`), two tabs (\`tabs.test.ts\`), hung workers
(\`src/app/workerWatch.test.ts\`), failing devices and checkpoints (\`src/lab/worker/runController.test.ts\`).
`;
}
