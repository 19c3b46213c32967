export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** The part of the page that it speaks of: the accessible name of a figure or a region. */
  readonly of: { readonly figure?: string; readonly label?: string };
}

/** The tour, in the order in which one looks at an experiment. */
export const TOUR: readonly TourStep[] = [
  {
    title: "An experiment is a link",
    text: "A preset is an experiment that is ready to run, named after what it shows. Whatever you change is in the address above at once: send it, and somebody else has your experiment.",
    of: { label: "Experiment" },
  },
  {
    title: "Train it here",
    text: "One press trains a small language model in this tab, on your GPU if there is one. Pause whenever you like, or go forward one update at a time. Nothing leaves your computer.",
    of: { label: "Run" },
  },
  {
    title: "Every token, coloured by its push",
    text: "Blue tokens were made likelier by the newest update, orange ones less likely. These are the very numbers that trained the model. Focus a token to see where its number comes from.",
    of: { figure: "Token weights" },
  },
  {
    title: "Is it getting better?",
    text: "Accuracy is measured on problems that training never shows. Reward is what the policy's own answers earn on the way there.",
    of: { figure: "Accuracy" },
  },
  {
    title: "Is it still exploring?",
    text: "Entropy says how undecided the policy is at each token. Where it falls to nothing the policy repeats itself, and an alert says what that means and what to try.",
    of: { figure: "Entropy" },
  },
  {
    title: "Who leads: the expert or the policy?",
    text: "CHORD mixes an expert's answers with the policy's own. µ is the expert's share, and the dashed line is what is still to come.",
    of: { figure: "µ schedule" },
  },
  {
    title: "Turn the knobs",
    text: "Change the algorithm and see its formula change. Settings that are safe to change during a run take effect at the next update, and become part of the experiment.",
    of: { label: "Settings" },
  },
  {
    title: "Send what you have found",
    text: "“Prepare a link” adds a receipt: whoever opens it sees your curves faintly behind their own, and reads whether theirs came out the same. The Method page explains every algorithm.",
    of: { label: "Prepare a link" },
  },
];
