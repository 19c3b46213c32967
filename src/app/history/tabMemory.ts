/** Text that a tab keeps over a reload, and that no other tab sees. */
export interface TabMemory {
  /** Undefined where there is none under the name. */
  read(key: string): string | undefined;
  /** Undefined takes it away. */
  write(key: string, text: string | undefined): void;
}

/** The browser's. Where it has none (a sandboxed frame) everything lasts as long as the page. */
export const browserMemory: TabMemory = {
  read(key) {
    try {
      return sessionStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(key, text) {
    try {
      if (text === undefined) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    } catch {
      // It may also be full.
    }
  },
};

/** That of a page which leaves nothing behind. */
export const NO_MEMORY: TabMemory = { read: () => undefined, write() {} };
