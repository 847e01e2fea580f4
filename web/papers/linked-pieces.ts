/** A text cut where words are marked, where mathematics stands and where it leads to the web: pure. */
import { type Matched, type Piece, piecesOf } from '../mathematics/pieces.ts';
import { addressesIn, safeLink } from './addresses.ts';

/** Pieces beside each other that lead to one address, or to none. */
export interface LinkedPieces {
  href: string | null;
  pieces: Piece[];
}

/** Pieces in order, which together are the text; as `piecesOf`. What is not shown leads nowhere. */
export function linkedPieces(text: string, matched?: Matched, from = 0): LinkedPieces[] {
  const addresses = addressesIn(text);
  const groups: (LinkedPieces & { of: (typeof addresses)[number] | undefined })[] = [];
  let at = 0;
  let next = 0;
  const cuts = addresses.flatMap((address) => [address.from, address.to]);
  for (const piece of piecesOf(text, matched, from, cuts)) {
    const end = at + piece.text.length;
    while (addresses[next] && addresses[next].to <= at) next++;
    const here = addresses[next];
    const of = here && here.from <= at && end <= here.to ? here : undefined;
    const last = groups.at(-1);
    if (last && last.of === of) last.pieces.push(piece);
    else groups.push({ of, href: of?.href ?? null, pieces: [piece] });
    at = end;
  }
  return groups.map(({ of, href, pieces }) => {
    const shown = pieces.map((piece) => piece.shown).join('');
    const leads = of?.isNamed ? shown.trim() !== '' : safeLink(shown) === href;
    return { href: leads ? href : null, pieces };
  });
}
