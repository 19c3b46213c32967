import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { openLab, type TestLab } from "../../app/testLab.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { LabContext } from "./labContext.ts";

/** One part of the page, drawn over the lab of a page opened at this hash; the lab prepares what its draft needs. */
export function openPart(hash: string, part: ReactNode): TestLab {
  const opened = openLab(hash);
  render(<LabContext value={opened.lab}>{part}</LabContext>);
  act(() => opened.lab.prepare());
  return opened;
}

/** Has the worker say something, and waits until every drawing has had its turn. */
export async function hear({ worker }: TestLab, ...events: LabEvent[]): Promise<void> {
  await act(async () => {
    worker.emit(...events);
    await new Promise((resolve) => setTimeout(resolve, 600));
  });
}
