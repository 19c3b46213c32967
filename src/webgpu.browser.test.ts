import { expect, test } from "vitest";

const NOTHING = "none";

test("the test browser offers a WebGPU adapter on a page", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter?.info.vendor ?? NOTHING).not.toBe(NOTHING);
});

test("the test browser offers a WebGPU adapter in a worker, and memory shared between threads", async () => {
  const source = `
    const adapter = await navigator.gpu?.requestAdapter();
    const device = await adapter?.requestDevice();
    postMessage({ device: device !== undefined, isolated: crossOriginIsolated, shared: typeof SharedArrayBuffer });
  `;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  URL.revokeObjectURL(url);
  expect(answer).toEqual({ device: true, isolated: true, shared: "function" });
});
