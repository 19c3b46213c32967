/*
 * The service worker of the built page: keeps the build, so that every part loads without the server (but for what it keeps on
 * first use), the page opens offline from the second visit on, and hosts that send no headers are cross-origin isolated all the same. The list of files
 * is filled in by scripts/serviceWorker.ts. A new build waits until the page asks for it.
 */

/** Paths relative to this file of all that the build consists of, which of them are kept when first asked for, and a hash of their contents. */
declare const BUILD: {
  readonly version: string;
  readonly files: readonly string[];
  readonly onFirstUse: readonly string[];
};

// The types of the page and of a service worker cannot be had together.
const worker = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = "policy-lab ";
const CACHE = PREFIX + BUILD.version;
const PAGE = new URL("index.html", worker.location.href).href;
const urlsOf = (files: readonly string[]) => new Set(files.map((file) => new URL(file, worker.location.href).href));
const FILES = urlsOf(BUILD.files);
const ON_FIRST_USE = urlsOf(BUILD.onFirstUse);

/** What vite.config.ts sends too: they make a page cross-origin isolated, which shared memory asks for. */
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

worker.addEventListener("install", (event) => {
  event.waitUntil(keepBuild());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  if (event.data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== worker.location.origin) return;
  const url = keptUrl(request);
  if (url !== undefined) event.respondWith(answer(url, request));
});

/** Whole or not at all: a file that is missing fails the installation, and the build before stays. */
async function keepBuild(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may still hold files of the build before under the same names.
  const now = [...FILES].filter((file) => !ON_FIRST_USE.has(file));
  await cache.addAll(now.map((file) => new Request(file, { cache: "reload" })));
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

/** The kept file that answers a request; undefined where it is none of the build's. */
function keptUrl({ mode, url }: Request): string | undefined {
  const { origin, pathname } = new URL(url);
  const plain = origin + pathname;
  const home = new URL("./", worker.location.href).href;
  if (mode === "navigate") return plain === home || plain === PAGE ? PAGE : undefined;
  return FILES.has(plain) ? plain : undefined;
}

async function answer(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = (await cache.match(url)) ?? (await fetched(cache, url, request));
  const headers = new Headers(kept.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(kept.body, { status: kept.status, statusText: kept.statusText, headers });
}

/** The server's answer, kept from now on where the build keeps it on first use. */
async function fetched(cache: Cache, url: string, request: Request): Promise<Response> {
  if (!ON_FIRST_USE.has(url)) return fetch(request);
  const response = await fetch(new Request(url, { cache: "reload" }));
  // A file that cannot be kept (a full disk) is answered all the same.
  if (response.ok) await cache.put(url, response.clone()).catch(() => {});
  return response;
}
