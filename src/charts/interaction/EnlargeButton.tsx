interface EnlargeButtonProps {
  readonly title: string;
  readonly hidden: boolean;
  onClick(): void;
}

/** One press shows a chart over the whole page. */
export function EnlargeButton({ title, hidden, onClick }: EnlargeButtonProps) {
  return (
    <button type="button" className="quiet" aria-label={`Enlarge ${title}`} {...{ hidden, onClick }}>
      <svg width="11" height="11" viewBox="0 0 11 11" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M6.5 1H10V4.5M10 1L6.5 4.5M4.5 10H1V6.5M1 10L4.5 6.5" />
      </svg>
    </button>
  );
}
