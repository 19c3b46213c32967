/** How a quantity of a token is drawn and written. */
export interface View {
  /** In a menu. */
  readonly label: string;
  /** In a token's account. */
  readonly symbol: string;
  /** What it is in symbols. */
  readonly formula?: string;
  /** What it is in words, where no formula says it. */
  readonly words?: string;
  /** `signed`: two colours around `centre`; `ratio`: the same of its logarithm; `size`: one hue. */
  readonly scale: "signed" | "ratio" | "size";
  /** The size that is drawn in full colour; that of the strongest token shown where absent. */
  readonly full?: number;
  /** What the ends of the scale mean; `down` only where there are two. */
  readonly ends: { readonly up: string; readonly down?: string };
  readonly unit?: "nats";
  /** What 0 and 1 mean, for a quantity that is nothing else: in a token's cell, and in its account. */
  readonly flag?: readonly [no: FlagWords, yes: FlagWords];
}

interface FlagWords {
  readonly cell: string;
  readonly account: string;
}

/** The words of every quantity that an objective or a feed shows of a token, in the order of the menu. */
export const VIEWS = {
  weight: {
    label: "weight w, before the mean",
    symbol: "w",
    words: "before the mean",
    scale: "signed",
    ends: { up: "pushed up", down: "pushed down" },
  },
  phi: {
    label: "φ = p(1−p)",
    symbol: "φ",
    formula: "p(1−p)",
    scale: "size",
    full: 0.25,
    ends: { up: "undecided, at most 0.25" },
  },
  cll: {
    label: "CLL = log p + H",
    symbol: "CLL",
    formula: "log p + H",
    scale: "signed",
    full: 3,
    ends: { up: "likelier than the policy's own average", down: "less likely" },
    unit: "nats",
  },
  gamma: { label: "exponent γ", symbol: "γ", scale: "size", ends: { up: "held back" } },
  ratio: {
    label: "ratio to when it was sampled",
    symbol: "r",
    words: "p / p when sampled",
    scale: "ratio",
    full: 0.3,
    ends: { up: "likelier than when sampled", down: "less likely" },
  },
  clipped: {
    label: "clipped or not",
    symbol: "clipped",
    scale: "size",
    full: 1,
    ends: { up: "clipped: no longer pushed" },
    flag: [
      { cell: "not clipped", account: "no" },
      { cell: "clipped", account: "yes: not pushed" },
    ],
  },
  advantage: {
    label: "advantage A",
    symbol: "A",
    words: "against its group",
    scale: "signed",
    ends: { up: "better than its group", down: "worse" },
  },
  hint_lambda: {
    label: "the student's share λ",
    symbol: "λ",
    words: "the student's share",
    scale: "size",
    full: 1,
    ends: { up: "chosen without the hint; uncoloured: by the hint alone" },
  },
  log_ratio: {
    label: "log-ratio to the reference",
    symbol: "log-ratio",
    formula: "log p − log p_ref",
    scale: "signed",
    ends: { up: "likelier than under the reference", down: "less likely" },
    unit: "nats",
  },
} as const satisfies Record<string, View>;

/** Of demonstrations, whatever pushes them; λ where hints wrote them. */
const { weight, phi, cll, gamma, hint_lambda, ratio, clipped, advantage, log_ratio } = VIEWS;
export const DEMO_VIEWS = { weight, phi, cll, hint_lambda };
export const GAMMA_VIEWS = { weight, phi, cll, gamma, hint_lambda };
/** Of tokens that a clipped ratio pushes. */
export const CLIPPED_VIEWS = { weight, ratio, clipped, advantage };
export const MIX_VIEWS = { ...DEMO_VIEWS, ...CLIPPED_VIEWS };
/** Of tokens that are compared with a reference. */
export const PAIR_VIEWS = { log_ratio };
