// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ModelMessage } from "../../../lab/model/modelReader.ts";
import { openPart } from "../../shared/testPart.tsx";
import ModelPanel from "./ModelPanel.tsx";

const readers = new Map<string, (made: ModelMessage) => void>();
vi.mock("../../../app/model/readModel.ts", () => ({
  readModel: (_: string, [file]: readonly File[]) => new Promise((resolve) => readers.set(file!.name, resolve)),
}));

afterEach(cleanup);

test("of two folders chosen in quick succession the later one counts, whichever is read first", async () => {
  const page = openPart("", <ModelPanel dropped={undefined} onDone={() => undefined} />);
  const choose = (name: string) => {
    const file = Object.assign(new File([], name), { webkitRelativePath: `${name}/config.json` });
    fireEvent.change(screen.getByLabelText("Folder of a model"), { target: { files: [file] } });
  };
  choose("first");
  choose("second");
  await act(async () => readers.get("second")!({ sentence: "The second one is refused." }));
  await act(async () => readers.get("first")!({ sentence: "The first one is refused." }));
  expect(document.body.textContent).toContain("The second one is refused.");
  expect(document.body.textContent).not.toContain("The first one is refused.");
  page.lab.dispose();
});
