import { entropyOf, logSoftmax } from "../draw.ts";

/** What a policy says about one token, in float64 nats. */
interface TokenScore64 {
  readonly logp: number;
  readonly entropy: number;
  readonly varentropy: number;
  readonly meanLogp: number;
}

/** From one row of logits [V], the token that was written, and the temperature. */
export function tokenScore(logits: Float64Array, target: number, temperature: number): TokenScore64 {
  const logps = logSoftmax(logits, temperature);
  const entropy = entropyOf(logps);
  let varentropy = 0;
  let total = 0;
  for (const logp of logps) {
    total += logp;
    if (logp > -700) varentropy += Math.exp(logp) * (logp + entropy) ** 2;
  }
  return { logp: logps[target]!, entropy, varentropy, meanLogp: total / logps.length };
}

/** ∂logits [V] from the credits of one token: ∂H/∂z = −π(log π + H), ∂(mean log π)/∂z = 1/V − π. */
export function tokenScoreBackward(
  logits: Float64Array,
  target: number,
  temperature: number,
  credit: { readonly dLogp: number; readonly dEntropy: number; readonly dMeanLogp: number },
): Float64Array {
  const logps = logSoftmax(logits, temperature);
  const entropy = entropyOf(logps);
  const { dLogp, dEntropy, dMeanLogp } = credit;
  return logps.map((logp, id) => {
    const p = Math.exp(logp);
    const onTarget = dLogp * ((id === target ? 1 : 0) - p);
    const onEntropy = dEntropy * -p * (logp + entropy);
    const onMean = dMeanLogp * (1 / logps.length - p);
    return (onTarget + onEntropy + onMean) / temperature;
  });
}
