import { excerptOf, PaperfieldError } from '../errors.ts';
import {
  type Comparison,
  comparisons,
  type Filter,
  type Key,
  type ParsedQuery,
  type QueryTerm,
  type SortOrder,
  sortOrders,
} from './ast.ts';
import { dateSpan } from './dates.ts';
import { parseRegion } from './region.ts';
import { type ExclusionToken, type KeyToken, type Token, tokenize } from './tokenizer.ts';

/** What one `key:value` means, or what is wrong with it and what to write instead. */
export type KeyMeaning =
  | { readonly kind: 'like' | 'not'; readonly id: string }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'sort'; readonly sort: SortOrder }
  | { readonly kind: 'problem'; readonly problem: string };

const problem = (text: string): KeyMeaning => ({ kind: 'problem', problem: text });
const filterOf = (filter: Filter): KeyMeaning => ({ kind: 'filter', filter });

/** For keys that cannot be excluded: what to write instead. */
const exclusionRemedies: Partial<Readonly<Record<Key, string>>> = {
  like: 'cannot be excluded; write not: and the id',
  not: 'cannot be excluded; write like: and the id',
  since: 'cannot be excluded; write until: and the last day',
  until: 'cannot be excluded; write since: and the first day',
  authors: 'cannot be excluded; reverse the comparison, as in authors:<=10',
  comments: 'cannot be excluded; reverse the comparison, as in comments:<=5',
  sort: 'cannot be excluded; leave it out',
};

/** Whether `-key:` means something. */
export function canBeExcluded(key: Key): boolean {
  return exclusionRemedies[key] === undefined;
}

/** @param value without quotes */
export function parseKeyValue(key: Key, value: string, excluded: boolean): KeyMeaning {
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
      return lower === 'code' ? filterOf({ kind: key, what: lower, excluded }) : problem("isn't known; write has:code");
    case 'within': {
      const region = value.replace(/\s+/g, '');
      const parts = parseRegion(region);
      return typeof parts === 'string' ? problem(parts) : filterOf({ kind: key, region, excluded });
    }
    case 'since':
    case 'until':
      if (!dateSpan(line)) return problem(`isn't a date; write ${key}:2025, ${key}:2025-01 or ${key}:2025-01-07`);
      return filterOf({ kind: key, date: line });
    case 'authors':
    case 'comments':
      return comparisonOf(key, line);
    case 'sort': {
      const sort = sortOrders.find((known) => known === lower);
      return sort
        ? { kind: 'sort', sort }
        : problem("isn't a sort order; write sort:relevance, sort:date or sort:comments");
    }
  }
}

/** Up to nine digits are an id; `none` in any case is no topic; anything else is a name. */
function topicOf(line: string): number | string {
  if (/^\d{1,9}$/.test(line)) return Number(line);
  return line.toLowerCase() === 'none' ? 'none' : line;
}

function comparisonOf(key: 'authors' | 'comments', line: string): KeyMeaning {
  const sign = comparisons.find((known) => line.replace('≥', '>=').replace('≤', '<=').startsWith(known));
  const digits = /^(?:[<>]=?|[=≥≤])? ?(\d{1,9})$/.exec(line)?.[1];
  if (digits === undefined) {
    return problem(`isn't a number of ${key}; write ${key}:5, ${key}:>5, ${key}:>=5, ${key}:<5 or ${key}:<=5`);
  }
  const compare: Comparison = sign ?? '=';
  return filterOf({ kind: key, compare, count: Number(digits) });
}

/** The position of a token for an error message: `character 11: 'since:20x5'`. Counted from 1, in code points. */
export function describePosition(source: string, { from, to }: Pick<KeyToken, 'from' | 'to'>): string {
  const position = [...source.slice(0, from)].length + 1;
  return `character ${position}: '${excerptOf(source.slice(from, to))}'`;
}

/**
 * The position of the first `key:value` whose meaning matches, for errors that are detected only when the value is looked up. If
 * none matches, the query itself.
 */
export function describeKeyPosition(source: string, isMatch: (meaning: KeyMeaning) => boolean): string {
  const token = tokenize(source).find(
    (candidate): candidate is KeyToken =>
      candidate.kind === 'key' &&
      candidate.fault === null &&
      isMatch(parseKeyValue(candidate.key, candidate.value, candidate.isNegated)),
  );
  return token ? describePosition(source, token) : `'${excerptOf(source)}'`;
}

/**
 * A longer running text was pasted, not typed (in UTF-16 units; the longest titles are shorter). Its quotes, asterisks and
 * minus signs are text, not query syntax.
 */
export const MAX_TYPED_LENGTH = 300;

// A hyphen or an apostrophe joins two parts into one word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*/gu;
const PREFIX = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*\*$/u;
/** A* and C* are names of algorithms, and such a prefix would match half of all words. */
const MIN_PREFIX_LETTERS = 3;

/**
 * `transf` for `transf*`: at least three letters or digits, then an asterisk at the end; else null.
 */
export function prefixOf(text: string): string | null {
  if (!PREFIX.test(text)) return null;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return letters >= MIN_PREFIX_LETTERS ? text.slice(0, -1) : null;
}

/** The text with white space collapsed and trimmed. */
export function collapseSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Each term once, in order. */
function distinct(terms: readonly QueryTerm[]): QueryTerm[] {
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/**
 * The words, phrases and prefixes of a running text.
 *
 * @param text with collapsed white space, and without keys and exclusions unless it is longer than MAX_TYPED_LENGTH
 */
export function parseRunningText(text: string): Pick<ParsedQuery, 'text' | 'freeText' | 'wanted'> {
  if (text.length > MAX_TYPED_LENGTH) return { text, freeText: text, wanted: distinct(wordTerms(text)) };
  const wanted: QueryTerm[] = [];
  let free = '';
  let at = 0;
  for (const token of tokenize(text)) {
    const raw = text.slice(token.from, token.to);
    const followsSpace = token.from === at + 1 || token.from === 0;
    const prefix = followsSpace && /^(?:\s|$)/.test(text.slice(token.to, token.to + 1)) ? prefixOf(raw) : null;
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

/**
 * Parses the query language of page, API and command line (docs/queries.md). Everything that is not a key, an exclusion, a
 * phrase or a prefix is running text, whatever characters it has: `Note: we`, `https://…`, `-0.5`, `since: 2025`, a quote that
 * is never closed. Of a pasted text only keys and exclusions before and after it count.
 *
 * @throws PaperfieldError bad_request, for a key with an invalid value; the message begins with its position
 * @example
 * parseQuery('robots -survey since:2025').filters; // [{ kind: 'since', date: '2025' }]
 */
export function parseQuery(source: string): ParsedQuery {
  const tokens = tokenize(source);
  const isText = (token: Token) => token.kind === 'text' || token.kind === 'phrase';
  const first = tokens.findIndex(isText);
  const last = tokens.findLastIndex(isText);
  const typed = withoutTokens(
    source,
    tokens.filter((token) => !isText(token)),
  );
  const isPasted = typed.length > MAX_TYPED_LENGTH;
  const text = isPasted ? collapseSpace(source.slice(tokens[first].from, tokens[last].to)) : typed;
  const effective = isPasted ? [...tokens.slice(0, first), ...tokens.slice(last + 1)] : tokens;

  const like = new Set<string>();
  const not = new Set<string>();
  const filters = new Map<string, Filter>();
  const excluded: QueryTerm[] = [];
  let sort: SortOrder | null = null;
  for (const token of effective) {
    if (token.kind === 'exclusion') excluded.push(excludedTerm(token));
    if (token.kind !== 'key') continue;
    const meaning = validMeaning(source, token);
    if (meaning.kind === 'filter') filters.set(JSON.stringify(meaning.filter), meaning.filter);
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
  };
}

/** The text without some tokens, white space collapsed. */
function withoutTokens(source: string, removed: readonly Token[]): string {
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
  const prefix = prefixOf(word);
  return prefix === null ? { kind: 'word', text: word } : { kind: 'prefix', text: prefix };
}

function validMeaning(source: string, token: KeyToken) {
  if (token.fault === 'unclosed') throw invalid(source, token, `has an unclosed quote; write ${token.key}:"…"`);
  if (token.fault === 'glued') {
    const remedy = `write a space after ${token.key}:"…", or "" for a quote inside it`;
    throw invalid(source, token, `continues after its closing quote; ${remedy}`);
  }
  const meaning = parseKeyValue(token.key, token.value, token.isNegated);
  if (meaning.kind === 'problem') throw invalid(source, token, meaning.problem);
  return meaning;
}

function invalid(source: string, token: KeyToken, what: string): PaperfieldError {
  return new PaperfieldError('bad_request', `${describePosition(source, token)} ${what}`);
}
