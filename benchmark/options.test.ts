import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("without options our policies and the peers are compared in Node on wasm, the page is left alone", () => {
  expect(readOptions([])).toEqual({
    json: false,
    suites: ["train", "rollout", "objective"],
    sizes: ["tiny", "small"],
    where: "node",
    backend: "wasm",
    rounds: 12,
    who: undefined,
    threads: undefined,
    adapter: "software",
  });
});

test("lists name their parts once each", () => {
  const { suites, sizes } = readOptions(["--only", "page,train,page", "--sizes=nano"]);
  expect(suites).toEqual(["page", "train"]);
  expect(sizes).toEqual(["nano"]);
});

test("an option that cannot be followed is named with what must hold and what came", () => {
  expect(() => readOptions(["--backend", "metal"])).toThrow('--backend must be of wasm, cpu, webgpu, got "metal"');
  expect(() => readOptions(["--sizes", "tiny,huge"])).toThrow('--sizes must be of nano, tiny, small, got "huge"');
  expect(() => readOptions(["--rounds", "0"])).toThrow('--rounds must be a whole number of at least 1, got "0"');
  expect(() => readOptions(["--fast"])).toThrow("--fast");
  expect(() => readOptions(["--adapter", "none", "--where", "chromium"])).toThrow(
    "--adapter none must go with --where node and --backend webgpu, got chromium and wasm",
  );
  expect(readOptions(["--adapter", "none", "--backend", "webgpu"]).adapter).toBe("none");
});
