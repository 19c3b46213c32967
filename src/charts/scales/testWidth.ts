import { vi } from "vitest";

/** Gives everything this width in pixels: happy-dom lays nothing out, and a chart without a width draws nothing. */
export function stubWidth(width: number): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      readonly #tell: ResizeObserverCallback;
      constructor(tell: ResizeObserverCallback) {
        this.#tell = tell;
      }
      observe() {
        this.#tell([{ contentRect: { width } } as ResizeObserverEntry], this as never);
      }
      unobserve() {}
      disconnect() {}
    },
  );
}
