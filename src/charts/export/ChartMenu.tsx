import { lazy, Suspense, useEffect, useRef, useState } from "react";
import styles from "./ChartMenu.module.css";
import type { ChartMenuItemsProps } from "./ChartMenuItems.tsx";

const ChartMenuItems = lazy(() => import("./ChartMenuItems.tsx"));

type ChartMenuProps = Omit<ChartMenuItemsProps, "onDone">;

/** What is asked of a chart more rarely: another scale, and its picture or its numbers as a file. */
export function ChartMenu(props: ChartMenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  const close = (refocus: boolean) => {
    if (!menu.current?.open) return;
    menu.current.open = false;
    if (refocus) menu.current.querySelector("summary")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  });
  return (
    <details
      ref={menu}
      className={styles.menu}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onKeyDown={(event) => event.key === "Escape" && close(true)}
    >
      <summary className="quiet" aria-label={`${props.title}: scale and files`}>
        more
      </summary>
      {open && (
        <Suspense>
          <ChartMenuItems {...props} onDone={() => close(true)} />
        </Suspense>
      )}
    </details>
  );
}
