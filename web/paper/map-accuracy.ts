/** How far a paper's place on the map can be believed, in words, and its true neighbors. */
import type { PaperAnswer } from '../../server/schemas/search.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { el, onPress } from '../ui/dom.ts';
import type { HitListInput } from './hit-list.ts';

const GOOD = 0.6;
const FAIR = 0.3;

/** `placeWords(7, 15)`: what it means that 7 of 15 neighbors are near on the map. */
export function placeWords(near: number, all: number): string {
  const found = `${near} of its ${all} nearest papers ${near === 1 ? 'is' : 'are'} near it on the map`;
  const share = near / all;
  if (share >= GOOD) return `${found}: its place can be believed.`;
  if (share >= FAIR) return `${found}: its place is a compromise.`;
  return `${found}: its place says little, the lines lead to where its neighbors are.`;
}

export interface PlaceInput extends Pick<HitListInput, 'href' | 'open' | 'point'> {
  zoomTo(papers: readonly { id: string }[]): void;
}

export function placeOf(
  { id: own, neighbors }: PaperAnswer,
  { href, open, point, zoomTo }: PlaceInput,
): HTMLElement | null {
  if (neighbors.length === 0) return null;
  const items = neighbors.map(({ id, title, isNear }) => {
    const link = el('a', { href: href(id), dir: 'auto' });
    appendMarked(link, title);
    onPress(link, () => open(id));
    const item = el('li', {}, link, !isNear && el('span', { class: 'far' }, 'far on the map'));
    for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => point(id));
    for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => point(null));
    return item;
  });
  const closer = el('button', { type: 'button', class: 'link' }, 'Show them on the map');
  closer.addEventListener('click', () => zoomTo([{ id: own }, ...neighbors]));
  const near = neighbors.filter(({ isNear }) => isNear).length;
  return el(
    'section',
    { class: 'place', 'aria-label': 'Its place on the map' },
    el('p', { class: 'quiet' }, `${placeWords(near, neighbors.length)} `, closer),
    el(
      'details',
      {},
      el('summary', {}, `The ${neighbors.length} nearest by meaning`),
      el('ol', { class: 'nearest' }, ...items),
    ),
  );
}
