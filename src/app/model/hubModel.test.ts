import { afterEach, expect, test, vi } from "vitest";
import { fetchHubModel, type HubModel, hubModel, hubName } from "./hubModel.ts";

afterEach(() => vi.unstubAllGlobals());

/** A hub with these files: their sizes to a HEAD, their texts to a GET. */
function hubWith(files: Readonly<Record<string, string | number>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string, { method = "GET" }: RequestInit) => {
    const file = decodeURIComponent(url.split("/resolve/main/")[1]!);
    asked.push(`${method} ${file}`);
    const body = files[file];
    if (body === undefined) return new Response("", { status: 404 });
    if (typeof body === "number" && body < 600) return new Response("", { status: body });
    const bytes = typeof body === "number" ? body : body.length;
    return new Response(method === "HEAD" ? null : String(body), { headers: { "content-length": String(bytes) } });
  });
  return asked;
}

const { signal } = new AbortController();
const SMALL = { "config.json": "{}", "tokenizer.json": "{ }", "model.safetensors": "12345" };
const said = async (files: Readonly<Record<string, string | number>>) => {
  hubWith(files);
  return hubModel("me/tiny", signal);
};

test.each([
  ["me/tiny-1.5_b", "me/tiny-1.5_b"],
  [" https://huggingface.co/me/tiny/tree/main ", "me/tiny"],
  ["https://huggingface.co/me/tiny", "me/tiny"],
  ["tiny", undefined],
  ["me/tiny/more", undefined],
  ["../tiny", undefined],
  ["https://example.com/me/tiny", undefined],
])("%j names %j", (text, name) => expect(hubName(text)).toBe(name));

test("sizes are asked for by heads alone, and files come after", async () => {
  const asked = hubWith(SMALL);
  const found = (await hubModel("me/tiny", signal)) as HubModel;
  expect(found).toEqual({
    name: "me/tiny",
    files: [
      { name: "config.json", bytes: 2 },
      { name: "tokenizer.json", bytes: 3 },
      { name: "model.safetensors", bytes: 5 },
    ],
    bytes: 10,
  });
  expect(asked.every((one) => one.startsWith("HEAD "))).toBe(true);
  const seen: number[] = [];
  const model = await fetchHubModel(found, (bytes) => seen.push(bytes), signal);
  if (typeof model === "string") throw new Error(model);
  expect(await Promise.all(model.files.map((file) => file.text()))).toEqual(["{}", "{ }", "12345"]);
  expect([model.name, seen.at(-1)]).toEqual(["me/tiny", 10]);
});

test("shards are those that the index names, each once", async () => {
  const [one, two] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const { "model.safetensors": _, ...others } = SMALL;
  const index = JSON.stringify({ weight_map: { a: one, b: two, c: one } });
  const found = (await said({ ...others, "model.safetensors.index.json": index, [one]: "1", [two]: "2" })) as HubModel;
  expect(found.files.map(({ name }) => name).slice(-3)).toEqual(["model.safetensors.index.json", one, two]);
  const outside = JSON.stringify({ weight_map: { a: "../x.safetensors" } });
  expect(await said({ ...others, "model.safetensors.index.json": outside })).toMatch(/must name up to 50 shards/);
});

test("an index is read no further than it may be long", async () => {
  const { "model.safetensors": _, ...others } = SMALL;
  hubWith(others);
  const ask = globalThis.fetch;
  let given = 0;
  const endless = new ReadableStream({
    pull(stream) {
      given += 1e6;
      if (given > 50e6) stream.close();
      else stream.enqueue(new Uint8Array(1e6));
    },
  });
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) =>
    url.endsWith("index.json") ? new Response(endless) : ask(url, options),
  );
  expect(await hubModel("me/tiny", signal)).toMatch(/must name up to 50 shards, got something else/);
  expect(given).toBeLessThan(8e6);
});

test("what cannot be had is said in a sentence", async () => {
  const { "tokenizer.json": _, ...without } = SMALL;
  expect(await said(without)).toBe("me/tiny must have tokenizer.json at huggingface.co, got no such file (404).");
  expect(await said({})).toMatch(/must have model\.safetensors or .*index\.json.*got neither/);
  expect(await said({ ...SMALL, "model.safetensors": 401 })).toMatch(
    /got 401: there is no such model, or it is private/,
  );
  expect(await said({ ...SMALL, "model.safetensors": 900e6 })).toMatch(/at most 400 MB, got 900 MB/);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await hubModel("me/tiny", signal)).toMatch(/did not answer/);
});
