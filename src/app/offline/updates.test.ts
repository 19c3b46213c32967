import { expect, test, vi } from "vitest";
import { createUpdateStore, type UpdateHost } from "./updates.ts";

class FakeRegistration extends EventTarget {
  installing: EventTarget | null = null;
  waiting: { postMessage(message: unknown): void } | null = null;
  active: object | null = null;
}

function browser(registration: FakeRegistration | Error) {
  const container = Object.assign(new EventTarget(), {
    register: vi.fn(async () => {
      if (registration instanceof Error) throw registration;
      return registration;
    }),
  });
  const page = new EventTarget();
  const host = {
    loaded: Promise.resolve(),
    settled: vi.fn(async () => {}),
    serviceWorker: container as unknown as ServiceWorkerContainer,
    addEventListener: page.addEventListener.bind(page),
    reload: vi.fn(),
  } satisfies UpdateHost;
  return { host, container, page };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the first build that is kept offers nothing", async () => {
  const registration = new FakeRegistration();
  const { host, container } = browser(registration);
  const store = createUpdateStore(host, "sw.js");
  await settled();
  registration.installing = new EventTarget();
  registration.dispatchEvent(new Event("updatefound"));
  registration.waiting = { postMessage: vi.fn() };
  registration.installing.dispatchEvent(new Event("statechange"));
  expect(container.register).toHaveBeenCalledWith("sw.js");
  expect(store.getState().offer).toBeUndefined();
});

test("a newer build is offered, and loads only when it was asked for and has taken over", async () => {
  const registration = new FakeRegistration();
  registration.active = {};
  const { host, container } = browser(registration);
  const store = createUpdateStore(host, "sw.js");
  await settled();
  registration.installing = new EventTarget();
  registration.dispatchEvent(new Event("updatefound"));
  registration.waiting = { postMessage: vi.fn() };
  registration.installing.dispatchEvent(new Event("statechange"));
  expect(store.getState().offer).toBe("newer");
  expect(host.reload).not.toHaveBeenCalled();
  let settle = () => {};
  host.settled.mockReturnValue(new Promise((resolve) => (settle = resolve)));
  store.reload();
  await settled();
  expect(registration.waiting.postMessage).not.toHaveBeenCalled();
  settle();
  await settled();
  expect(registration.waiting.postMessage).toHaveBeenCalledWith("take over");
  expect(host.reload).not.toHaveBeenCalled();
  container.dispatchEvent(new Event("controllerchange"));
  expect(host.reload).toHaveBeenCalledOnce();
});

test("a part that is gone from the server is one offer to reload, which can be put off", async () => {
  const { host, page } = browser(new FakeRegistration());
  const store = createUpdateStore(host, "sw.js");
  page.dispatchEvent(new Event("vite:preloadError"));
  page.dispatchEvent(new Event("vite:preloadError"));
  expect(store.getState().offer).toBe("incomplete");
  store.dismiss();
  expect(store.getState().offer).toBeUndefined();
  store.reload();
  expect(host.reload).toHaveBeenCalledOnce();
});

test("where no service worker can be had nothing is said and nothing fails", async () => {
  const { host } = browser(new Error("blocked"));
  const store = createUpdateStore(host, "sw.js");
  createUpdateStore({ ...host, serviceWorker: undefined }, "sw.js");
  createUpdateStore(host, undefined);
  await settled();
  expect(store.getState().offer).toBeUndefined();
});
