/** Bytes in words, 2²⁰ each: "3 KiB", "0.4 MiB", "12 MiB". */
export function mebibytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  if (value < 0.1) return `${Math.ceil(bytes / 1024)} KiB`;
  return `${value < 10 ? value.toFixed(1) : Math.ceil(value)} MiB`;
}
