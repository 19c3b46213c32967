/** Who a story can be about, with the word that stands for the name. */
export const HEROES: Readonly<Record<string, "he" | "she">> = {
  ...{ Ben: "he", Tom: "he", Sam: "he", Max: "he", Leo: "he", Finn: "he" },
  ...{ Mia: "she", Anna: "she", Lily: "she", Rosa: "she", Nora: "she", Ella: "she" },
};

/** These are friends in the stories of others; only out of distribution is a story about them. */
export const NEW_HEROES: Readonly<Record<string, "he" | "she">> = { Jack: "he", Paul: "he", Kate: "she", Emma: "she" };

/** None begins with a vowel: "a" stands before each. */
export const ADJECTIVES = [
  ...["red", "blue", "green", "yellow", "white", "black", "golden", "big", "little", "tiny", "round", "shiny"],
  ...["soft", "new", "small", "long", "pretty", "funny", "strong", "wooden"],
] as const;

export const THINGS = [
  ...["ball", "boat", "kite", "hat", "doll", "drum", "bell", "book", "coat", "ring", "shoe", "scarf", "toy", "cup"],
  ...["box", "bag", "key", "lamp", "flag", "flute", "train", "car", "basket", "bucket", "blanket", "balloon"],
  ...["puppet", "robot", "mirror", "feather", "whistle", "wagon"],
] as const;

export const PLACES = [
  ...["park", "beach", "garden", "school", "market", "forest", "farm", "zoo", "hill", "bridge", "playground"],
  ...["village", "river", "lake", "castle", "station", "library", "field", "harbor", "mill"],
] as const;

export const RELATIVES = ["mother", "father", "aunt", "uncle", "grandma", "grandpa", "sister", "brother"] as const;

export const TIMES = ["in the morning", "after lunch", "in the evening", "on Sunday", "on a warm day"] as const;

export const ANIMALS = [
  ...["dog", "cat", "fox", "goat", "bird", "monkey", "bear", "pig", "cow", "duck", "mouse", "rabbit", "goose", "pony"],
] as const;

export const TEMPERS = ["hungry", "wild", "quick", "silly", "naughty", "clever", "fat", "young"] as const;

export const WATERS = ["pond", "well", "sea", "mud", "stream", "puddle", "ditch"] as const;

export const COVERS = ["grass", "leaves", "snow", "sand", "bushes", "dark", "hay", "fog"] as const;

export const BARRIERS = ["barn", "shed", "tree", "wall", "fence", "rock", "gate", "bench"] as const;

export const HELPERS = [
  ...["farmer", "baker", "teacher", "sailor", "doctor", "painter", "miller", "gardener", "neighbor", "driver"],
] as const;
