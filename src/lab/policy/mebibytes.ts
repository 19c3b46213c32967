/** Bytes in words, 2²⁰ each: "0.4 MiB", "12 MiB". */
export function mebibytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return `${value < 10 ? value.toFixed(1) : Math.ceil(value)} MiB`;
}
