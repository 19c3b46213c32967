import { afterAll } from "vitest";

/*
 * Files of tests share a process and a document, for which ones of their own take a second longer. Each finds them as new ones are:
 * nothing drawn, nothing stored, at the address where it began, and nothing of a file before it that a timer or an event of the
 * window wakes: two labs on one address would each open what the other writes there.
 */
const address = location.href;

type Timer = "setTimeout" | "setInterval";

/** Notes what a function of the process starts. */
function watched(name: Timer) {
  const started = new Set<ReturnType<typeof setTimeout>>();
  const own = globalThis[name];
  const value = new Proxy(own, {
    apply(start, self, args) {
      const timer = Reflect.apply(start, self, args);
      started.add(timer);
      return timer;
    },
  });
  Object.assign(globalThis, { [name]: value });
  return () => {
    Object.assign(globalThis, { [name]: own });
    for (const timer of started) clearTimeout(timer);
  };
}

/** Notes what listens to the window. */
function heard() {
  const listeners: Parameters<typeof addEventListener>[] = [];
  const own = globalThis.addEventListener;
  globalThis.addEventListener = new Proxy(own, {
    apply(listen, self, args: Parameters<typeof addEventListener>) {
      listeners.push(args);
      return Reflect.apply(listen, self, args);
    },
  });
  return () => {
    globalThis.addEventListener = own;
    for (const args of listeners) removeEventListener(...args);
  };
}

const ends = [watched("setTimeout"), watched("setInterval"), heard()];

afterAll(() => {
  for (const end of ends) end();
  for (const element of [document.documentElement, document.body])
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
  document.head.replaceChildren();
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", address);
});
