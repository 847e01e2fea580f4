/** How accurate a paper's position on the map is: how many of its nearest papers are near it there, and which. */
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { el, onPress } from '../ui/dom.ts';
import type { HitListInput } from './hit-list.ts';

/** Lower bounds of neighbor recall. */
const MIN_ACCURATE = 0.6;
const MIN_APPROXIMATE = 0.3;

/** @example positionText(7, 15) // '7 of 15 closest papers are nearby; position is approximate.' */
export function positionText(mapNeighbors: number, neighbors: number): string {
  const nearby = `${mapNeighbors} of ${neighbors} closest papers ${mapNeighbors === 1 ? 'is' : 'are'} nearby`;
  const recall = mapNeighbors / neighbors;
  if (recall >= MIN_ACCURATE) return `${nearby}; position is accurate.`;
  if (recall >= MIN_APPROXIMATE) return `${nearby}; position is approximate.`;
  return `${nearby}; position is unreliable. Lines lead to its closest papers.`;
}

export interface MapAccuracyInput extends Pick<HitListInput, 'paperHref' | 'openPaper' | 'hoverPaper'> {
  zoomTo(papers: readonly { id: string }[]): void;
}

/** The accuracy in words, and the paper's neighbors; null if it has none. */
export function mapAccuracy(
  { id: paperId, neighbors }: PaperResponse,
  { paperHref, openPaper, hoverPaper, zoomTo }: MapAccuracyInput,
): HTMLElement | null {
  if (neighbors.length === 0) return null;
  const items = neighbors.map(({ id, title, isMapNeighbor }) => {
    const link = el('a', { href: paperHref(id), dir: 'auto' });
    appendHighlighted(link, title);
    onPress(link, () => openPaper(id));
    const item = el('li', {}, link, !isMapNeighbor && el('span', { class: 'far-neighbor' }, 'far away on the map'));
    for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => hoverPaper(id));
    for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => hoverPaper(null));
    return item;
  });
  const zoom = el('button', { type: 'button', class: 'link' }, 'Show on map');
  zoom.addEventListener('click', () => zoomTo([{ id: paperId }, ...neighbors]));
  const mapNeighbors = neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length;
  return el(
    'section',
    { class: 'map-accuracy', 'aria-label': 'Map accuracy' },
    el('p', { class: 'muted' }, `${positionText(mapNeighbors, neighbors.length)} `, zoom),
    el(
      'details',
      {},
      el('summary', {}, `${neighbors.length} closest papers by meaning`),
      el('ol', { class: 'neighbors' }, ...items),
    ),
  );
}
