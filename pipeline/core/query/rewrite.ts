/**
 * Rewrites parsed queries: turns dates and authors in plain words into filters, and removes quotation marks or leading
 * words such as "papers about".
 */
import type { Filter, ParsedQuery } from './ast.ts';
import { parseQuery, parseRunningText } from './parser.ts';
import { printQuery } from './printer.ts';

/**
 * Maximum length of a text that is rewritten, in UTF-16 code units. A longer text is a pasted abstract, and dates and
 * names in it are part of the text.
 */
const MAX_REWRITTEN_LENGTH = 160;

const REQUEST_PHRASE =
  /^(?:(?:find|show)(?: me)? )?(?:all |the |any |some |new |recent )*(?:papers?|articles?|publications?) (?:about|on) (?=\S)/i;

/**
 * The query without leading words that only say that papers are wanted: 'papers about grasping' searches for grasping,
 * not for papers in which the word 'papers' occurs.
 */
export function stripRequestPhrase(query: ParsedQuery): ParsedQuery {
  const [phrase] = REQUEST_PHRASE.exec(query.text) ?? [''];
  if (phrase === '' || query.text.length > MAX_REWRITTEN_LENGTH) return query;
  return { ...query, ...parseRunningText(query.text.slice(phrase.length)) };
}

/**
 * The query without the quotation marks of its phrases, for a pasted sentence whose quoted parts occur literally in no
 * paper. Null if it has no phrase of several words, or if its words would be parsed as something else without quotes
 * (`"like:this"`).
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

/** Patterns of dates in plain words, each with a function that returns the filters for the dates that it matches. */
const datePatterns: readonly (readonly [string, (from: string, to: string) => Filter[]])[] = [
  [`between\\s+${DATE}\\s+and\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`from\\s+${DATE}\\s+(?:to|until|till)\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`(?:since|starting(?: in)?|from)\\s+${DATE}(?:\\s+on(?:wards?)?)?`, (from) => [since(from)]],
  [`after\\s+${DATE}`, (date) => [since(shiftDate(date, 1))]],
  [`before\\s+${DATE}`, (date) => [until(shiftDate(date, -1))]],
  [`(?:until|till|up to)\\s+${DATE}`, (to) => [until(to)]],
  [`(?:in|during)\\s+${DATE}`, (date) => [since(date), until(date)]],
];

/** A date as ISO 8601: `2025-10` for `October 2025`; a year or month in digits is unchanged. */
function isoDate(written: string): string {
  const month = months.findIndex((name) => written.toLowerCase().startsWith(name.slice(0, 3)));
  return month < 0 ? written : `${written.slice(-4)}-${String(month + 1).padStart(2, '0')}`;
}

/** Shifts a date by `count` years if it is a year, or by `count` months if it is a month. */
function shiftDate(date: string, count: number): string {
  const [year, month] = date.split('-').map(Number);
  if (month === undefined) return String(year + count);
  const at = year * 12 + month - 1 + count;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/** The result of extracting filters from a text. */
interface Extracted {
  /** The text without the words that were turned into filters. */
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
 * Prints the query with the dates and the author that it names in plain words ('since October 2025', 'by Grace Hopper')
 * as filters. Null if it names none, or already has such filters. The result is only suggested to the user, because
 * '2025' may be part of a name.
 *
 * @param isAuthor whether a name may be that of an author
 */
export function extractFiltersFromText(query: ParsedQuery, isAuthor: (name: string) => boolean): string | null {
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
