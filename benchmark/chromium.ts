import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { build, preview } from "vite";
import { ensureBrowser, FLAGS } from "../scripts/browser.mjs";
import { simdKernels } from "../scripts/kernels.mjs";
import { wasmThreads } from "../scripts/wasmThreads.ts";
import { isolation } from "../vite.config.ts";
import { type AdapterKind, FINE_TIMES } from "./options.ts";
import type { SuiteReport, SuiteRequest } from "./report.ts";

/** Flags that pin WebGPU to the emulated adapter. */
const SOFTWARE = /^--use-webgpu-adapter=/;

export async function openBrowser(adapter: AdapterKind, say: (line: string) => void): Promise<Browser> {
  const real = [...FLAGS.filter((flag) => !SOFTWARE.test(flag)), "--enable-features=Vulkan"];
  const args = [...(adapter === "software" ? FLAGS : real), `--${FINE_TIMES}`];
  return chromium.launch({ executablePath: await ensureBrowser(say), args });
}

/** Runs the suites in a worker of a page that is cross-origin isolated, unless only one thread is wanted. */
export async function runInChromium(
  root: string,
  request: SuiteRequest,
  adapter: AdapterKind,
  say: (line: string) => void,
): Promise<{ readonly report: SuiteReport; readonly version: string }> {
  say("building the page of the benchmark");
  const site = await buildPage(root);
  // Without isolation no library can start threads; with it the clock ticks in 5 µs instead of 100.
  await using server = await serve(root, site, request.threads > 1 || request.backend === "webgpu");
  await using browser = await openBrowser(adapter, say);
  const page = await browser.newPage();
  page.on("console", (message) => {
    const text = message.text();
    if (text.startsWith("bench: ")) say(text.slice("bench: ".length));
  });
  await page.goto(server.url);
  await page.waitForFunction(() => "runBenchmark" in window);
  const report = await page.evaluate((asked) => window.runBenchmark(asked), request);
  return { report, version: browser.version() };
}

async function buildPage(root: string): Promise<string> {
  const outDir = join(root, ".build", "bench", "page");
  await build({
    root: join(root, "benchmark", "page"),
    configFile: false,
    logLevel: "error",
    base: ".//",
    publicDir: false,
    worker: { format: "es", plugins: () => [wasmThreads(), simdKernels()] },
    build: { target: "es2023", outDir, emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
  });
  return outDir;
}

/** Serves a built folder on a free port until it is disposed of. */
export async function serve(root: string, outDir: string, isolated: boolean) {
  const server = await preview({
    root,
    configFile: false,
    logLevel: "error",
    appType: "mpa",
    base: ".//",
    build: { outDir },
    preview: {
      port: await freePort(),
      strictPort: true,
      host: "localhost",
      ...(isolated ? { headers: isolation } : {}),
    },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the page of the benchmark must be served, got no address");
  return { url, [Symbol.asyncDispose]: () => server.close() };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "localhost", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
