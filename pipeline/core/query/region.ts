/**
 * Regions of the map as text: the value of `within:` in a query and of `sel=` in the address of the page. A region is a
 * list of parts, separated by semicolons. Parts are evaluated from left to right, starting with no papers: each adds
 * its papers to the region, removes them (`-`), or keeps only those papers of the region that are in the part too
 * (`*`).
 *
 *     r:-1.2,0.4,3,2.5;-l:0,0,1,0,1,1;*t:12;p:2501.12948,2502.00001
 *
 * `r:` is a rectangle, `l:` a lasso, `t:` a topic and `p:` a list of paper ids. Areas are in map units, so that a link
 * selects the same papers on any screen. After a new build, an area selects the papers that are then inside it.
 */

export type RegionOperation = 'add' | 'remove' | 'intersect';

/** An area of the map, in map units. */
export type MapArea =
  /** A rectangle: x, y of two opposite corners. Points on its border are inside. */
  | { readonly kind: 'rectangle'; readonly points: readonly number[] }
  /** A polygon drawn by hand: x, y of each corner in turn. The last corner is joined to the first. */
  | { readonly kind: 'lasso'; readonly points: readonly number[] };

/** The papers that one part of a region adds, removes or keeps. */
export type RegionSubject =
  | MapArea
  /** The papers of a topic and of all its subtopics, by the id of the topic. */
  | { readonly kind: 'topic'; readonly topic: number }
  | { readonly kind: 'papers'; readonly ids: readonly string[] };

export interface RegionPart {
  readonly operation: RegionOperation;
  readonly subject: RegionSubject;
}

/**
 * Maximum number of parts in a region, and of numbers in an area: more than anyone draws by hand. They limit the work
 * that a malicious address or query can cause.
 */
const MAX_PARTS = 40;
const MAX_NUMBERS = 800;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

const signs: Readonly<Record<RegionOperation, string>> = { add: '', remove: '-', intersect: '*' };

/**
 * Parses the text of a region.
 *
 * @param text has no white space
 * @returns the parts, at least one, of which the first adds papers; or, as a string, what is wrong with the text and
 *   what to write instead
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
 * Parses the text of a region from an address that may be damaged. Parts and ids that cannot be read are left out, and
 * so are parts beyond the maximum number. A `+` before a part is ignored, and so is a space, because addresses may
 * contain one in place of the other.
 *
 * @returns the parts that could be read, possibly none
 */
export function parseRegionLeniently(text: string): RegionPart[] {
  return text
    .split(';')
    .slice(0, MAX_PARTS)
    .map((piece) => parsePart(piece.replace(/^[+ ]/, ''), parseReadableIds))
    .filter((part) => typeof part !== 'string');
}

/** Prints the parts of a region as text, from which `parseRegion` reads the same parts. */
export function printRegion(parts: readonly RegionPart[]): string {
  return parts.map(({ operation, subject }) => signs[operation] + printSubject(subject)).join(';');
}

/**
 * The id of a paper as `printRegion` writes it. These characters are percent-encoded: those that separate ids or parts,
 * white space, quotes (which would begin a phrase in a query), and the percent sign itself.
 */
export function escapePaperId(id: string): string {
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
      return `p:${subject.ids.map(escapePaperId).join(',')}`;
  }
}

/** Parses one part of a region. Returns a string if it is invalid: what is wrong and what to write instead. */
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
  // Adding 0 turns −0 into 0, because −0 is also printed as 0.
  const numbers = pieces.map((piece) => Number(piece) + 0);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** Parses a comma-separated list of percent-encoded paper ids. Empty if the encoding of any id is broken. */
function parseIds(text: string): string[] {
  try {
    return text.split(',').map(decodeURIComponent).filter(Boolean);
  } catch {
    return [];
  }
}

/** Parses a comma-separated list of percent-encoded paper ids, without those whose encoding is broken. */
function parseReadableIds(text: string): string[] {
  return text.split(',').flatMap(parseIds);
}
