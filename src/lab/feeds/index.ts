import type { FeedName } from "../objectives/objective.ts";
import { demos } from "./demos.ts";
import type { Feed } from "./feed.ts";
import { offlinePairs } from "./offlinePairs.ts";
import { onlinePairs } from "./onlinePairs.ts";
import { rollouts } from "./rollouts.ts";

/** Every feed of the lab by its name. A new one is its file, its type among an objective's {@link Feeds}, and a line here. */
export const FEEDS: Readonly<Record<FeedName, Feed>> = { demos, rollouts, offlinePairs, onlinePairs };
