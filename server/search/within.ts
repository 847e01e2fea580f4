import type { MapArea } from '../../pipeline/core/map-area.ts';
import { readShape, type ShapePart } from './grammar/shape.ts';

/** What shapes speak of. */
export interface Shaped {
  /** By row, 1 for the papers that lie in an area of the map. */
  inArea(area: MapArea): Uint8Array;
  /** The row of an id, or undefined. */
  rowOf(id: string): number | undefined;
  readonly topics: { isIn(id: number): ((row: number) => boolean) | undefined };
}

/**
 * The papers within a shape: its parts in their order, from none on. Ids that no paper has hold nothing, for a shape may be
 * older than the snapshot. A shape that cannot be read holds nothing; the grammar lets none come here.
 *
 * @param papers how many rows there are
 * @param unknown called for a topic that there is not
 */
export function maskWithin(
  corpus: Shaped,
  shape: string,
  papers: number,
  unknown: (topic: number) => never,
): Uint8Array {
  const mask = new Uint8Array(papers);
  const parts = readShape(shape);
  if (typeof parts === 'string') return mask;
  for (const { operation, subject } of parts) {
    const own = ownOf(corpus, subject, papers, unknown);
    for (let row = 0; row < papers; row++) {
      if (operation === 'add') mask[row] |= own[row];
      else mask[row] &= operation === 'meet' ? own[row] : 1 - own[row];
    }
  }
  return mask;
}

function ownOf(
  { inArea, rowOf, topics }: Shaped,
  subject: ShapePart['subject'],
  papers: number,
  unknown: (topic: number) => never,
): Uint8Array {
  if (subject.kind === 'rectangle' || subject.kind === 'lasso') return inArea(subject);
  const mask = new Uint8Array(papers);
  if (subject.kind === 'topic') {
    const isIn = topics.isIn(subject.topic) ?? unknown(subject.topic);
    for (let row = 0; row < papers; row++) mask[row] = isIn(row) ? 1 : 0;
    return mask;
  }
  for (const id of subject.ids) {
    const row = rowOf(id);
    if (row !== undefined) mask[row] = 1;
  }
  return mask;
}
