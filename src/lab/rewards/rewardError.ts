/** An answer that cannot be rewarded; the message is a sentence that says why. */
export class RewardError extends Error {
  override readonly name = "RewardError";
}
