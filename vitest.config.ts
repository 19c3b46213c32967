import { playwright } from "@vitest/browser-playwright";
import { defineConfig, mergeConfig } from "vitest/config";
import { FLAGS, installedBrowser } from "./scripts/browser.mjs";
import base from "./vite.config.ts";

const executablePath = installedBrowser();

export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: "unit",
            environment: "node",
            include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
            exclude: ["**/*.browser.test.*"],
          },
        },
        {
          extends: true,
          // Named here so that none is found halfway, which would reload the page under a running test.
          optimizeDeps: {
            include: [
              "@tensorflow/tfjs-core",
              "@tensorflow/tfjs-core/dist/register_all_gradients",
              "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops",
              "@tensorflow/tfjs-backend-cpu",
              "@tensorflow/tfjs-backend-wasm",
              "@tensorflow/tfjs-backend-webgpu",
              "@testing-library/react",
              "react",
              "react-dom",
              "react-dom/client",
              "react/jsx-dev-runtime",
              "recharts",
              "valibot",
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
