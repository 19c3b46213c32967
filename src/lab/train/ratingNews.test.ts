import { expect, it } from "vitest";
import { RatingNews } from "./ratingNews.ts";

/** What is told of answers that take so many milliseconds each. */
function toldOf(each: number, of: number): readonly string[] {
  let now = 1000;
  const told: string[] = [];
  const news = new RatingNews(
    (rating) => told.push(rating ? `${rating.done} of ${rating.of}` : "over"),
    () => now,
  );
  for (let done = 0; done <= of; done++) {
    news.heard(done, of);
    now += each;
  }
  return told;
}

it("nothing is told of a rating that takes no half second, and of a long one twice a second until it is over", () => {
  expect(toldOf(3, 128)).toEqual([]);
  // 128 answers of 40 ms: every 13th of them, at 520 ms.
  expect(toldOf(40, 128)).toEqual([
    ...["13 of 128", "26 of 128", "39 of 128", "52 of 128", "65 of 128", "78 of 128", "91 of 128", "104 of 128"],
    ...["117 of 128", "over"],
  ]);
});
