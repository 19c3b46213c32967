// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { AlgorithmPicker } from "./AlgorithmPicker.tsx";
import { RunControls } from "./RunControls.tsx";
import { RunProgress } from "./RunProgress.tsx";
import { ShareButton } from "./ShareButton.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("the algorithms are one radio group under their titles, whatever family they stand in", () => {
  const picked: string[] = [];
  const options = [
    { id: "sft", title: "SFT", family: "imitate", summary: "Copies." },
    { id: "chord-mu", title: "CHORD-µ", family: "mix", summary: "Mixes." },
  ];
  render(<AlgorithmPicker options={options} value="sft" onChange={(id) => picked.push(id)} />);
  expect(screen.getByRole("radiogroup", { name: "Algorithm" })).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "SFT" }).checked).toBe(true);
  fireEvent.click(screen.getByRole("radio", { name: "CHORD-µ" }));
  expect(picked).toEqual(["chord-mu"]);
});

test("variants out of sight stay in the group under their whole titles, and are offered by number", () => {
  const options = [
    { id: "dpo", title: "Online DPO", short: "Online", family: "prefer", summary: "Fresh pairs." },
    { id: "kto", title: "KTO", family: "prefer", summary: "No pairs.", variant: true },
    { id: "orpo", title: "ORPO", family: "prefer", summary: "Odds.", variant: true },
  ];
  const { rerender } = render(<AlgorithmPicker options={options} value="dpo" onChange={() => {}} />);
  for (const { title } of options) expect(screen.getByRole("radio", { name: title })).toBeTruthy();
  const more = screen.getByRole("button", { name: "2 more that prefer" });
  expect(more.getAttribute("aria-expanded")).toBe("false");
  fireEvent.click(more);
  expect(screen.getByRole("button", { name: "fewer that prefer" }).getAttribute("aria-expanded")).toBe("true");
  // One that is chosen cannot be put out of sight.
  rerender(<AlgorithmPicker options={options} value="kto" onChange={() => {}} />);
  expect(screen.queryByRole("button")).toBeNull();
});

test("a button that cannot act says so, keeps its place, and does nothing", () => {
  const pressed: string[] = [];
  render(
    <RunControls
      may={{ train: false, pause: true, step: false, stop: true }}
      next="pause"
      onTrain={() => pressed.push("train")}
      onPause={() => pressed.push("pause")}
      onStep={() => pressed.push("step")}
      onStop={() => pressed.push("stop")}
    />,
  );
  for (const name of ["Train", "Pause", "Step", "Stop"]) fireEvent.click(screen.getByRole("button", { name }));
  expect(pressed).toEqual(["pause", "stop"]);
  expect(screen.getByRole("button", { name: "Train" }).getAttribute("aria-disabled")).toBe("true");
});

test("the status reads Step n of N at once when the run rests, and twice a second while it moves", () => {
  vi.useFakeTimers();
  const show = (step: number, moving: boolean) => <RunProgress {...{ step, steps: 60, moving }} phase="training" />;
  const { rerender } = render(show(0, false));
  const status = screen.getByRole("status");
  const read: string[] = [];
  for (let step = 1; step <= 20; step++) {
    rerender(show(step, true));
    vi.advanceTimersByTime(100);
    if (read.at(-1) !== status.textContent) read.push(status.textContent!);
  }
  expect(read.length).toBeLessThanOrEqual(6);
  rerender(show(21, false));
  expect(status.textContent).toBe("Step 21 of 60");
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("21");
  vi.useRealTimers();
});

test("Share copies the link and says so", async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  render(<ShareButton link={() => "https://lab.example/#v=1"} />);
  fireEvent.click(screen.getByRole("button", { name: "Share" }));
  await waitFor(() => expect(screen.getByText(/Link copied/)).toBeTruthy());
  expect(writeText).toHaveBeenCalledWith("https://lab.example/#v=1");
});

test("what a copied link has no room for is said with it", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: async () => {} } });
  render(<ShareButton link={() => "https://lab.example/#v=1"} cuts={() => ["The note did not fit into the link."]} />);
  fireEvent.click(screen.getByRole("button", { name: "Share" }));
  await waitFor(() => expect(screen.getByText(/^The note did not fit into the link. Link copied/)).toBeTruthy());
});

test("where the clipboard is closed, the link stands in a field to be copied by hand", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: async () => Promise.reject(new Error("denied")) } });
  render(<ShareButton link={() => "https://lab.example/#v=1"} />);
  fireEvent.click(screen.getByRole("button", { name: "Share" }));
  const field = await screen.findByRole<HTMLInputElement>("textbox", { name: "Link to this experiment" });
  expect(field.value).toBe("https://lab.example/#v=1");
});
