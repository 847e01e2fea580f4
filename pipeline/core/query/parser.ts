/**
 * Parses queries: splits the text into tokens from left to right, then interprets keys, exclusions and running text.
 */
import { excerptOf, PaperfieldError } from '../errors.ts';
import {
  type ComparisonOperator,
  comparisonOperators,
  type Filter,
  type ParsedQuery,
  type QueryKeyName,
  type QueryTerm,
  queryKeys,
  type SortOrder,
} from './ast.ts';
import { COLUMN_KEY, fieldKey, isColumnKey, isPlainColumnValue } from './column-key.ts';
import { parseDateSpan } from './dates.ts';
import { parseRegion } from './region.ts';

// Splitting a query into tokens.

interface TokenRange {
  /** Where the token is in the query, in UTF-16 code units: it starts at `from` and ends before `to`. */
  readonly from: number;
  readonly to: number;
}

/** A phrase in quotes in the running text. */
export interface PhraseToken extends TokenRange {
  readonly kind: 'phrase';
  /** The phrase without its quotes. */
  readonly text: string;
}

/** An excluded word or phrase: `-word` or `-"a phrase"`. */
export interface ExclusionToken extends TokenRange {
  readonly kind: 'exclusion';
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A key of the language, or `column` for the name of a column. */
export type KeyKind = QueryKeyName | 'column';

/** A key and its value: `key:value`, or `-key:value` to exclude. */
export interface KeyToken extends TokenRange {
  readonly kind: 'key';
  readonly key: KeyKind;
  /** The name of the column; of the other keys the key. */
  readonly name: string;
  readonly isNegated: boolean;
  /** Offset in the query at which the value starts, including its opening quote. */
  readonly valueFrom: number;
  /** The value without its quotes. */
  readonly value: string;
  /**
   * What is wrong with the quotes of the value; null if nothing is. `unclosed`: the opening quote is never closed.
   * `glued`: text follows the closing quote without a space.
   */
  readonly fault: 'unclosed' | 'glued' | null;
}

export type QueryToken = ({ readonly kind: 'text' } & TokenRange) | PhraseToken | ExclusionToken | KeyToken;

/**
 * The characters that count as quotes. Phones insert curly quotes, so that each of these characters may open or close a
 * phrase.
 */
const QUOTE = '"“”„';

const KEY = new RegExp(`(-?)(${queryKeys.join('|')}):(?=\\S)`, 'iy');
// In a value in straight quotes, two quotes in a row mean one literal quote, so that any id can be written.
const QUOTED_VALUE = new RegExp(`"((?:[^"]|"")*)"|[“”„]([^${QUOTE}]*)[${QUOTE}]`, 'y');
const EXCLUDED_PHRASE = new RegExp(`-[${QUOTE}]([^${QUOTE}]*)[${QUOTE}][.,;:!?)]*`, 'y');
const EXCLUDED_WORD = /-(\p{L}\S*)/uy;
const PHRASE = new RegExp(`[${QUOTE}]([^${QUOTE}]*)[${QUOTE}]`, 'y');
const RUN = new RegExp(`[^\\s${QUOTE}]+`, 'y');
const SPACE = /\s*/y;
const NOT_SPACE = /\S+/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Splits a query into tokens from left to right, without interpreting values. Every character that is not white space
 * belongs to exactly one token.
 *
 * If keys and exclusions are removed from a query, the remaining running text has the same tokens as before. Parser and
 * printer rely on that. It holds because a quote that could open a phrase but does not is always the last quote of the
 * query, so that no removed token can have separated a pair of quotes.
 */
export function tokenizeQuery(text: string, isColumn: (name: string) => boolean = () => true): QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  while (at < text.length) {
    at += matchAt(SPACE, text, at)![0].length;
    if (at === text.length) break;
    const previous = tokens.at(-1);
    // A key, exclusion or phrase may also start directly after an exclusion, because removing the exclusion leaves a
    // space.
    const isStart = previous === undefined || previous.to < at || previous.kind === 'exclusion';
    const token = (isStart && (keyAt(text, at, isColumn) ?? exclusionAt(text, at))) || textAt(text, at, isStart);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function keyAt(text: string, from: number, isColumn: (name: string) => boolean): KeyToken | null {
  const match = matchAt(KEY, text, from);
  if (!match) return columnAt(text, from, isColumn);
  const name = match[2].toLowerCase() as QueryKeyName;
  return keyTokenOf(text, from, match, { key: name, name });
}

/**
 * A condition on a column. Which columns exist is known only to the corpus, so that whatever looks like one is one. A
 * fault of its quotes makes it text, because so may 'he said:"never' be.
 */
function columnAt(text: string, from: number, isColumn: (name: string) => boolean): KeyToken | null {
  const match = matchAt(COLUMN_KEY, text, from);
  const name = match ? fieldKey(match[2]) : '';
  // As written, too: `arXiv:` is an address, though the field `arXiv` is the column `ar_xiv`.
  if (!match || !isColumnKey(match[2].toLowerCase()) || !isColumnKey(name) || !isColumn(name)) return null;
  const token = keyTokenOf(text, from, match, { key: 'column', name });
  const isQuoted = QUOTE.includes(text[token.valueFrom]);
  const isValue = hasWord(token.value) && (isQuoted || isPlainColumnValue(token.value));
  return token.fault === null && isValue ? token : null;
}

function keyTokenOf(
  text: string,
  from: number,
  match: RegExpExecArray,
  named: Pick<KeyToken, 'key' | 'name'>,
): KeyToken {
  const valueFrom = from + match[0].length;
  const token = { kind: 'key', from, ...named, isNegated: match[1] === '-', valueFrom } as const;
  const run = matchAt(NOT_SPACE, text, valueFrom)![0];
  if (!QUOTE.includes(run[0])) return { ...token, to: valueFrom + run.length, value: run, fault: null };

  const quoted = matchAt(QUOTED_VALUE, text, valueFrom);
  if (!quoted) return { ...token, to: valueFrom + run.length, value: run.slice(1), fault: 'unclosed' };
  const to = valueFrom + quoted[0].length;
  const value = quoted[1]?.replaceAll('""', '"') ?? quoted[2];
  const rest = matchAt(NOT_SPACE, text, to)?.[0] ?? '';
  return { ...token, to: to + rest.length, value, fault: rest === '' ? null : 'glued' };
}

function exclusionAt(text: string, from: number): QueryToken | null {
  const phrase = matchAt(EXCLUDED_PHRASE, text, from);
  if (phrase) {
    const to = from + phrase[0].length;
    return hasWord(phrase[1])
      ? { kind: 'exclusion', from, to, text: phrase[1], isQuoted: true }
      : { kind: 'text', from, to };
  }
  const word = matchAt(EXCLUDED_WORD, text, from);
  return word && { kind: 'exclusion', from, to: from + word[0].length, text: word[1], isQuoted: false };
}

/** Reads a phrase, or a run of characters up to the next space or quote. */
function textAt(text: string, from: number, isStart: boolean): QueryToken {
  const run = matchAt(RUN, text, from);
  if (run) return { kind: 'text', from, to: from + run[0].length };
  // A quote inside a word does not open a phrase, as in 5" or K\"ahler.
  const opens = isStart || '([{—'.includes(text[from - 1]);
  const phrase = opens ? matchAt(PHRASE, text, from) : null;
  if (!phrase) return { kind: 'text', from, to: from + 1 };
  const to = from + phrase[0].length;
  return hasWord(phrase[1]) ? { kind: 'phrase', from, to, text: phrase[1] } : { kind: 'text', from, to };
}

/**
 * Whether a quoted text contains a letter or a digit. Without one there is nothing to search for: then the text and its
 * two quotes become one text token, so that neither quote can pair with another one.
 */
function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

// Interpreting keys and their values.

/** What one `key:value` means, or what is wrong with it and what to write instead. */
export type KeyMeaning =
  | { readonly kind: 'like' | 'not'; readonly id: string }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'sort'; readonly sort: SortOrder }
  | { readonly kind: 'literal' }
  | { readonly kind: 'problem'; readonly problem: string };

const problem = (text: string): KeyMeaning => ({ kind: 'problem', problem: text });
const filterOf = (filter: Filter): KeyMeaning => ({ kind: 'filter', filter });

/** The keys that cannot be excluded, each with an error message that says what to write instead. */
const exclusionRemedies: Partial<Readonly<Record<KeyKind, string>>> = {
  like: 'cannot be excluded; write not: and the id',
  not: 'cannot be excluded; write like: and the id',
  since: 'cannot be excluded; write until: and the last day',
  until: 'cannot be excluded; write since: and the first day',
  authors: 'cannot be excluded; reverse the comparison, as in authors:<=10',
  sort: 'cannot be excluded; leave it out',
  match: 'cannot be excluded; leave it out',
};

/** Whether a key can be excluded by a minus sign, as in `-author:Hinton`. */
export function isExcludableKey(key: KeyKind): boolean {
  return exclusionRemedies[key] === undefined;
}

/** Interprets a key with its value. */
export function interpretKey(token: Pick<KeyToken, 'key' | 'name' | 'value' | 'isNegated'>): KeyMeaning {
  const { key, name, value, isNegated: excluded } = token;
  if (excluded && exclusionRemedies[key] !== undefined) return problem(exclusionRemedies[key]);
  if (!/\S/.test(value)) return problem('is empty; write a value directly after the colon, or leave it out');
  // Ids are taken literally: two of them may differ in white space only.
  if (key === 'like' || key === 'not') return { kind: key, id: value };

  const line = value.replace(/\s+/g, ' ').trim();
  const lower = line.toLowerCase();
  switch (key) {
    case 'topic':
      return filterOf({ kind: key, topic: topicOf(line), excluded });
    case 'org':
      return filterOf({ kind: key, org: line, excluded });
    case 'author':
      return /[\p{L}\p{N}]{2}/u.test(line)
        ? filterOf({ kind: key, author: line, excluded })
        : problem('isn\'t a name; write author:Hinton or author:"Geoffrey Hinton"');
    case 'category':
      return filterOf({ kind: key, category: line, excluded });
    case 'has':
      return hasWord(line)
        ? filterOf({ kind: key, what: fieldKey(line), excluded })
        : problem("isn't known; write has:code, or has: and a column");
    case 'within': {
      const region = value.replace(/\s+/g, '');
      const parts = parseRegion(region);
      return typeof parts === 'string' ? problem(parts) : filterOf({ kind: key, region, excluded });
    }
    case 'since':
    case 'until':
      if (!parseDateSpan(line)) return problem(`isn't a date; write ${key}:2025, ${key}:2025-01 or ${key}:2025-01-07`);
      return filterOf({ kind: key, date: line });
    case 'authors':
      return comparisonOf(line);
    case 'column':
      return filterOf({ kind: key, column: name, value: line, excluded });
    case 'sort': {
      const column = fieldKey(line);
      return column === '' || lower === '-relevance'
        ? problem("isn't a sort order; write sort:relevance, sort:date or sort: and a column")
        : { kind: 'sort', sort: line.startsWith('-') ? `-${column}` : column };
    }
    case 'match':
      return lower === 'literal' ? { kind: 'literal' } : problem("isn't known; write match:literal, or leave it out");
  }
}

/**
 * Interprets the value of `topic:`. Up to nine digits are the id of a topic; `none`, in upper or lower case, means
 * papers without a topic; anything else is the name of a topic.
 */
function topicOf(line: string): number | string {
  if (/^\d{1,9}$/.test(line)) return Number(line);
  return line.toLowerCase() === 'none' ? 'none' : line;
}

function comparisonOf(line: string): KeyMeaning {
  const sign = comparisonOperators.find((known) => line.replace('≥', '>=').replace('≤', '<=').startsWith(known));
  const digits = /^(?:[<>]=?|[=≥≤])? ?(\d{1,9})$/.exec(line)?.[1];
  if (digits === undefined) {
    return problem("isn't a number of authors; write authors:5, authors:>5, authors:>=5, authors:<5 or authors:<=5");
  }
  const compare: ComparisonOperator = sign ?? '=';
  return filterOf({ kind: 'authors', compare, count: Number(digits) });
}

/**
 * The position of a token for an error message: `character 11: 'since:20x5'`. Characters are counted from 1, as code
 * points.
 */
function describePosition(source: string, { from, to }: Pick<KeyToken, 'from' | 'to'>): string {
  const position = [...source.slice(0, from)].length + 1;
  return `character ${position}: '${excerptOf(source.slice(from, to))}'`;
}

/**
 * The position of the first `key:value` whose meaning `isMatch` accepts, for errors that are noticed only when the
 * value is looked up. If there is none, an excerpt of the whole query.
 */
export function keyPositionText(source: string, isMatch: (meaning: KeyMeaning) => boolean): string {
  const token = tokenizeQuery(source).find(
    (candidate): candidate is KeyToken =>
      candidate.kind === 'key' && candidate.fault === null && isMatch(interpretKey(candidate)),
  );
  return token ? describePosition(source, token) : `'${excerptOf(source)}'`;
}

// Parsing the running text.

/**
 * Maximum length of a running text that counts as typed, in UTF-16 code units; the longest titles are shorter. A longer
 * text counts as pasted: its quotes, asterisks and minus signs are text, not query syntax.
 */
export const MAX_TYPED_QUERY_LENGTH = 300;

// Matches words. A hyphen or an apostrophe joins two parts into one word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*/gu;
const PREFIX = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*\*$/u;
/**
 * Minimum number of letters and digits before the asterisk of a prefix. A* and C* are names of algorithms, and so short
 * a prefix would match a large part of all words.
 */
const MIN_PREFIX_LETTERS = 3;

/**
 * The text of a prefix without its asterisk: `transf` for `transf*`. Null if the text is not a prefix, which has at
 * least three letters or digits and then an asterisk at its end.
 */
function parsePrefixTerm(text: string): string | null {
  if (!PREFIX.test(text)) return null;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return letters >= MIN_PREFIX_LETTERS ? text.slice(0, -1) : null;
}

/** The text with each run of white space replaced by one space, and without white space at its ends. */
export function collapseSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The terms without repetition, in order. */
function distinct(terms: readonly QueryTerm[]): QueryTerm[] {
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/**
 * Parses a running text into words, phrases and prefixes.
 *
 * @param text has collapsed white space; keys and exclusions are removed, unless it is longer than
 *   MAX_TYPED_QUERY_LENGTH
 */
export function parseRunningText(text: string): Pick<ParsedQuery, 'text' | 'freeText' | 'wanted'> {
  if (text.length > MAX_TYPED_QUERY_LENGTH) return { text, freeText: text, wanted: distinct(wordTerms(text)) };
  const wanted: QueryTerm[] = [];
  let free = '';
  let at = 0;
  for (const token of tokenizeQuery(text)) {
    const raw = text.slice(token.from, token.to);
    const followsSpace = token.from === at + 1 || token.from === 0;
    const prefix = followsSpace && /^(?:\s|$)/.test(text.slice(token.to, token.to + 1)) ? parsePrefixTerm(raw) : null;
    free += text.slice(at, token.from);
    at = token.to;
    if (token.kind === 'phrase') {
      wanted.push({ kind: 'phrase', text: collapseSpace(token.text) });
      free += token.text;
    } else if (prefix !== null) {
      wanted.push({ kind: 'prefix', text: prefix });
      free += prefix;
    } else {
      wanted.push(...wordTerms(raw));
      free += raw;
    }
  }
  return { text, freeText: collapseSpace(free), wanted: distinct(wanted) };
}

function wordTerms(text: string): QueryTerm[] {
  return [...text.matchAll(WORD)].map(([word]) => ({ kind: 'word', text: word }));
}

// Whole queries.

/**
 * Parses a query in the language of the page, the API and the command line (docs/queries.md). Everything that is not a
 * key, an exclusion, a phrase or a prefix is running text, whatever characters it has: `Note: we`, `https://…`, `-0.5`,
 * `since: 2025`, a quote that is never closed. If the query contains a pasted text, keys and exclusions count only
 * before and after that text.
 *
 * @param isColumn whether the name of a column is one. By default every name is, because only a corpus knows; the
 *   conditions on those that are not are text
 * @throws PaperfieldError bad_request, for a key with an invalid value; the message begins with the position of the key
 * @example
 * parseQuery('robots -survey since:2025').filters; // [{ kind: 'since', date: '2025' }]
 */
export function parseQuery(source: string, isColumn: (name: string) => boolean = () => true): ParsedQuery {
  const tokens = tokenizeQuery(source, isColumn);
  const isText = (token: QueryToken) => token.kind === 'text' || token.kind === 'phrase';
  const first = tokens.findIndex(isText);
  const last = tokens.findLastIndex(isText);
  const typed = withoutTokens(
    source,
    tokens.filter((token) => !isText(token)),
  );
  const isPasted = typed.length > MAX_TYPED_QUERY_LENGTH;
  const text = isPasted ? collapseSpace(source.slice(tokens[first].from, tokens[last].to)) : typed;
  const effective = isPasted ? [...tokens.slice(0, first), ...tokens.slice(last + 1)] : tokens;

  const like = new Set<string>();
  const not = new Set<string>();
  const filters = new Map<string, Filter>();
  const excluded: QueryTerm[] = [];
  let sort: SortOrder | null = null;
  let literal = false;
  for (const token of effective) {
    if (token.kind === 'exclusion') excluded.push(excludedTerm(token));
    if (token.kind !== 'key') continue;
    const meaning = validMeaning(source, token);
    if (meaning.kind === 'filter') filters.set(JSON.stringify(meaning.filter), meaning.filter);
    else if (meaning.kind === 'literal') literal = true;
    else if (meaning.kind !== 'sort') (meaning.kind === 'like' ? like : not).add(meaning.id);
    else if (sort === null || sort === meaning.sort) sort = meaning.sort;
    else throw invalid(source, token, `comes after sort:${sort}; write only one sort order`);
  }
  return {
    ...parseRunningText(text),
    excluded: distinct(excluded),
    like: [...like],
    not: [...not],
    filters: [...filters.values()],
    sort,
    literal,
  };
}

/** The query text without the given tokens, with collapsed white space. */
function withoutTokens(source: string, removed: readonly QueryToken[]): string {
  let text = '';
  let at = 0;
  for (const { from, to } of removed) {
    text += `${source.slice(at, from)} `;
    at = to;
  }
  return collapseSpace(text + source.slice(at));
}

function excludedTerm({ text, isQuoted }: ExclusionToken): QueryTerm {
  if (isQuoted) return { kind: 'phrase', text: collapseSpace(text) };
  // In '-survey, -review' the comma is not part of the word.
  const word = text.replace(/[.,;:!?()[\]{}"“”„'’…]+$/, '');
  const prefix = parsePrefixTerm(word);
  return prefix === null ? { kind: 'word', text: word } : { kind: 'prefix', text: prefix };
}

function validMeaning(source: string, token: KeyToken) {
  if (token.fault === 'unclosed') throw invalid(source, token, `has an unclosed quote; write ${token.key}:"…"`);
  if (token.fault === 'glued') {
    const remedy = `write a space after ${token.key}:"…", or "" for a quote inside it`;
    throw invalid(source, token, `continues after its closing quote; ${remedy}`);
  }
  const meaning = interpretKey(token);
  if (meaning.kind === 'problem') throw invalid(source, token, meaning.problem);
  return meaning;
}

function invalid(source: string, token: KeyToken, what: string): PaperfieldError {
  return new PaperfieldError('bad_request', `${describePosition(source, token)} ${what}`);
}

/** Whether a query has neither words nor `like:`, so that there is nothing to rank papers by. */
export function isFilterOnly(query: Pick<ParsedQuery, 'wanted' | 'like'>): boolean {
  return query.wanted.length === 0 && query.like.length === 0;
}

/**
 * The sort order of the hits: the one that the query names, by default relevance. If there is nothing to rank papers
 * by, the newest papers come first, unless the query names another order.
 */
export function effectiveSort({ sort, ...query }: ParsedQuery): SortOrder {
  if (sort !== null && sort !== 'relevance') return sort;
  return isFilterOnly(query) ? 'date' : 'relevance';
}
