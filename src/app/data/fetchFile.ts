import { tooLarge } from "../../lab/data/records.ts";
import { HUB, openly, pieces } from "../hub.ts";

/** Where a file of data may be asked for. */
interface FileAddress {
  readonly url: string;
  /** Its last part, by whose ending the format is known. */
  readonly name: string;
  readonly host: string;
}

/** The file that an address names, or a sentence that says why none may be asked for. A page of the hub (`/blob/`) stands for its file. */
export function fileAddress(text: string): FileAddress | string {
  const must = `An address of data must be one of ${HUB}, such as https://${HUB}/datasets/<owner>/<name>/resolve/main/<file>`;
  let url: URL;
  try {
    url = new URL(text.trim(), document.baseURI);
  } catch {
    return `${must}, got no address.`;
  }
  const own = url.origin === location.origin;
  if (!own && !(url.protocol === "https:" && url.hostname === HUB && url.port === ""))
    return `${must}, got ${url.origin}.`;
  url.username = url.password = url.hash = "";
  const path = url.pathname.replace(/^(\/datasets)?(\/[^/]+\/[^/]+)\/blob\//, "$1$2/resolve/");
  if (!own && !/^(\/datasets)?\/[^/]+\/[^/]+\/resolve\/[^/]+\/.+/.test(path))
    return `${must}, got ${path.slice(0, 80)}.`;
  url.pathname = path;
  const last = path.split("/").at(-1) ?? "";
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // A name that is no encoding stands as it is.
  }
  return { url: url.href, name: name || "data", host: url.host };
}

/** Asks for a file, {@link openly}. @returns a sentence where it cannot be had */
export async function fetchFile(
  { url, name, host }: FileAddress,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<File | string> {
  try {
    const response = await openly(url, { signal });
    if (!response.ok)
      return `${host} must have the file, got ${response.status} ${response.statusText}.`.replace(" .", ".");
    const size = Number(response.headers.get("content-length") ?? 0);
    const held: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    for await (const piece of pieces(response)) {
      bytes += piece.length;
      const refused = tooLarge(name, Math.max(bytes, size));
      if (refused !== undefined) return refused;
      held.push(piece);
      if (size > 0) progress(Math.min(1, bytes / size));
    }
    return new File(held, name);
  } catch {
    return `${host} did not answer, or may not be asked from here.`;
  }
}
