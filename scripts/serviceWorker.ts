import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** The entry of the service worker, and its name beside index.html. */
const ENTRY = "src/offline/serviceWorker.ts";
const NAME = "sw.js";

/** What the build has beside what a visitor's browser reads. */
const SPARED = /\.map$|^sw\.js$|(^|\/)README\.md$|^LICENSE$/;

/** What few visitors need and is heavy: kept when it is first asked for. */
const ON_FIRST_USE = /^checkpoints\/stories\./;

/** Builds the service worker as a file of its own and writes into it what the build consists of. */
export function serviceWorker(): Plugin {
  let publicFolder = "";
  return {
    name: "policy-lab:service-worker",
    apply: "build",
    configResolved({ publicDir }) {
      publicFolder = publicDir;
    },
    buildStart() {
      // The bundler runs this plugin for the workers' own bundles too only where they list it.
      this.emitFile({ type: "chunk", id: ENTRY, fileName: NAME });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const chunk = bundle[NAME];
        if (chunk?.type !== "chunk") throw new Error(`the build must hold ${NAME}, got none`);
        if (chunk.imports.length > 0 || chunk.exports.length > 0) {
          throw new Error(`${NAME} must stand alone, got imports of ${chunk.imports.join(", ")}`);
        }
        const build = buildOf(bundle, publicFolder);
        chunk.code = `const BUILD = ${JSON.stringify(build)};\n${chunk.code}`;
      },
    },
  };
}

/** Every file of the build by its path, which of them are kept on first use, and a hash over their names and contents. */
function buildOf(bundle: Parameters<NonNullable<BundleHook>>[1], publicFolder: string) {
  const hash = createHash("sha256");
  const contents = new Map<string, string | Uint8Array>();
  for (const [name, file] of Object.entries(bundle))
    contents.set(name, file.type === "chunk" ? file.code : file.source);
  for (const name of readdirSync(publicFolder, { recursive: true, encoding: "utf8" })) {
    const path = name.replaceAll("\\", "/");
    if (/\.[a-z0-9]+$/i.test(path)) contents.set(path, readFileSync(join(publicFolder, name)));
  }
  const files = [...contents.keys()].filter((name) => !SPARED.test(name)).sort();
  for (const name of files) hash.update(name).update(contents.get(name)!);
  const onFirstUse = files.filter((name) => ON_FIRST_USE.test(name));
  return { version: hash.digest("hex").slice(0, 16), files, onFirstUse };
}

type BundleHook = Extract<Plugin["generateBundle"], (...args: never[]) => unknown>;
