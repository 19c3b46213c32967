// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { trustedScript } from "./trustedScripts.ts";

const worker = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;

test("a script of the page passes as it is, by its file or by the import of it", () => {
  const file = new URL("./assets/worker-1a2b.js", document.baseURI).href;
  for (const address of [file, "./serviceWorker.js", worker(`import ${JSON.stringify(file)};`)])
    expect(trustedScript(address)).toBe(address);
});

test("a folder whose name has brackets, quotes or stars is a folder like any other", () => {
  document.head.innerHTML = '<base href="http://localhost/policy (copy)!*\'s/">';
  const file = new URL("./assets/worker-1a2b.js", document.baseURI).href;
  expect(trustedScript(worker(`import ${JSON.stringify(file)};`))).toContain("(copy)");
  document.head.innerHTML = "";
});

test("nothing else does: another origin, another text, a blob", () => {
  for (const address of [
    "https://elsewhere.test/worker.js",
    "//elsewhere.test/worker.js",
    worker("alert(1)"),
    worker('import "https://elsewhere.test/a.js";'),
    worker('import "./a.js";alert(1);'),
    "blob:https://elsewhere.test/1",
    "javascript:alert(1)",
  ])
    expect(() => trustedScript(address), address).toThrow("a script must be one of this page's own");
});
