/** The code of an error of the system, e.g. ENOENT; empty for any other. */
export const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
