import type { Told } from "../rewards/told.ts";
import { RatingNews } from "../train/ratingNews.ts";
import type { LabEvent } from "./protocol.ts";
import type { Session } from "./session.ts";

interface Worker {
  now(): number;
  post(event: LabEvent): void;
}

/** What hears of a session's ratings: one that takes long is told beside the state of the run that waits for it. */
export function ratingsOf(session: Session, { post, now }: Worker): Told {
  const news = new RatingNews((rating) => {
    const { runId, state } = session;
    const waits = state.phase === "training" || state.phase === "loading";
    if (waits) post({ type: "state", runId, state: rating ? { ...state, rating } : state });
  }, now);
  return (done, of) => news.heard(done, of);
}
