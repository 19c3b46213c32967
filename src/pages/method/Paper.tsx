/** Where an algorithm comes from, with its papers linked. */
export function Paper({ text }: { readonly text: string }) {
  // Split at a group: every second piece is an arXiv number.
  return text.split(/arXiv (\d{4}\.\d{4,5})/).map((piece, at) =>
    at % 2 === 0 ? (
      piece
    ) : (
      <a key={piece} href={`https://arxiv.org/abs/${piece}`} target="_blank" rel="noopener noreferrer">
        arXiv {piece}
      </a>
    ),
  );
}
