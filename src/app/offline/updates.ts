import { createStore, type StoreApi } from "zustand/vanilla";

/** Where the page stands towards its build on the server. */
interface Updates {
  /** A newer build is here and waits; a part of this build can no longer be had; nothing to say. */
  readonly offer: "newer" | "incomplete" | undefined;
}

export interface UpdateStore extends StoreApi<Updates> {
  /** Puts the newer build in charge and loads the page again. Nothing does so by itself. */
  reload(): void;
  dismiss(): void;
}

/** The part of a browser that the store uses. */
export interface UpdateHost {
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  /** When the page has loaded all that its first picture needs: keeping the build must not compete with it. */
  readonly loaded: Promise<void>;
  /**
   * When the page asks for nothing just now. A request in the moment in which a newer worker takes over wakes the older one, and
   * Chromium leaves that in charge for half a minute more.
   */
  settled(): Promise<void>;
  addEventListener(type: "vite:preloadError", listener: (event: Event) => void): void;
  reload(): void;
}

/** How long after its load event the page is left alone. */
const QUIET_MS = 2000;

/** Nothing has come for so long: what a press loads is there. */
const SETTLED_MS = 300;

/** The browser that this page runs in. */
export function browserHost(): UpdateHost {
  const loaded = new Promise<void>((resolve) => {
    const later = () => setTimeout(resolve, QUIET_MS);
    if (document.readyState === "complete") later();
    else addEventListener("load", later, { once: true });
  });
  return {
    loaded,
    serviceWorker: "serviceWorker" in navigator ? navigator.serviceWorker : undefined,
    addEventListener: (type, listener) => addEventListener(type, listener),
    settled: () =>
      new Promise((resolve) => {
        let rest = setTimeout(end, SETTLED_MS);
        const observer = new PerformanceObserver(() => {
          clearTimeout(rest);
          rest = setTimeout(end, SETTLED_MS);
        });
        observer.observe({ type: "resource" });
        function end(): void {
          observer.disconnect();
          resolve();
        }
      }),
    reload: () => location.reload(),
  };
}

/**
 * Keeps the build through a service worker, and says when a newer one waits or when a part of this one is gone from the
 * server. Without service workers (a sandboxed frame, an insecure origin) the page works as long as its server does.
 * @param script address of the service worker; undefined where there is none (development)
 */
export function createUpdateStore(host: UpdateHost, script: string | undefined): UpdateStore {
  const store = createStore<Updates>(() => ({ offer: undefined }));
  let waiting: ServiceWorker | null = null;

  host.addEventListener("vite:preloadError", () => store.setState({ offer: "incomplete" }));
  void register();

  async function register(): Promise<void> {
    if (!host.serviceWorker || script === undefined) return;
    await host.loaded;
    try {
      const registration = await host.serviceWorker.register(script);
      look(registration);
      registration.addEventListener("updatefound", () => {
        registration.installing?.addEventListener("statechange", () => look(registration));
      });
    } catch {
      // Storage is blocked or the frame is sandboxed: the page is whole as long as the server is there.
    }
  }

  /** The first worker of all waits for nobody; a later one waits for the page. */
  function look(registration: ServiceWorkerRegistration): void {
    if (!registration.waiting || !registration.active) return;
    waiting = registration.waiting;
    store.setState({ offer: "newer" });
  }

  return {
    ...store,
    reload() {
      if (!waiting || !host.serviceWorker) {
        host.reload();
        return;
      }
      host.serviceWorker.addEventListener("controllerchange", () => host.reload(), { once: true });
      const newer = waiting;
      void host.settled().then(() => newer.postMessage("take over"));
    },
    dismiss() {
      store.setState({ offer: undefined });
    },
  };
}
