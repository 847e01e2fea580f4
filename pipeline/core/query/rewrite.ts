import type { Authors } from '../../search/authors.ts';
import type { Filter, ParsedQuery } from './ast.ts';
import { parseQuery, readRunningText } from './parser.ts';
import { printQuery } from './printer.ts';

/**
 * A query whose phrases need not stand together, or null where it has none, or where its words without quotes would say
 * something else (`"like:this"`): for whoever pasted a sentence with quotation marks in it, and got nothing.
 */
export function withoutQuotes(query: ParsedQuery): string | null {
  if (!query.wanted.some(({ kind, text }) => kind === 'phrase' && text.includes(' '))) return null;
  const loose = printQuery({ ...query, text: query.freeText });
  const read = parseQuery(loose);
  const isSame = read.freeText === query.freeText && read.excluded.length === query.excluded.length;
  return isSame && read.wanted.every(({ kind }) => kind !== 'phrase') ? loose : null;
}

/** What a query says in plain words and the grammar has keys for: 'since October 2025', 'by Grace Hopper'. */

const months = 'january february march april may june july august september october november december'.split(' ');
const MONTH = `(?:${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')}|sept)\\.?,?\\s+`;
const DATE = `((?:${MONTH})?(?:19|20)\\d\\d(?:-(?:0[1-9]|1[0-2]))?)`;
const PUBLISHED = '(?:(?:that )?(?:were |are )?(?:published|released|appeared|dated|written)\\s+)?';
const END = '(?=[\\s.,;?!)]|$)';
/** Nobody asks for longer in one breath, in UTF-16 code units: a pasted abstract tells of dates, and asks for none. */
const LONGEST = 160;

/** How dates are said, and which bounds that is. */
const sayings: readonly (readonly [string, (from: string, to: string) => Filter[]])[] = [
  [`between\\s+${DATE}\\s+and\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`from\\s+${DATE}\\s+(?:to|until|till)\\s+${DATE}`, (from, to) => [since(from), until(to)]],
  [`(?:since|starting(?: in)?|from)\\s+${DATE}(?:\\s+on(?:wards?)?)?`, (from) => [since(from)]],
  [`after\\s+${DATE}`, (date) => [since(following(date, 1))]],
  [`before\\s+${DATE}`, (date) => [until(following(date, -1))]],
  [`(?:until|till|up to)\\s+${DATE}`, (to) => [until(to)]],
  [`(?:in|during)\\s+${DATE}`, (date) => [since(date), until(date)]],
];

const since = (date: string): Filter => ({ kind: 'since', date });
const until = (date: string): Filter => ({ kind: 'until', date });

/** `October 2025` as `2025-10`; years and months in figures stay. */
function written(said: string): string {
  const month = months.findIndex((name) => said.toLowerCase().startsWith(name.slice(0, 3)));
  return month < 0 ? said : `${said.slice(-4)}-${String(month + 1).padStart(2, '0')}`;
}

/** The year, or the month, so many after another. */
function following(date: string, by: number): string {
  const [year, month] = date.split('-').map(Number);
  if (month === undefined) return String(year + by);
  const at = year * 12 + month - 1 + by;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

interface Taken {
  readonly text: string;
  readonly filters: readonly Filter[];
}

function takeDates(text: string): Taken {
  for (const [saying, filtersOf] of sayings) {
    const match = new RegExp(`(?:^|\\s)${PUBLISHED}${saying}${END}`, 'i').exec(text);
    if (!match) continue;
    const [from, to] = [match[1], match[2] ?? match[1]].map(written);
    const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
    return { text: rest.replace(/\s+/g, ' ').trim(), filters: filtersOf(from, to) };
  }
  return { text, filters: [] };
}

function takeAuthor(authors: Pick<Authors, 'knows'>, text: string): Taken {
  const [whole, name] = /(?:^|\s)(?:written\s+)?by\s+((?:\S+\s+){1,3}\S+)$/i.exec(text) ?? [];
  if (whole === undefined || !authors.knows(name)) return { text, filters: [] };
  return { text: text.slice(0, -whole.length), filters: [{ kind: 'author', author: name, excluded: false }] };
}

/**
 * The query without the words before it that only say that papers are asked for: 'papers about grasping' asks for grasping, and
 * not for papers that speak of papers.
 */
export function withoutAsking(query: ParsedQuery): ParsedQuery {
  const [asking] =
    /^(?:(?:find|show)(?: me)? )?(?:all |the |any |some |new |recent )*(?:papers?|articles?|publications?) (?:about|on) (?=\S)/i.exec(
      query.text,
    ) ?? [''];
  if (asking === '' || query.text.length > LONGEST) return query;
  return { ...query, ...readRunningText(query.text.slice(asking.length)) };
}

/** A text without the words that only say that papers are asked for. */
function asAsked(text: string): string {
  return text
    .replace(/^(?:all |the |any |new |recent )*(?:papers?|articles?|publications?|works?)(?: (?:about|on)(?= ))?/i, '')
    .trim();
}

/**
 * The query with keys for the dates and the author that it says in words, or null where it says none, or has such keys
 * already. It is offered and not taken for granted: '2025' may be a part of a name.
 */
export function askedByKeys(authors: Pick<Authors, 'knows'>, query: ParsedQuery): string | null {
  const { text, filters } = query;
  const has = (kinds: readonly Filter['kind'][]) => filters.some(({ kind }) => kinds.includes(kind));
  if (text.length > LONGEST || /["“”„*]/.test(text)) return null;
  const dated = has(['since', 'until']) ? { text, filters: [] } : takeDates(text);
  const owned = has(['author']) ? { text: dated.text, filters: [] } : takeAuthor(authors, dated.text);
  const further = [...dated.filters, ...owned.filters];
  const rest = asAsked(owned.text);
  if (further.length === 0 || (rest === '' && owned.filters.length === 0)) return null;
  return printQuery({ ...query, text: rest, filters: [...filters, ...further] });
}
