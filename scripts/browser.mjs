/*
 * Finds a Chromium for the browser and end-to-end tests. Full Chromium, never the headless shell: the shell has no WebGPU.
 * Order: CHROMIUM_PATH, a Chromium or Chrome on the machine, Playwright's own, Debian's package.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge"];

/** Playwright switches these off by a list of its own, instead of which the one below counts. */
const OFF_FOR_PLAYWRIGHT = [
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "TcpPortRandomizationWin",
  "ThirdPartyStoragePartitioning",
];

/** Pages of its own that Chromium loads for every new window, a quarter of the time that it takes to open the lab in one. */
const OFF_FOR_SPEED = ["PreloadTopChromeWebUI", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup"];

/** Flags under which Chromium offers WebGPU without a GPU, and keeps to itself. */
export const FLAGS = [
  `--disable-features=${[...OFF_FOR_PLAYWRIGHT, ...OFF_FOR_SPEED].join(",")}`,
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-precise-memory-info",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** @returns {string | null} what CHROMIUM_PATH names, or a browser that is already on this machine. */
export function installedBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH must name a Chromium on this machine, got ${given}`);
    return given;
  }
  return [...onPath(), ...usualPlaces()].find((path) => existsSync(path) && starts(path)) ?? null;
}

/**
 * Ubuntu ships a chromium-browser that only asks for a snap to be installed. Elsewhere --version might open a window.
 * @param {string} path
 */
function starts(path) {
  return (
    process.platform !== "linux" || spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0
  );
}

/** @returns {string[]} */
function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
}

/** @returns {string[]} where the installers of macOS and Windows put it. */
function usualPlaces() {
  if (process.platform === "darwin") {
    const apps = ["Chromium", "Google Chrome", "Microsoft Edge"];
    const roots = ["/Applications", join(homedir(), "Applications")];
    return apps.flatMap((app) => roots.map((root) => join(root, `${app}.app`, "Contents", "MacOS", app)));
  }
  if (process.platform === "win32") {
    const roots = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA];
    const tails = [
      ["Chromium", "Application", "chrome.exe"],
      ["Google", "Chrome", "Application", "chrome.exe"],
      ["Microsoft", "Edge", "Application", "msedge.exe"],
    ];
    return roots.flatMap((root) => (root ? tails.map((tail) => join(root, ...tail)) : []));
  }
  return [];
}

/**
 * Like {@link installedBrowser}, and installs one where there is none.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureBrowser(say) {
  const found = installedBrowser() ?? (await playwrightsOwn());
  if (found) return found;
  say("no Chromium on this machine: asking Playwright for one");
  attempt(process.platform === "win32" ? "npx.cmd" : "npx", ["playwright", "install", "chromium", "--no-shell"]);
  const downloaded = await playwrightsOwn();
  if (downloaded) return downloaded;
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Playwright has none for this machine: installing the system's package chromium");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    attempt("apt-get", ["update", "-qq"], env);
    attempt("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], env);
    const packaged = installedBrowser();
    if (packaged) return packaged;
  }
  throw new Error("the browser tests need a Chromium: install one, or set CHROMIUM_PATH to it");
}

/**
 * For processes that talk to WebGPU without a browser: Chromium brings along the Vulkan loader that a machine may lack.
 * @param {string} browser
 * @returns {Record<string, string>} what to add to their environment
 */
export function vulkanOf(browser) {
  if (process.platform !== "linux") return {};
  // A distribution's wrapper script lies elsewhere than the browser it starts.
  const folders = [dirname(browser), "/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];
  const folder = folders.find((place) => existsSync(join(place, "libvulkan.so.1")));
  // Behind the machine's own: its loader knows its drivers.
  const paths = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", folder, process.env.LD_LIBRARY_PATH];
  return folder ? { LD_LIBRARY_PATH: paths.filter(Boolean).join(delimiter) } : {};
}

async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/**
 * Output goes to stderr; whether it worked is seen by looking for the browser afterwards.
 * @param {string} command
 * @param {string[]} args
 */
function attempt(command, args, env = process.env) {
  const shell = command.endsWith(".cmd");
  spawnSync(command, args, { stdio: ["ignore", 2, 2], env, shell, timeout: 600_000 });
}
