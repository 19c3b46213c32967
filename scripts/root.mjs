import { fileURLToPath } from "node:url";

/** The repository's root, with a slash or backslash at its end. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));
