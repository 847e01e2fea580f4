/** An organization as a saved page writes it: a slug and a display name, such as `nvidia` and `NVIDIA`. */
export interface Organization {
  readonly slug: string;
  readonly name: string;
}

/**
 * One paper. `id` is its key across nights; the **row** it gets in a snapshot is its key within that snapshot.
 *
 * A field that the input did not give is absent, never empty: `authors` and `authorCount` are independent because a
 * saved page tells only how many authors there are.
 */
export interface Paper {
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  readonly authors?: readonly string[];
  readonly authorCount?: number;
  /** ISO 8601, as exact as the input was: `2025`, `2025-01` or `2025-01-07`. */
  readonly date?: string;
  readonly categories?: readonly string[];
  readonly url?: string;
  readonly venue?: string;
  readonly organization?: Organization;
  readonly comments?: number;
}

/** What a paper is embedded, searched and named by. */
export type Passage = Pick<Paper, 'title' | 'abstract'>;

/** A paper as a parser read it: the id is absent where the input gave none. */
export type ParsedPaper = Omit<Paper, 'id'> & { readonly id?: string };

/**
 * What a parser noticed about one row. `skipped`: nothing of the row was kept. `incomplete`: the paper was kept but one
 * of its fields could not be read. `merged`: the row is a paper that stood in the input before.
 */
export interface Receipt {
  readonly kind: 'skipped' | 'incomplete' | 'merged';
  readonly file: string;
  /** 1-based line in `file` at which the row begins. */
  readonly line: number;
  readonly reason: string;
  /** The first characters of the row, so that a reader can find it again. */
  readonly excerpt: string;
}

/** A parsed paper and where it was read. */
export interface ParsedRow {
  readonly paper: ParsedPaper;
  readonly line: number;
}

/** What a parser makes of one file. Every row of the file is in one of the two lists. */
export interface ParsedFile {
  readonly rows: readonly ParsedRow[];
  readonly receipts: readonly Receipt[];
}

/** The length at which an excerpt in a receipt is cut. */
const EXCERPT_LENGTH = 80;

/** One line of at most 80 characters that stands for a row in a receipt. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= EXCERPT_LENGTH ? line : `${line.slice(0, EXCERPT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * The letters and digits of a title, lower-cased and without accents: equal for two spellings of one title.
 * Empty only where the title has no letter or digit of any script.
 */
export function titleKey(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '');
}

/** The longest slug that an id made from a title carries before its check digits. */
const SLUG_LENGTH = 60;

/**
 * An id for a paper whose input gave none: a readable slug of the title and eight hexadecimal digits of the title's
 * key, so that titles with the same beginning, or in a script that a slug cannot carry, stay apart.
 */
export function idFromTitle(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    if (slug.length + word.length + 1 > SLUG_LENGTH) break;
    slug += `${word}-`;
  }
  // A title of signs alone has no key: the signs themselves tell it from others.
  return `${slug}${fnv1a(titleKey(title) || title)}`;
}

/** FNV-1a over UTF-16 code units, 32 bits, as eight hexadecimal digits (Fowler, Noll, Vo; public domain). */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
