/**
 * Rewrites parsed queries: turns dates, authors and what is left out in plain words into filters and exclusions, and
 * removes quotation marks or leading words such as "papers about".
 */
import type { Filter, ParsedQuery, QueryTerm } from './ast.ts';
import { type ExtractedFilters, extractDates } from './dates.ts';
import { parseQuery, parseRunningText } from './parser.ts';
import { printQuery } from './printer.ts';

/**
 * Maximum length of a text that is rewritten, in UTF-16 code units. A longer text is a pasted abstract, and dates and
 * names in it are part of the text.
 */
export const MAX_REWRITTEN_LENGTH = 160;

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

/** A text of at least this many different words beside what it quotes is prose; who wants a phrase to occur writes fewer. */
const MIN_WORDS_OF_PROSE = 12;

/**
 * The query without quotation marks if it is prose, whose quotations need not be in a paper: 'editors in which "what you
 * see is what you get" …'. Null if it has none, or is short.
 */
export function withoutQuotations(query: ParsedQuery): ParsedQuery | null {
  const quoted = query.wanted.filter(({ kind }) => kind === 'phrase').length;
  if (quoted === 0 || query.wanted.length - quoted < MIN_WORDS_OF_PROSE) return null;
  const unquoted = withoutQuotes(query);
  return unquoted === null ? null : { ...query, ...parseRunningText(query.freeText) };
}

/**
 * The query without the quotation marks of its phrases, for a pasted sentence whose quoted parts occur literally in no
 * paper. Null if it has no phrase of several words, or if its words would be parsed as something else without quotes
 * (`"like:this"`).
 */
export function dropQuotes(query: ParsedQuery): string | null {
  return query.wanted.some(({ kind, text }) => kind === 'phrase' && text.includes(' ')) ? withoutQuotes(query) : null;
}

function withoutQuotes(query: ParsedQuery): string | null {
  const unquoted = printQuery({ ...query, text: query.freeText });
  const parsed = parseQuery(unquoted);
  const isSame = parsed.freeText === query.freeText && parsed.excluded.length === query.excluded.length;
  return isSame && parsed.wanted.every(({ kind }) => kind !== 'phrase') ? unquoted : null;
}

/** Words before which what is left out ends, and with which it does not begin. */
const BOUNDARY = '(?:and|or|but|in|for|with|by|from|to|that|which|since)\\b';
const ARTICLE = '(?:any|an?|the)\\b';
const WORD = '[\\p{L}\\p{N}][\\p{L}\\p{N}-]*';

/**
 * Matches words that leave something out: 'not about robots', 'other than robots', 'without robots'. What is left out is
 * up to three words, up to the end of the text, a comma, or a word such as 'and', 'in', 'for'. Words that go on with 'of'
 * are not the whole of it, 'with or without' leaves nothing out, and an article within them makes a sentence of them
 * ('refuses without giving a reason').
 */
const EXCLUSION = new RegExp(
  `(?:^|[\\s,])(?:(?:but |and )?(?<!\\b(?:or|whether) )not (?:about|on|involving|including|using|with)|` +
    `except(?: for)?|excluding|apart from|other than|(?<!\\b(?:and|or) )(rather than|without))\\s+` +
    `((?:${ARTICLE}\\s+)?(?!${BOUNDARY}|${ARTICLE})${WORD}(?:\\s+(?!(?:${BOUNDARY}|${ARTICLE}|of\\b))${WORD}){0,2})` +
    `(?=\\s*(?:[.,;?!]|$|\\s${BOUNDARY}))`,
  'iu',
);

/** The result of taking what is to be left out from a text. */
export interface ExtractedExclusion {
  /** The text without the words that say what is left out. */
  readonly text: string;
  /** What hits must not contain. */
  readonly excluded: QueryTerm;
}

/**
 * Takes from a text what is to be left out: 'segmentation other than medical imaging'. Null if there is nothing, or if
 * nothing else is left.
 *
 * @param isIdiom whether papers use these words as an expression ('without labels', 'rather than labels'): then they say
 *   what is searched for
 */
export function extractExclusion(text: string, isIdiom: (words: string) => boolean): ExtractedExclusion | null {
  const match = EXCLUSION.exec(text);
  if (!match) return null;
  const [, idiom, named] = match;
  const excluded = named.replace(new RegExp(`^${ARTICLE}\\s+`, 'i'), '');
  if (idiom !== undefined && [named, excluded].some((words) => isIdiom(`${idiom} ${words}`))) return null;
  const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.replace(/\s+/g, ' ').trim();
  // A minus excludes a word only before a letter.
  const kind = /^\p{L}\S*$/u.test(excluded) ? 'word' : 'phrase';
  return /[\p{L}\p{N}]/u.test(rest) ? { text: rest, excluded: { kind, text: excluded } } : null;
}

function extractAuthor(isAuthor: (name: string) => boolean, text: string): ExtractedFilters {
  const [match, name] = /(?:^|\s)(?:written\s+)?by\s+((?:\S+\s+){1,3}\S+)$/i.exec(text) ?? [];
  if (match === undefined || !isAuthor(name)) return { text, filters: [] };
  return { text: text.slice(0, -match.length), filters: [{ kind: 'author', author: name, excluded: false }] };
}

const LEADING_PAPERS =
  /^(?:all |the |any |new |recent )*(?:papers?|articles?|publications?|works?)(?=\s|$)(?: (?:about|on)(?= ))?/i;

/** A query with filters that its words named. */
export interface RewrittenQuery {
  readonly query: ParsedQuery;
  /** The filters that were added. */
  readonly added: readonly Filter[];
}

/**
 * Turns the dates and the author that a query names in plain words ('since October 2025', 'by Grace Hopper') into
 * filters. Null if it names none, or already has such filters.
 *
 * @param isAuthor whether a name may be that of an author
 * @param today the current day
 */
export function extractFiltersFromText(
  query: ParsedQuery,
  isAuthor: (name: string) => boolean,
  today: Date,
): RewrittenQuery | null {
  const { text, filters } = query;
  const has = (kinds: readonly Filter['kind'][]) => filters.some(({ kind }) => kinds.includes(kind));
  if (text.length > MAX_REWRITTEN_LENGTH || /["“”„*]/.test(text)) return null;
  const dates = has(['since', 'until']) ? { text, filters: [] } : extractDates(text, today);
  const author = has(['author']) ? { text: dates.text, filters: [] } : extractAuthor(isAuthor, dates.text);
  const added = [...dates.filters, ...author.filters];
  const rest = author.text.replace(LEADING_PAPERS, '').trim();
  if (added.length === 0 || (rest === '' && author.filters.length === 0)) return null;
  return { query: { ...query, ...parseRunningText(rest), filters: [...filters, ...added] }, added };
}
