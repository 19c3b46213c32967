/*
 * Faults that are injected into the built page in a real browser, each on a page of its own: what was done, what came of it.
 */
import { setTimeout as pause } from "node:timers/promises";
import {
  finalHash,
  link,
  onPage,
  onWebGpu,
  PATIENCE_MS,
  press,
  records,
  repeated,
  same,
  seconds,
  step,
  stepIn,
  trainTo,
  undisturbedHash,
  until,
} from "./pageRun.mjs";

/** @typedef {import("./pageRun.mjs").Place} Place */
/** @typedef {import("./pageRun.mjs").Page} Page */
/** @typedef {import("./pageRun.mjs").Fault} Fault */

const CHORD = link("chord-mu-countdown", 1500);
const GRPO = link("grpo-parity", 2000).replace("&demoBatch=4", "");
const ON_GPU = link("sft-parity", 300).replace("&prompts=2&groupSize=2", "");

/** @param {string} name @param {string} hash @returns {Fault} */
const reload = (name, hash) => ({
  kind: "a reload",
  injected: `${name}, loaded again on the way`,
  run: async (place) => {
    const expected = await undisturbedHash(place, hash);
    return onPage(place, hash, async (page) => {
      await trainTo(page, 100);
      await page.reload();
      const at = Number(await page.evaluate(() => sessionStorage.getItem("reached")));
      const button = page.getByRole("button", { name: /^Go on from step/ });
      const from = stepIn(await button.textContent());
      await button.click();
      return `cut at step ${at}, went on from ${from}, ${repeated(at, from)}, ${same(expected, await finalHash(page))}`;
    });
  },
});

/**
 * Something happens to the worker; the page notices by itself, and the run goes on.
 * @param {string} kind @param {string} injected @param {() => void} deed
 * @returns {Fault}
 */
const workerFault = (kind, injected, deed) => ({
  kind,
  injected,
  run: async (place) => {
    const expected = await undisturbedHash(place, CHORD);
    return onPage(place, CHORD, async (page) => {
      await trainTo(page, 60);
      let at = await step(page);
      const began = performance.now();
      void page
        .workers()[0]
        ?.evaluate(deed)
        .catch(() => {});
      const notice = page.getByRole("alert").filter({ hasText: "goes on from its checkpoint" });
      const phase = () => page.getByText("loading", { exact: true }).first().isVisible();
      while (!(await phase()) && performance.now() - began < PATIENCE_MS) at = Math.max(at, await step(page));
      const noticed = performance.now() - began;
      await notice.waitFor();
      const from = stepIn((await notice.textContent())?.split("checkpoint")[1] ?? "");
      const hash = await finalHash(page);
      return `noticed after ${seconds(noticed)}, from step ${at} back to ${from}, ${repeated(at, from)}, ${same(expected, hash)}`;
    });
  },
});

/**
 * The GPU's objects lie: the run must go on from a checkpoint on another device, and never be trained on it.
 * @param {string} injected @param {() => void} deed
 * @returns {Fault}
 */
const gpuFault = (injected, deed) => ({
  kind: "a device that fails",
  injected,
  run: async (place) => {
    const expected = await undisturbedHash(place, ON_GPU, onWebGpu);
    return onPage(place, ON_GPU, async (page) => {
      await onWebGpu(page);
      await trainTo(page, 20);
      const began = performance.now();
      await page.workers()[0]?.evaluate(deed);
      const notice = page.getByRole("alert").filter({ hasText: "goes on from its checkpoint" });
      await notice.waitFor();
      const noticed = performance.now() - began;
      const text = (await notice.textContent())?.replaceAll("✕", "").trim().slice(0, 160);
      return `noticed after ${seconds(noticed)}: “${text}…”, ${same(expected, await finalHash(page))}`;
    });
  },
});

/** In the worker: the device has no memory for a buffer of more than so many bytes, as one answers that has run out of it. @param {number} most */
function tightMemory(most) {
  /** @type {{ filter: GPUErrorFilter, error: GPUError | null }[]} */
  const scopes = [];
  const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push({ filter, error: null });
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const own = scopes.pop();
    const real = await popErrorScope.call(this);
    return own?.filter === "out-of-memory" && own.error ? own.error : real;
  };
  GPUDevice.prototype.createBuffer = function (descriptor) {
    if (descriptor.size <= most) return createBuffer.call(this, descriptor);
    const scope = scopes.findLast(({ filter }) => filter === "out-of-memory");
    if (scope) scope.error = new GPUOutOfMemoryError(`no ${descriptor.size} bytes`);
    // What a device without memory gives: a buffer that is none.
    return createBuffer.call(this, { ...descriptor, usage: 0 });
  };
}

/** Its updates need more memory than its first evaluation did. */
const LARGE = ON_GPU.replace("demoBatch=4", "demoBatch=32").replace("steps=300", "steps=8");

/** @type {Fault} */
const outOfMemory = {
  kind: "out of memory",
  injected: "the GPU has no buffer of more than 1.5 MB when the first update asks for one",
  run: async (place) => {
    const expected = await undisturbedHash(place, LARGE, onWebGpu);
    return onPage(place, LARGE, async (page) => {
      await onWebGpu(page);
      // Until the first evaluation is made, which needs less.
      await until(async () => page.workers().length > 0, "a worker");
      await pause(3000);
      await page.workers()[0]?.evaluate(tightMemory, 1.5e6);
      await press(page, "Train");
      const notice = page.getByRole("alert").filter({ hasText: "micro-batches" });
      await notice.waitFor();
      const text = (await notice.textContent())?.replaceAll("✕", "").trim();
      return `“${text}”, ${same(expected, await finalHash(page))}`;
    });
  },
};

/** @type {readonly Fault[]} */
export const BROWSER_FAULTS = [
  reload("CHORD-µ", CHORD),
  reload("GRPO", GRPO),
  {
    kind: "a crash of the tab",
    injected: "the renderer is killed; the link is opened in a new tab",
    run: async (place) => {
      const expected = await undisturbedHash(place, CHORD);
      return onPage(place, CHORD, async (page) => {
        await trainTo(page, 100);
        const at = await step(page);
        const session = await page.context().newCDPSession(page);
        void session.send("Page.crash").catch(() => {});
        await pause(1000);
        const next = await page.context().newPage();
        await next.goto(place.url + CHORD);
        const button = next.getByRole("button", { name: /^Go on from step/ });
        const from = stepIn(await button.textContent());
        await button.click();
        return `cut at about step ${at}, went on from ${from}, ${same(expected, await finalHash(next))}`;
      });
    },
  },
  workerFault("a worker that hangs", "an endless loop in the worker", () => {
    for (;;);
  }),
  workerFault("a worker that closes itself", "self.close()", () => self.close()),
  workerFault("a worker that throws", "an error that nothing catches", () => {
    setTimeout(() => {
      throw new Error("injected");
    }, 0);
  }),
  {
    kind: "Stop while the worker hangs",
    injected: "an endless loop, then Stop",
    run: (place) =>
      onPage(place, CHORD, async (page) => {
        await trainTo(page, 60);
        void page
          .workers()[0]
          ?.evaluate(() => {
            for (;;);
          })
          .catch(() => {});
        await pause(300);
        const began = performance.now();
        await press(page, "Stop");
        await page.getByText("stopped", { exact: true }).first().waitFor();
        const stopped = performance.now() - began;
        await press(page, "Train");
        await until(async () => (await step(page)) > 0, "the next run");
        return `stopped after ${seconds(stopped)}, and the next run trains`;
      }),
  },
  {
    kind: "a GPU that is lost",
    injected: "the GPU's process is crashed on the way",
    run: async (place) => {
      const expected = await undisturbedHash(place, ON_GPU, onWebGpu);
      return onPage(place, ON_GPU, async (page) => {
        await onWebGpu(page);
        await trainTo(page, 40);
        const session = await place.browser.newBrowserCDPSession();
        const at = await step(page);
        const began = performance.now();
        await session.send("Browser.crashGpuProcess");
        await page.getByText("loading", { exact: true }).first().waitFor();
        const noticed = performance.now() - began;
        const notice = page.getByRole("alert").filter({ hasText: "goes on from its checkpoint" });
        await notice.waitFor();
        await page.getByText("training", { exact: true }).first().waitFor();
        const again = performance.now() - began;
        const from = stepIn((await notice.textContent())?.split("checkpoint")[1] ?? "");
        const hash = await finalHash(page);
        return `noticed within ${seconds(noticed)}, training again after ${seconds(again)}, at about step ${at} back to ${from}, ${repeated(at, from)}, ${same(expected, hash)}`;
      });
    },
  },
  gpuFault("every read-back is zeros", () => {
    GPUBuffer.prototype.getMappedRange = (_, size = 0) => new ArrayBuffer(size);
  }),
  gpuFault("every read-back is NaN", () => {
    GPUBuffer.prototype.getMappedRange = (_, size = 0) => new Float32Array(Math.ceil(size / 4)).fill(Number.NaN).buffer;
  }),
  gpuFault("mapAsync never settles", () => {
    GPUBuffer.prototype.mapAsync = () => new Promise(() => {});
  }),
  gpuFault("a command is refused", () => {
    const { submit } = GPUQueue.prototype;
    let refused = false;
    GPUQueue.prototype.submit = function (commands) {
      const [first] = commands;
      // The same command buffer twice: a validation error of the device itself.
      submit.call(this, refused || !first ? commands : [first, first]);
      refused = true;
    };
  }),
  outOfMemory,
  {
    kind: "a damaged checkpoint",
    injected: "one bit of the stored weights is flipped before a reload",
    run: (place) =>
      onPage(place, CHORD, async (page) => {
        await trainTo(page, 100);
        await press(page, "Pause");
        await until(async () => (await records(page))[0]?.phase === "paused", "the pause");
        await pause(500);
        await page.evaluate(
          () =>
            new Promise((resolve) => {
              const opening = indexedDB.open("policy-lab");
              opening.onsuccess = () => {
                const store = opening.result.transaction("weights", "readwrite").objectStore("weights");
                const keys = store.getAllKeys();
                keys.onsuccess = () => {
                  for (const key of keys.result) {
                    const get = store.get(key);
                    get.onsuccess = () => {
                      const bytes = new DataView(get.result);
                      const middle = bytes.byteLength >> 1;
                      bytes.setUint8(middle, bytes.getUint8(middle) ^ 1);
                      store.put(get.result, key).onsuccess = () => resolve(undefined);
                    };
                  }
                };
              };
            }),
        );
        await page.reload();
        await press(page, /^Go on from step/);
        await page
          .getByText(/checkpoint is damaged or gone/)
          .first()
          .waitFor();
        // Its curves stay as they are; the experiment is another run.
        await press(page, "Train");
        const expected = await undisturbedHash(place, CHORD);
        return `refused and said, its curves kept; trained anew, ${same(expected, await finalHash(page))}`;
      }),
  },
  {
    kind: "two tabs on one library",
    injected: "a second tab opens while a run trains, and takes it over",
    // Long enough that it is still under way when the second tab has loaded.
    run: (place) =>
      onPage(place, link("chord-mu-countdown", 10_000), async (page) => {
        await trainTo(page, 60);
        const other = await page.context().newPage();
        await other.goto(page.url());
        await other.getByText(/training in another tab/).waitFor();
        await other
          .getByLabel(/^More about/)
          .first()
          .click();
        await press(other, /^Take over from step/);
        await page.getByText(/goes on in another tab/).waitFor();
        const from = await step(other);
        await until(async () => (await step(other)) > from + 20, "training on in the second tab");
        return `seen as at work there; after taking over the first tab has stopped, ${(await records(other)).length} record, and the run goes on`;
      }),
  },
  {
    kind: "no room left",
    injected: "the browser's quota is overridden to 300 kB on the way",
    // Chromium grants a database its room in advance, for up to half a minute: the run must be long enough to use that up.
    run: (place) =>
      onPage(place, link("chord-mu-countdown", 10_000), async (page) => {
        await press(page, "Train");
        await until(async () => (await step(page)) > 20, "training");
        const session = await page.context().newCDPSession(page);
        const origin = new URL(place.url).origin;
        await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 300_000 });
        const notice = page.getByRole("alert").filter({ hasText: /left for this page|could not be kept/ });
        await notice.waitFor();
        const at = await step(page);
        await until(async () => (await step(page)) > at + 20, "training on");
        return `said (“${(await notice.textContent())?.replaceAll("✕", "").trim().slice(0, 90)}…”), and the run goes on`;
      }),
  },
];
