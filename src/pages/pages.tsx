import { type ComponentType, lazy } from "react";

interface PageEntry {
  /** In a sentence that says what failed. */
  readonly what: string;
  readonly Page: ComponentType;
}

/** The pages beside the workbench and the lessons, by what stands in the link; each is loaded when it is opened. */
const PAGES: Readonly<Record<string, PageEntry>> = {
  method: { what: "The method", Page: lazy(() => import("./method/Method.tsx")) },
  runs: { what: "The runs", Page: lazy(() => import("./runs/RunsPage.tsx")) },
};

/** The page of a name; undefined for the workbench, and for a name that there is not. */
export function pageNamed(name: string | undefined): PageEntry | undefined {
  return name !== undefined && Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
}
