import type { Policy } from "../policy/policy.ts";

const CALLS = ["score", "learn", "sample", "snapshot", "restore", "export", "import"] as const;

/** Has `sign` called with every call of a policy and with every answer: what else is silent during a long evaluation. */
export function withSigns(policy: Policy, sign: () => void): Policy {
  for (const name of CALLS) {
    const call = policy[name].bind(policy) as (...given: unknown[]) => Promise<never>;
    policy[name] = async (...given: unknown[]) => {
      sign();
      // Asked for at once: what is asked next must come after it.
      const answer = await call(...given);
      sign();
      return answer;
    };
  }
  return policy;
}
