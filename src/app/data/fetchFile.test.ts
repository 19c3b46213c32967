// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { fetchFile, fileAddress } from "./fetchFile.ts";

afterEach(() => vi.unstubAllGlobals());

const HUB = "https://huggingface.co/datasets/me/sums";

test.each([
  [`${HUB}/resolve/main/data/train.jsonl`, `${HUB}/resolve/main/data/train.jsonl`, "train.jsonl"],
  [`${HUB}/blob/main/a%20b.parquet?download=true`, `${HUB}/resolve/main/a%20b.parquet?download=true`, "a b.parquet"],
  ["https://huggingface.co/me/model/blob/main/x.csv", "https://huggingface.co/me/model/resolve/main/x.csv", "x.csv"],
])("%s is asked for as the file that it names", (text, url, name) => {
  expect(fileAddress(` ${text} `)).toEqual({ url, name, host: "huggingface.co" });
});

test.each([
  "",
  "http://huggingface.co/datasets/me/sums/resolve/main/x.jsonl",
  "https://huggingface.co.evil.example/datasets/me/sums/resolve/main/x.jsonl",
  "https://huggingface.co:444/datasets/me/sums/resolve/main/x.jsonl",
  "https://huggingface.co/api/whoami",
  "https://huggingface.co/datasets/me/sums",
  "https://example.com/x.jsonl",
  "javascript:alert(1)",
  "file:///etc/passwd",
])("%j is refused in a sentence, and nobody is asked", (text) => {
  const found = fileAddress(text);
  if (text === "") expect(found).toMatchObject({ host: location.host });
  else expect(found).toMatch(/^An address of data must be one of huggingface\.co.*\.$/);
});

test("a file is asked for without cookies or the page's address, and too large a one is not kept", async () => {
  const asked: unknown[] = [];
  const answer = (response: Response) =>
    vi.stubGlobal("fetch", async (...args: unknown[]) => {
      asked.push(args);
      return response;
    });
  const address = { url: `${HUB}/resolve/main/x.jsonl`, name: "x.jsonl", host: "huggingface.co" };
  const { signal } = new AbortController();
  answer(new Response('{"prompt":"1","answer":"2"}'));
  const file = await fetchFile(address, () => {}, signal);
  expect(file).toBeInstanceOf(File);
  expect(asked[0]).toMatchObject([address.url, { credentials: "omit", referrerPolicy: "no-referrer" }]);
  answer(new Response("x", { headers: { "content-length": "300000000" } }));
  expect(await fetchFile(address, () => {}, signal)).toMatch(/at most 200 MB/);
  answer(new Response("", { status: 404, statusText: "Not Found" }));
  expect(await fetchFile(address, () => {}, signal)).toBe("huggingface.co must have the file, got 404 Not Found.");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await fetchFile(address, () => {}, signal)).toMatch(/did not answer/);
});
