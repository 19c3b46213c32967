/** The part of Trusted Types that is used; not every browser has them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): unknown };
}

const types = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;

/** Under the page's Content-Security-Policy the only policy there may be; it makes addresses of scripts and no markup. */
const policy = types?.createPolicy("policy-lab", { createScriptURL: ownScript });

/** The address of one of this page's own scripts, for a worker: where the browser has Trusted Types, as one of those. @throws {TypeError} */
export function trustedScript(address: string): string {
  return (policy ? policy.createScriptURL(address) : ownScript(address)) as string;
}

/** A file beside the page, or a worker whose only text is the import of one (see `spawnLabWorker`). */
function ownScript(address: string): string {
  const base = new URL("./", document.baseURI);
  const imported = /^data:text\/javascript,import%20%22([\w%.~()'!*-]+)%22%3B$/.exec(address)?.[1];
  const url = new URL(imported === undefined ? address : decodeURIComponent(imported), base);
  if (url.origin === base.origin && url.pathname.startsWith(base.pathname)) return address;
  throw new TypeError(`a script must be one of this page's own, got ${address.slice(0, 200)}`);
}
