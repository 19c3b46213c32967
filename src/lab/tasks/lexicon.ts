/** The words of the sentence task. Openers of the first four nouns are for training and evaluation; the last two never open one there. */
export const NOUNS = ["dog", "cat", "bee", "ant", "fox", "owl"] as const;
export const VERBS = ["hugs", "pats", "nips", "robs"] as const;
export const ADJECTIVES = ["fun", "fit", "top", "bad", "sad", "odd"] as const;
