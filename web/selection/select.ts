/** From parts to papers: set algebra over one byte a paper. Pure. */
import type { Atlas } from '../atlas.ts';
import { type Places, pointsInside } from './inside.ts';
import type { Operation, Part, Subject } from './parts.ts';

/** What the parts speak of. */
export interface Selectable {
  /** In map units. */
  places: Places;
  /** Topics of the papers by row, and by id the topics that a topic is a part of, itself first. */
  leaf: Int32Array;
  isWithin(leaf: number, topic: number): boolean;
  rowOf(id: string): number | undefined;
}

export function selectable({ columns, isWithin, rowOf }: Pick<Atlas, 'columns' | 'isWithin' | 'rowOf'>): Selectable {
  return { places: columns, leaf: columns.leaf, isWithin, rowOf };
}

export interface Selection {
  /** 1 for each paper that is selected, by row. */
  mask: Uint8Array;
  /** The rows that are selected, ascending. */
  rows: Uint32Array;
  /** Ids that a part names and this snapshot does not have. */
  missing: number;
}

/** Adds, removes or keeps in common, in place. Both hold 0 and 1. */
export function combine(mask: Uint8Array, other: Uint8Array, operation: Operation): void {
  for (let i = 0; i < mask.length; i++) {
    if (operation === 'add') mask[i]! |= other[i]!;
    else if (operation === 'remove') mask[i]! &= other[i]! ^ 1;
    else mask[i]! &= other[i]!;
  }
}

export function rowsIn(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  const rows = new Uint32Array(count);
  for (let i = 0, to = 0; i < mask.length; i++) if (mask[i]) rows[to++] = i;
  return rows;
}

function maskOf(subject: Subject, papers: Selectable): Uint8Array {
  if (subject.kind === 'rectangle' || subject.kind === 'lasso') return pointsInside(papers.places, subject);
  const mask = new Uint8Array(papers.leaf.length);
  if (subject.kind === 'papers') {
    for (const id of subject.ids) {
      const row = papers.rowOf(id);
      if (row !== undefined) mask[row] = 1;
    }
    return mask;
  }
  const known = new Map<number, number>();
  papers.leaf.forEach((leaf, row) => {
    let within = known.get(leaf);
    if (within === undefined) {
      within = leaf >= 0 && papers.isWithin(leaf, subject.topic) ? 1 : 0;
      known.set(leaf, within);
    }
    mask[row] = within;
  });
  return mask;
}

export function select(parts: readonly Part[], papers: Selectable): Selection {
  const mask = new Uint8Array(papers.leaf.length);
  let missing = 0;
  for (const { operation, subject } of parts) {
    combine(mask, maskOf(subject, papers), operation);
    if (subject.kind === 'papers') missing += subject.ids.filter((id) => papers.rowOf(id) === undefined).length;
  }
  return { mask, rows: rowsIn(mask), missing };
}
