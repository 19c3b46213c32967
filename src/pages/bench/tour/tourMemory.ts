const KEY = "policy-lab.tour";

/** Whether the tour has been seen to its end or skipped here. Without storage, as in a sandboxed frame: no. */
export function isDone(): boolean {
  try {
    return localStorage.getItem(KEY) === "done";
  } catch {
    return false;
  }
}

export function markDone(): void {
  try {
    localStorage.setItem(KEY, "done");
  } catch {
    // Next time it is offered again; nothing else depends on it.
  }
}
