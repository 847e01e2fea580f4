/** Rewrites of a parsed query: plain-text dates and authors as filters, and text without request phrases or quotation marks. */
import type { Filter, ParsedQuery } from './ast.ts';
import { parseQuery, parseRunningText } from './parser.ts';
import { printQuery } from './printer.ts';

/** In UTF-16 code units. A longer query is a pasted abstract: dates and names in it are part of its text. */
const MAX_REWRITTEN_LENGTH = 160;

const REQUEST_PHRASE =
  /^(?:(?:find|show)(?: me)? )?(?:all |the |any |some |new |recent )*(?:papers?|articles?|publications?) (?:about|on) (?=\S)/i;

/**
 * The query without leading words that only say that papers are wanted: 'papers about grasping' searches for grasping, not
 * for papers that mention papers.
 */
export function stripRequestPhrase(query: ParsedQuery): ParsedQuery {
  const [phrase] = REQUEST_PHRASE.exec(query.text) ?? [''];
  if (phrase === '' || query.text.length > MAX_REWRITTEN_LENGTH) return query;
  return { ...query, ...parseRunningText(query.text.slice(phrase.length)) };
}

/**
 * The query without the quotation marks of its phrases; null if it has no phrase of several words, or if its words would
 * be parsed as something else without quotes (`"like:this"`). For a pasted sentence with quotation marks that no paper
 * contains literally.
 */
export function dropQuotes(query: ParsedQuery): string | null {
  if (!query.wanted.some(({ kind, text }) => kind === 'phrase' && text.includes(' '))) return null;
  const unquoted = printQuery({ ...query, text: query.freeText });
  const parsed = parseQuery(unquoted);
  const isSame = parsed.freeText === query.freeText && parsed.excluded.length === query.excluded.length;
  return isSame && parsed.wanted.every(({ kind }) => kind !== 'phrase') ? unquoted : null;
}

const months = 'january february march april may june july august september october november december'.split(' ');
const MONTH = `(?:${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')}|sept)\\.?,?\\s+`;
const DATE = `((?:${MONTH})?(?:19|20)\\d\\d(?:-(?:0[1-9]|1[0-2]))?)`;
const PUBLISHED = '(?:(?:that )?(?:were |are )?(?:published|released|appeared|dated|written)\\s+)?';
const END = '(?=[\\s.,;?!)]|$)';

const since = (date: string): Filter => ({ kind: 'since', date });
const until = (date: string): Filter => ({ kind: 'until', date });

/** Dates in plain words, and the filters that they mean. */
const datePatterns: readonly (readonly [string, (from: string, to: string) => Filter[]])[] = [
  [`between\\s+${DATE}\\s+and\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`from\\s+${DATE}\\s+(?:to|until|till)\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`(?:since|starting(?: in)?|from)\\s+${DATE}(?:\\s+on(?:wards?)?)?`, (from) => [since(from)]],
  [`after\\s+${DATE}`, (date) => [since(shiftDate(date, 1))]],
  [`before\\s+${DATE}`, (date) => [until(shiftDate(date, -1))]],
  [`(?:until|till|up to)\\s+${DATE}`, (to) => [until(to)]],
  [`(?:in|during)\\s+${DATE}`, (date) => [since(date), until(date)]],
];

/** `October 2025` as `2025-10`; numeric years and months unchanged. */
function isoDate(written: string): string {
  const month = months.findIndex((name) => written.toLowerCase().startsWith(name.slice(0, 3)));
  return month < 0 ? written : `${written.slice(-4)}-${String(month + 1).padStart(2, '0')}`;
}

/** The year or month that is `count` years or months later. */
function shiftDate(date: string, count: number): string {
  const [year, month] = date.split('-').map(Number);
  if (month === undefined) return String(year + count);
  const at = year * 12 + month - 1 + count;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

interface Extracted {
  /** The text without what was extracted. */
  readonly text: string;
  readonly filters: readonly Filter[];
}

function extractDates(text: string): Extracted {
  for (const [pattern, filtersOf] of datePatterns) {
    const match = new RegExp(`(?:^|\\s)${PUBLISHED}${pattern}${END}`, 'i').exec(text);
    if (!match) continue;
    const [from, to] = [match[1], match[2] ?? match[1]].map(isoDate);
    const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
    return { text: rest.replace(/\s+/g, ' ').trim(), filters: filtersOf(from, to) };
  }
  return { text, filters: [] };
}

function extractAuthor(isAuthor: (name: string) => boolean, text: string): Extracted {
  const [match, name] = /(?:^|\s)(?:written\s+)?by\s+((?:\S+\s+){1,3}\S+)$/i.exec(text) ?? [];
  if (match === undefined || !isAuthor(name)) return { text, filters: [] };
  return { text: text.slice(0, -match.length), filters: [{ kind: 'author', author: name, excluded: false }] };
}

const LEADING_PAPERS =
  /^(?:all |the |any |new |recent )*(?:papers?|articles?|publications?|works?)(?: (?:about|on)(?= ))?/i;

/**
 * The query with the dates and the author that it names in plain words ('since October 2025', 'by Grace Hopper') as filters;
 * null if there are none, or if it has such filters already. A suggestion only: '2025' may be part of a name.
 *
 * @param isAuthor whether any author may be meant by a name
 */
export function plainTextFilters(query: ParsedQuery, isAuthor: (name: string) => boolean): string | null {
  const { text, filters } = query;
  const has = (kinds: readonly Filter['kind'][]) => filters.some(({ kind }) => kinds.includes(kind));
  if (text.length > MAX_REWRITTEN_LENGTH || /["“”„*]/.test(text)) return null;
  const dates = has(['since', 'until']) ? { text, filters: [] } : extractDates(text);
  const author = has(['author']) ? { text: dates.text, filters: [] } : extractAuthor(isAuthor, dates.text);
  const extracted = [...dates.filters, ...author.filters];
  const rest = author.text.replace(LEADING_PAPERS, '').trim();
  if (extracted.length === 0 || (rest === '' && author.filters.length === 0)) return null;
  return printQuery({ ...query, text: rest, filters: [...filters, ...extracted] });
}
