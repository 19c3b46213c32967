import { expect, it } from "vitest";
import { OBJECTIVES } from "../objectives/index.ts";
import { FEEDS } from "./index.ts";

it("has every feed that an algorithm asks for, under the feed's own name", () => {
  for (const feed of new Set(OBJECTIVES.flatMap(({ feeds }) => feeds))) expect(FEEDS[feed].name).toBe(feed);
});
