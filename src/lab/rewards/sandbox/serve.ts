import type { RateRequest, SandboxMessage } from "./protocol.ts";
import type { QuickJsSandbox } from "./quickJs.ts";

/**
 * Answers requests; each call is announced, so that whoever waits can tell one that hangs. The interpreter is opened at the first
 * request, and anew after one that broke it.
 */
export function answering(open: () => Promise<QuickJsSandbox>, post: (message: SandboxMessage) => void) {
  let sandbox: Promise<QuickJsSandbox> | undefined;
  return async (request: RateRequest): Promise<void> => {
    sandbox ??= open();
    try {
      serve(await sandbox, request, post);
    } catch (error) {
      sandbox = undefined;
      const why = error instanceof Error ? error.message : String(error);
      post({ id: request.id, type: "failed", at: 0, reason: `broke its interpreter (${why.slice(0, 200)})` });
    }
  };
}

function serve(
  sandbox: QuickJsSandbox,
  { id, source, inputs }: RateRequest,
  post: (message: SandboxMessage) => void,
): void {
  const values: number[] = [];
  for (const [at, input] of inputs.entries()) {
    post({ id, type: "begins", at });
    const rated = sandbox.rate(source, input);
    if ("reason" in rated) {
      post({ id, type: "failed", at, reason: rated.reason });
      return;
    }
    values.push(rated.value);
  }
  post({ id, type: "rated", values });
}
