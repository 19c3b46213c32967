import type { ReactNode } from "react";
import { linkOf } from "../../app/draftStore.ts";
import { useDraft } from "../labContext.ts";

export interface PageLinkProps {
  /** The page's name and, after a point, a place on it; undefined: the bench. */
  readonly page: string | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A link within the lab: the experiment goes along, and Back leads back. */
export function PageLink({ page, className, children }: PageLinkProps) {
  const draft = useDraft((now) => now);
  const { page: here, ...view } = draft.view;
  const href = linkOf({ ...draft, view: page === undefined ? view : { ...view, page } });
  return (
    <a className={className} href={href} aria-current={here === page ? "page" : undefined}>
      {children}
    </a>
  );
}
