// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ModelMessage, ModelRequest } from "../../../lab/model/modelReader.ts";
import { openPart } from "../../shared/testPart.tsx";
import ModelPanel from "./ModelPanel.tsx";

/** The readers that were started, by the folder that each was asked for. */
const readers = new Map<string, { terminated: boolean; say(message: ModelMessage): void }>();
vi.mock("../../../app/startWorker.ts", () => ({
  startWorker() {
    const worker = new EventTarget();
    const reader = {
      terminated: false,
      say: (data: ModelMessage) => worker.dispatchEvent(new MessageEvent("message", { data })),
    };
    return Object.assign(worker, {
      postMessage: ({ name }: ModelRequest) => readers.set(name, reader),
      terminate: () => {
        reader.terminated = true;
      },
    });
  },
}));

afterEach(cleanup);

test("of two folders chosen in quick succession the later one is read, and nothing once the panel is closed", async () => {
  const page = openPart("", <ModelPanel dropped={undefined} onDone={() => undefined} />);
  const choose = (name: string) => {
    const file = Object.assign(new File([], "config.json"), { webkitRelativePath: `${name}/config.json` });
    fireEvent.change(screen.getByLabelText("Folder of a model"), { target: { files: [file] } });
  };
  choose("first");
  choose("second");
  expect([...readers].map(([name, { terminated }]) => [name, terminated])).toEqual([
    ["first", true],
    ["second", false],
  ]);
  await act(async () => readers.get("second")!.say({ sentence: "The second one is refused." }));
  await act(async () => readers.get("first")!.say({ sentence: "The first one is refused." }));
  expect(document.body.textContent).toContain("The second one is refused.");
  expect(document.body.textContent).not.toContain("The first one is refused.");
  choose("third");
  expect(readers.get("third")!.terminated).toBe(false);
  cleanup();
  expect(readers.get("third")!.terminated).toBe(true);
  page.lab.dispose();
});
