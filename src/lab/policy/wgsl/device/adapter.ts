const SOFTWARE = /swiftshader|llvmpipe|lavapipe/i;

/** Whether a device computes on the processor. */
export function isSoftware({ adapterInfo: info }: GPUDevice): boolean {
  // Some browsers have no adapterInfo on the device yet; they do not ship software adapters either.
  return Boolean(info?.isFallbackAdapter) || SOFTWARE.test(`${info?.architecture} ${info?.description}`);
}

/** The adapter in words, for the badge. */
export function describeAdapter({ adapterInfo: info }: GPUDevice): string {
  const words = [info?.vendor, info?.architecture, info?.description].filter(Boolean);
  return words.length > 0 ? words.join(" ") : "GPU";
}
