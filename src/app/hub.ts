/** The hub and its stores of large files, which it refers to; the page's policy (scripts/contentPolicy.ts) allows no others. */
export const HUB = "huggingface.co";

/** Asks for a file of the hub's, without cookies or the page's address; its origin is told, as browsers do. */
export const openly = (url: string, options: RequestInit): Promise<Response> =>
  fetch(url, { ...options, credentials: "omit", referrerPolicy: "no-referrer" });

/** The bytes of an answer as they come; whoever stops asking ends it. */
export async function* pieces(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body!.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    await reader.cancel();
  }
}
