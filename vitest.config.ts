import { cpus } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, mergeConfig } from "vitest/config";
import { FLAGS, installedBrowser } from "./scripts/browser.mjs";
import { commonjsNames, TENSOR_MODULES } from "./scripts/tensors.mjs";
import base from "./vite.config.ts";

const executablePath = installedBrowser();

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // By itself Vitest leaves a core free, half of a small machine.
      maxWorkers: cpus().length,
      projects: [
        {
          extends: true,
          test: {
            name: "unit",
            environment: "node",
            setupFiles: ["scripts/settleImports.ts"],
            // A limit against hanging, not a measure of speed: a busy machine takes its time.
            testTimeout: 60_000,
            hookTimeout: 60_000,
            deps: {
              optimizer: {
                ssr: {
                  enabled: true,
                  include: TENSOR_MODULES,
                  rolldownOptions: { plugins: [commonjsNames] },
                },
              },
            },
            include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts", "benchmark/**/*.test.ts"],
            exclude: ["**/*.browser.test.*"],
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
