/** Bytes in words: "3 kB", "0.4 MB", "12 MB". */
export function byteSize(bytes: number): string {
  const mega = bytes / 1e6;
  if (mega < 0.1) return `${Math.ceil(bytes / 1000)} kB`;
  return `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`;
}
