import { afterAll, vi } from "vitest";

/*
 * A part of the page that is loaded when it is needed may still be on its way when a test has seen enough. Without this wait it
 * would arrive on a busy machine where there is no page any more, which fails the whole run.
 */
afterAll(() => vi.dynamicImportSettled());
