import type { TokenScores } from "./policy.ts";

/** The scores of consecutive runs of rows as one. */
export function joinScores(parts: readonly TokenScores[]): TokenScores {
  if (parts.length === 1) return parts[0]!;
  const join = (key: keyof TokenScores) => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part[key].length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part[key], at);
      at += part[key].length;
    }
    return whole;
  };
  return {
    logp: join("logp"),
    entropy: join("entropy"),
    varentropy: join("varentropy"),
    meanLogp: join("meanLogp"),
  };
}
