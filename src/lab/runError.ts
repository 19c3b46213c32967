/** A number that training must not go on from. The message names the step. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly step: number;
  constructor(step: number, message: string) {
    super(message);
    this.step = step;
  }
}
