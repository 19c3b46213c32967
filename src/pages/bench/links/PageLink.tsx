import { type ReactNode, useDeferredValue, useMemo } from "react";
import { linkOf } from "../../../app/draftStore.ts";
import { useDraft } from "../../shared/labContext.ts";

interface PageLinkProps {
  /** The page's name and, after a point, a place on it; undefined: the workbench. */
  readonly page: string | undefined;
  readonly className?: string | undefined;
  /** Also current on the pages whose names begin so. */
  readonly within?: string;
  /** What else following it does. */
  readonly onFollow?: () => void;
  readonly children: ReactNode;
}

/** A link within the lab: the experiment goes along, and Back leads back. */
export function PageLink({ page, className, within, onFollow, children }: PageLinkProps) {
  // Whatever changes the draft is answered before the links follow it.
  const draft = useDeferredValue(useDraft((now) => now));
  const here = useDraft(({ view }) => view.page);
  const href = useMemo(() => {
    const { page: _, ...view } = draft.view;
    return linkOf({ ...draft, view: page === undefined ? view : { ...view, page } });
  }, [draft, page]);
  return (
    <a
      className={className}
      href={href}
      onClick={onFollow}
      aria-current={here === page || (within !== undefined && here?.startsWith(within)) ? "page" : undefined}
    >
      {children}
    </a>
  );
}
