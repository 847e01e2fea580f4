/**
 * A part of the map, as `within:` names it: the text that the page keeps a selection in. Pieces stand between semicolons and
 * are taken in their order; each adds papers, takes some away (`-`), or keeps only those that are its own too (`*`).
 *
 *     r:-1.2,0.4,3,2.5;-l:0,0,1,0,1,1;*t:12;p:2501.12948,2502.00001
 */
import type { MapArea } from '../../search/region-mask.ts';

export interface ShapePart {
  readonly operation: 'add' | 'remove' | 'meet';
  readonly subject:
    | MapArea
    /** A topic with all its parts, by its number. */
    | { readonly kind: 'topic'; readonly topic: number }
    | { readonly kind: 'papers'; readonly ids: readonly string[] };
}

const MOST_PARTS = 40;
const MOST_NUMBERS = 800;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * @param text without white space
 * @returns at least one part, of which the first adds; or what is wrong and what to write
 */
export function readShape(text: string): readonly ShapePart[] | string {
  const pieces = text.split(';');
  if (pieces.length > MOST_PARTS) return `has ${pieces.length} parts; write at most ${MOST_PARTS}`;
  const parts: ShapePart[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (piece === '') return `has an empty part ${i + 1}; write its parts with one semicolon between two`;
    const operation = piece[0] === '-' ? 'remove' : piece[0] === '*' ? 'meet' : 'add';
    const subject = readSubject(operation === 'add' ? piece : piece.slice(1));
    if (typeof subject === 'string') return `has a part ${i + 1} that ${subject}`;
    parts.push({ operation, subject });
  }
  return parts[0].operation === 'add' ? parts : 'begins without papers to take from; write first what it adds';
}

/** What it is; or what is wrong with it, and what to write. */
function readSubject(text: string): ShapePart['subject'] | string {
  const values = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'r:': {
      const points = readNumbers(values);
      return points?.length === 4
        ? { kind: 'rectangle', points }
        : 'is no rectangle; write r: with x,y of two opposite corners, as in r:-1.5,0,2,3';
    }
    case 'l:': {
      const points = readNumbers(values);
      return points && points.length >= 6 && points.length % 2 === 0
        ? { kind: 'lasso', points }
        : `is no lasso; write l: with x,y of 3 to ${MOST_NUMBERS / 2} corners, as in l:0,0,1,0,1,1`;
    }
    case 't:':
      return /^\d{1,9}$/.test(values)
        ? { kind: 'topic', topic: Number(values) }
        : 'is no topic; write t: with its number, as in t:12';
    case 'p:': {
      const ids = readIds(values);
      return ids.length > 0
        ? { kind: 'papers', ids }
        : 'names no papers; write p: with their ids, as in p:2501.12948,2502.00001';
    }
    default:
      return 'is no area; write r:, l:, t: or p:, as in r:-1.5,0,2,3';
  }
}

function readNumbers(text: string): number[] | null {
  const pieces = text.split(',');
  if (pieces.length > MOST_NUMBERS || !pieces.every((piece) => NUMBER.test(piece))) return null;
  // −0 is 0.
  const numbers = pieces.map((piece) => Number(piece) + 0);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** Commas, semicolons and white space within an id are escaped as in an address; none where one cannot be read. */
function readIds(text: string): string[] {
  try {
    return text.split(',').map(decodeURIComponent).filter(Boolean);
  } catch {
    return [];
  }
}
