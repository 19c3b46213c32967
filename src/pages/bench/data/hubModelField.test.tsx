// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { DroppedModel } from "../../../app/model/modelLibrary.ts";
import { HubModelField } from "./HubModelField.tsx";

const hub = vi.hoisted(() => ({ progress: (_: number) => {}, done: (_: DroppedModel | string) => {} }));
vi.mock("../../../app/model/hubModel.ts", () => ({
  hubName: (text: string) => text || undefined,
  hubModel: async (name: string) => ({ name, bytes: 8e6, files: [{ name: "model.safetensors", bytes: 8e6 }] }),
  fetchHubModel: (_: unknown, progress: (bytes: number) => void) => {
    hub.progress = progress;
    return new Promise((resolve) => {
      hub.done = resolve;
    });
  },
}));

afterEach(cleanup);

async function press(name: RegExp): Promise<void> {
  const button = await screen.findByRole("button", { name, hidden: true });
  await act(async () => void fireEvent.click(button));
}
const live = () => document.querySelector("[aria-live]")?.textContent;

test("how far a download is stands beside what is announced, and a press on Cancel ends it for good", async () => {
  const chosen: DroppedModel[] = [];
  render(<HubModelField onChosen={(model) => chosen.push(model)} />);
  fireEvent.change(screen.getByRole("textbox", { hidden: true }), { target: { value: "me/tiny" } });
  await press(/Ask for its sizes/);
  await press(/^Download, at least 8\.0 MB$/);
  act(() => hub.progress(2e6));
  act(() => hub.progress(3e6));
  expect(live()).toBe("Downloading me/tiny …");
  expect(document.body.textContent).toContain("2.0 MB of at least 8.0 MB");
  await press(/Cancel/);
  const now = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1e6);
  act(() => hub.progress(4e6));
  await act(async () => hub.done({ name: "me/tiny", files: [] }));
  now.mockRestore();
  expect(screen.queryByRole("progressbar", { hidden: true })).toBeNull();
  expect(chosen).toEqual([]);
});
