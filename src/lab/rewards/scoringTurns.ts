let sign: () => void = () => {};

/** Has `heard` called while answers are scored, which takes a large judge minutes: every second or so. In this worker alone. */
export function hearScoring(heard: () => void): void {
  sign = heard;
}

/** A turn of the event loop between two parts of a scoring, with a sign of work. */
export async function scoringTurn(): Promise<void> {
  sign();
  await new Promise((resolve) => setTimeout(resolve, 0));
}
