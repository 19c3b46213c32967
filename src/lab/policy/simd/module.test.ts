import { expect, it } from "vitest";
import { kernelModule } from "./module.ts";

it("exports the kernels and asks for nothing but a memory", async () => {
  const module = await kernelModule();
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toContain("heapBase");
});
