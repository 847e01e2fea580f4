/**
 * A selection as it stands in the address: parts in the order they were made, each adding papers, taking some away, or
 * keeping only its own. Pure.
 *
 *     r:-1.2,0.4,3,2.5;-l:0,0,1,0,1,1;*t:12;p:2501.12948,2502.00001
 *
 * Areas are in map units, so that a link opens them on any screen; after a rebuild they hold what lies there then.
 */

export type Operation = 'add' | 'remove' | 'meet';

export type Area =
  /** Two opposite corners. */
  | { kind: 'rectangle'; points: readonly [number, number, number, number] }
  /** x and y by turns; the last point is joined to the first. */
  | { kind: 'lasso'; points: readonly number[] };

export type Subject =
  | Area
  /** All papers of a topic and of its parts, by its id. */
  | { kind: 'topic'; topic: number }
  /** Papers by their ids. */
  | { kind: 'papers'; ids: readonly string[] };

export interface Part {
  operation: Operation;
  subject: Subject;
}

/** An address of more is cut off here: what is drawn by hand never comes near. */
const MOST_PARTS = 40;
const MOST_NUMBERS = 800;

const signs: Readonly<Record<Operation, string>> = { add: '', remove: '-', meet: '*' };
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Signs that part ids, quotes, which would begin a phrase where the selection stands in a query, and the escape itself. */
function escaped(id: string): string {
  return id.replace(/[%,;\s"“”„]/g, (sign) => encodeURIComponent(sign));
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function printSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'rectangle':
      return `r:${subject.points.join(',')}`;
    case 'lasso':
      return `l:${subject.points.join(',')}`;
    case 'topic':
      return `t:${subject.topic}`;
    case 'papers':
      return `p:${subject.ids.map(escaped).join(',')}`;
  }
}

function readNumbers(text: string): number[] | null {
  const pieces = text.split(',');
  if (pieces.length > MOST_NUMBERS || !pieces.every((piece) => NUMBER.test(piece))) return null;
  // −0 would print as 0.
  const numbers = pieces.map((piece) => Number(piece) + 0);
  return numbers.every(Number.isFinite) ? numbers : null;
}

function readSubject(text: string): Subject | null {
  const values = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'r:': {
      const [x0, y0, x1, y1, ...more] = readNumbers(values) ?? [];
      if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined || more.length > 0) return null;
      return { kind: 'rectangle', points: [x0, y0, x1, y1] };
    }
    case 'l:': {
      const points = readNumbers(values);
      return points && points.length >= 6 && points.length % 2 === 0 ? { kind: 'lasso', points } : null;
    }
    case 't:':
      return /^\d{1,9}$/.test(values) ? { kind: 'topic', topic: Number(values) } : null;
    case 'p:': {
      const ids = values
        .split(',')
        .map(unescaped)
        .filter((id) => id !== null && id !== '');
      return ids.length > 0 ? { kind: 'papers', ids: ids as string[] } : null;
    }
    default:
      return null;
  }
}

export function printParts(parts: readonly Part[]): string {
  return parts.map(({ operation, subject }) => signs[operation] + printSubject(subject)).join(';');
}

/** Reads what `printParts` wrote; a part that cannot be read is left out. */
export function readParts(text: string): Part[] {
  return text
    .split(';')
    .slice(0, MOST_PARTS)
    .flatMap((piece): Part[] => {
      const sign = /^[+ *-]/.exec(piece)?.[0] ?? '';
      const operation = sign === '-' ? 'remove' : sign === '*' ? 'meet' : 'add';
      const subject = readSubject(piece.slice(sign.length));
      return subject ? [{ operation, subject }] : [];
    });
}

/** As many letters of an address papers may take: longer ones do not arrive everywhere. */
const MOST_LETTERS = 4000;

/** As many of the ids, from the first on, as an address holds. */
export function fittingIds(ids: readonly string[]): string[] {
  let letters = 0;
  return ids.filter((id) => {
    letters += encodeURIComponent(escaped(id)).length + 1;
    return letters <= MOST_LETTERS;
  });
}

/** The parts with one more. Where nothing is selected yet, or a fresh start is wished, they begin with it. */
export function withPart(parts: readonly Part[], operation: Operation | 'fresh', subject: Subject): Part[] {
  if (operation === 'fresh' || parts.length === 0) return [{ operation: 'add', subject }];
  return [...parts, { operation, subject }];
}
