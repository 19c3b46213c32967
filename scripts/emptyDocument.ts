import { afterAll } from "vitest";

/*
 * Files of tests share a document, for which a new one takes a second. Each finds it as a new one is: nothing drawn, nothing
 * stored, at the address where it began.
 */
const address = location.href;

afterAll(() => {
  for (const element of [document.documentElement, document.body])
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
  document.head.replaceChildren();
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", address);
});
