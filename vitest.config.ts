import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, mergeConfig } from "vitest/config";
import { FLAGS, installedBrowser } from "./scripts/browser.mjs";
import { commonjsNames, TENSOR_MODULES } from "./scripts/tensors.mjs";
import base from "./vite.config.ts";

const executablePath = installedBrowser();

const PAGE = ["src/*.test.ts", "src/{app,charts,controls,pages}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"];
/** Needs a process in which no backend has been started. */
const ALONE = "src/lab/policy/tfjs/backend.test.ts";
const LAB = ["src/lab/**/*.test.ts", "src/cli/**/*.test.ts", "benchmark/**/*.test.ts"];
const everyTest = ["src", "scripts"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)))
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.test\.tsx?$/.test(file) && !/^src\/(lab|cli)\/|\.browser\./.test(file))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));
/**
 * Tests of the page that may share a process, which for each of its own takes a second longer: they leave no database behind, and
 * put no module in another's place, which one that is loaded already would not notice.
 */
const sharing = everyTest.filter(({ text }) => !text.includes("fake-indexeddb") && !text.includes("vi.mock("));
const asking = (wanted: boolean) =>
  sharing.filter(({ text }) => text.includes("@vitest-environment") === wanted).map(({ file }) => file);
const [WITH_DOCUMENT, WITHOUT_DOCUMENT] = [asking(true), asking(false)];

const UNIT = {
  environment: "node",
  exclude: ["**/*.browser.test.*"],
  setupFiles: ["scripts/settleImports.ts"],
  // A limit against hanging, not a measure of speed: a busy machine takes its time.
  testTimeout: 240_000,
  hookTimeout: 240_000,
};

/** With tfjs in one file. */
const BUNDLED = {
  deps: {
    optimizer: {
      ssr: {
        enabled: true,
        include: TENSOR_MODULES,
        rolldownOptions: { plugins: [commonjsNames] },
      },
    },
  },
};

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // By itself Vitest leaves a core free, half of a small machine.
      maxWorkers: cpus().length,
      projects: [
        {
          extends: true,
          // Nothing there keeps anything between tests, and loading the laboratory for each file took a third of the time.
          test: {
            ...UNIT,
            ...BUNDLED,
            name: "unit-lab",
            include: [...LAB, ...WITHOUT_DOCUMENT],
            exclude: [...UNIT.exclude, ALONE],
            isolate: false,
          },
        },
        {
          extends: true,
          test: {
            ...UNIT,
            name: "unit-document",
            include: WITH_DOCUMENT,
            setupFiles: ["scripts/emptyDocument.ts", ...UNIT.setupFiles],
            isolate: false,
          },
        },
        {
          extends: true,
          test: {
            ...UNIT,
            ...BUNDLED,
            name: "unit-page",
            include: [...PAGE, ALONE],
            exclude: [...UNIT.exclude, ...WITHOUT_DOCUMENT, ...WITH_DOCUMENT],
          },
        },
        {
          extends: true,
          // As in vite.config.ts: a reload would end a running test.
          optimizeDeps: {
            include: [
              "@testing-library/react",
              "react",
              "react-dom",
              "react-dom/client",
              "react/jsx-dev-runtime",
              "recharts",
              "zustand",
              "zustand/vanilla",
            ],
          },
          test: {
            name: "browser",
            include: ["src/**/*.browser.test.{ts,tsx}"],
            testTimeout: 60_000,
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              provider: playwright({
                launchOptions: { args: FLAGS, ...(executablePath ? { executablePath } : {}) },
              }),
              instances: [{ browser: "chromium" }],
            },
          },
        },
      ],
    },
  }),
);
