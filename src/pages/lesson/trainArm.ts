import { experimentKey } from "../../app/draftStore.ts";
import type { Lab } from "../../app/lab.ts";
import { armDraft } from "../../app/lessonLinks.ts";
import type { Arm } from "../../lab/lessons/study.ts";

/** Makes an arm of a lesson the experiment of the page and trains it, with its own seed unless another is given. */
export function trainArm(lab: Lab, arm: Arm, seed?: number): void {
  const wanted = armDraft(arm, seed);
  const now = lab.draft.getState();
  if (experimentKey(wanted.config) !== experimentKey(now.config) || now.from)
    lab.draft.setState({ ...wanted, from: undefined });
  lab.train();
}
