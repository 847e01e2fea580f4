/**
 * Regions of the map as text: the value of `within:` in a query and of `sel=` in the page's address. Parts are separated by
 * semicolons and evaluated left to right, starting with no papers. Each adds papers, removes them (`-`), or keeps only the
 * papers that it contains too (`*`).
 *
 *     r:-1.2,0.4,3,2.5;-l:0,0,1,0,1,1;*t:12;p:2501.12948,2502.00001
 *
 * Areas are in map units, so a link selects the same papers on any screen. After a rebuild an area selects whatever papers are
 * there then.
 */

export type RegionOperation = 'add' | 'remove' | 'intersect';

/** An area of the map, in map units. */
export type MapArea =
  /** x, y of two opposite corners; the border is inside. */
  | { readonly kind: 'rectangle'; readonly points: readonly number[] }
  /** x, y of each corner in turn; the last is joined to the first. */
  | { readonly kind: 'lasso'; readonly points: readonly number[] };

export type RegionSubject =
  | MapArea
  /** A topic and all its subtopics, by its id. */
  | { readonly kind: 'topic'; readonly topic: number }
  | { readonly kind: 'papers'; readonly ids: readonly string[] };

export interface RegionPart {
  readonly operation: RegionOperation;
  readonly subject: RegionSubject;
}

/** More than anyone draws by hand; limits what a crafted address or query costs. */
const MAX_PARTS = 40;
const MAX_NUMBERS = 800;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

const signs: Readonly<Record<RegionOperation, string>> = { add: '', remove: '-', intersect: '*' };

/**
 * @param text without white space
 * @returns the parts, at least one, the first of which is added; or what is wrong with the text and what to write instead
 */
export function parseRegion(text: string): readonly RegionPart[] | string {
  const pieces = text.split(';');
  if (pieces.length > MAX_PARTS) return `has ${pieces.length} parts; write at most ${MAX_PARTS}`;
  const parts: RegionPart[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (piece === '') return `has an empty part ${i + 1}; write its parts with one semicolon between two`;
    const part = parsePart(piece, parseIds);
    if (typeof part === 'string') return `has a part ${i + 1} that ${part}`;
    parts.push(part);
  }
  return parts[0].operation === 'add' ? parts : 'starts by taking papers away; write first what it adds';
}

/**
 * As `parseRegion`, for an address that may be damaged: parts and ids that cannot be read are left out, as are parts beyond the
 * limit. A space or `+` before a part is ignored, because an address may write either for the other.
 *
 * @returns the parts that could be read; perhaps none
 */
export function parseRegionLeniently(text: string): RegionPart[] {
  return text
    .split(';')
    .slice(0, MAX_PARTS)
    .map((piece) => parsePart(piece.replace(/^[+ ]/, ''), parseReadableIds))
    .filter((part) => typeof part !== 'string');
}

/** The inverse of `parseRegion`. */
export function printRegion(parts: readonly RegionPart[]): string {
  return parts.map(({ operation, subject }) => signs[operation] + printSubject(subject)).join(';');
}

/**
 * An id as `printRegion` writes it. Escaped are the characters that separate ids or parts, quotes (which would begin a phrase in
 * a query), and the percent sign itself.
 */
export function escapeRegionId(id: string): string {
  return id.replace(/[%,;\s"“”„]/g, (character) => encodeURIComponent(character));
}

function printSubject(subject: RegionSubject): string {
  switch (subject.kind) {
    case 'rectangle':
      return `r:${subject.points.join(',')}`;
    case 'lasso':
      return `l:${subject.points.join(',')}`;
    case 'topic':
      return `t:${subject.topic}`;
    case 'papers':
      return `p:${subject.ids.map(escapeRegionId).join(',')}`;
  }
}

/** The part, or what is wrong with it and what to write instead. */
function parsePart(text: string, readIds: (text: string) => string[]): RegionPart | string {
  const operation = text[0] === '-' ? 'remove' : text[0] === '*' ? 'intersect' : 'add';
  const subject = parseSubject(operation === 'add' ? text : text.slice(1), readIds);
  return typeof subject === 'string' ? subject : { operation, subject };
}

function parseSubject(text: string, readIds: (text: string) => string[]): RegionSubject | string {
  const values = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'r:': {
      const points = parseNumbers(values);
      return points?.length === 4
        ? { kind: 'rectangle', points }
        : 'is not a rectangle; write r: with x,y of two opposite corners, as in r:-1.5,0,2,3';
    }
    case 'l:': {
      const points = parseNumbers(values);
      return points && points.length >= 6 && points.length % 2 === 0
        ? { kind: 'lasso', points }
        : `is not a lasso; write l: with x,y of 3 to ${MAX_NUMBERS / 2} corners, as in l:0,0,1,0,1,1`;
    }
    case 't:':
      return /^\d{1,9}$/.test(values)
        ? { kind: 'topic', topic: Number(values) }
        : 'is not a topic; write t: with its number, as in t:12';
    case 'p:': {
      const ids = readIds(values);
      return ids.length > 0
        ? { kind: 'papers', ids }
        : 'names no papers; write p: with their ids, as in p:2501.12948,2502.00001';
    }
    default:
      return 'is not an area; write r:, l:, t: or p:, as in r:-1.5,0,2,3';
  }
}

function parseNumbers(text: string): number[] | null {
  const pieces = text.split(',');
  if (pieces.length > MAX_NUMBERS || !pieces.every((piece) => NUMBER.test(piece))) return null;
  // + 0 turns −0 into 0, as it is printed.
  const numbers = pieces.map((piece) => Number(piece) + 0);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** The ids of a list; none if the escapes of one of them are broken. */
function parseIds(text: string): string[] {
  try {
    return text.split(',').map(decodeURIComponent).filter(Boolean);
  } catch {
    return [];
  }
}

/** The ids of a list, without those whose escapes are broken. */
function parseReadableIds(text: string): string[] {
  return text.split(',').flatMap(parseIds);
}
