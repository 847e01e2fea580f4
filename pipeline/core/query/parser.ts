import { PaperfieldError } from '../errors.ts';
import { excerptOf } from '../paper.ts';
import {
  type Comparison,
  comparisons,
  type Filter,
  type Key,
  type ParsedQuery,
  type Sort,
  sorts,
  type Term,
} from './ast.ts';
import { dateSpan } from './dates.ts';
import { readShape } from './region.ts';
import { type ExclusionToken, type KeyToken, type Token, tokenize } from './tokenizer.ts';

/** What the value after a known key means. */

/** What one `key:value` says, or what is wrong with it and what to write. */
export type Meaning =
  | { readonly kind: 'like' | 'not'; readonly id: string }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'sort'; readonly sort: Sort }
  | { readonly kind: 'problem'; readonly problem: string };

const problem = (text: string): Meaning => ({ kind: 'problem', problem: text });
const filterOf = (filter: Filter): Meaning => ({ kind: 'filter', filter });

/** What to write in place of a key that cannot be excluded. */
const instead: Partial<Readonly<Record<Key, string>>> = {
  like: 'cannot be excluded; write not: and the id',
  not: 'cannot be excluded; write like: and the id',
  since: 'cannot be excluded; write until: and the last day that fits',
  until: 'cannot be excluded; write since: and the first day that fits',
  authors: 'cannot be excluded; turn the comparison round, as in authors:<=10',
  comments: 'cannot be excluded; turn the comparison round, as in comments:<=5',
  sort: 'cannot be excluded; leave it out',
};

/** Whether `-key:` means something. */
export function canBeExcluded(key: Key): boolean {
  return instead[key] === undefined;
}

/** @param value without quotes */
export function meaningOf(key: Key, value: string, excluded: boolean): Meaning {
  if (excluded && instead[key] !== undefined) return problem(instead[key]);
  if (!/\S/.test(value)) return problem('is empty; write a value directly after the colon, or leave it out');
  // Ids are taken to the letter: two of them may differ in their spaces.
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
        : problem('is no name; write author:Hinton or author:"Geoffrey Hinton"');
    case 'category':
      return filterOf({ kind: key, category: line, excluded });
    case 'has':
      return lower === 'code'
        ? filterOf({ kind: key, what: lower, excluded })
        : problem('is not known; write has:code');
    case 'within': {
      const shape = value.replace(/\s+/g, '');
      const parts = readShape(shape);
      return typeof parts === 'string' ? problem(parts) : filterOf({ kind: key, shape, excluded });
    }
    case 'since':
    case 'until':
      if (!dateSpan(line)) return problem(`is no date; write ${key}:2025, ${key}:2025-01 or ${key}:2025-01-07`);
      return filterOf({ kind: key, date: line });
    case 'authors':
    case 'comments':
      return comparisonOf(key, line);
    case 'sort': {
      const sort = sorts.find((known) => known === lower);
      return sort ? { kind: 'sort', sort } : problem('is no order; write sort:relevance, sort:date or sort:comments');
    }
  }
}

/** Up to nine digits are a topic's number, `None` in any capitals is none, anything else is a name. */
function topicOf(line: string): number | string {
  if (/^\d{1,9}$/.test(line)) return Number(line);
  return line.toLowerCase() === 'none' ? 'none' : line;
}

function comparisonOf(key: 'authors' | 'comments', line: string): Meaning {
  const sign = comparisons.find((known) => line.replace('≥', '>=').replace('≤', '<=').startsWith(known));
  const digits = /^(?:[<>]=?|[=≥≤])? ?(\d{1,9})$/.exec(line)?.[1];
  if (digits === undefined) {
    return problem(`is no number of ${key}; write ${key}:5, ${key}:>5, ${key}:>=5, ${key}:<5 or ${key}:<=5`);
  }
  const compare: Comparison = sign ?? '=';
  return filterOf({ kind: key, compare, count: Number(digits) });
}

/** Where in a query something stands, as errors tell it. */

/** `character 11: 'since:20x5'`: characters from 1, counted as a person counts them (an emoji is one). */
export function placeOf(source: string, { from, to }: Pick<KeyToken, 'from' | 'to'>): string {
  const place = [...source.slice(0, from)].length + 1;
  return `character ${place}: '${excerptOf(source.slice(from, to))}'`;
}

/**
 * The place of the first `key:value` that says something, for what is found wrong only when it is looked up; the query
 * itself where none says it.
 */
export function placeOfMeaning(source: string, isMeant: (meaning: Meaning) => boolean): string {
  const token = tokenize(source).find(
    (one): one is KeyToken =>
      one.kind === 'key' && one.fault === null && isMeant(meaningOf(one.key, one.value, one.isNegated)),
  );
  return token ? placeOf(source, token) : `'${excerptOf(source)}'`;
}

/** The words in the running text of a query. */

/**
 * Running text of more characters than this was pasted, not typed: the longest titles stay below it, and no one types
 * as much. In it quotes, stars and minus signs are the author's, not the searcher's.
 */
export const LONGEST_TYPED = 300;

// What a hyphen or an apostrophe joins is one word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*/gu;
const PREFIX = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*\*$/u;
/** A* and C* are names, and their prefix would be half of all words. */
const SHORTEST_PREFIX = 3;

/**
 * The word that `transf*` begins, or null where that is not what the text is: three letters or digits at least, then the
 * star, then nothing.
 */
export function prefixOf(text: string): string | null {
  if (!PREFIX.test(text)) return null;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return letters >= SHORTEST_PREFIX ? text.slice(0, -1) : null;
}

/** One line: runs of white space are one space, none at the ends. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Each term once, in the order in which they came. */
export function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/**
 * What is wanted by a running text.
 *
 * @param text one line, without exclusions and known keys unless it is longer than LONGEST_TYPED
 */
export function readRunningText(text: string): Pick<ParsedQuery, 'text' | 'freeText' | 'wanted'> {
  if (text.length > LONGEST_TYPED) return { text, freeText: text, wanted: distinct(wordTerms(text)) };
  const wanted: Term[] = [];
  let free = '';
  let at = 0;
  for (const token of tokenize(text)) {
    const written = text.slice(token.from, token.to);
    const standsAlone = token.from === at + 1 || token.from === 0;
    const prefix = standsAlone && /^(?:\s|$)/.test(text.slice(token.to, token.to + 1)) ? prefixOf(written) : null;
    free += text.slice(at, token.from);
    at = token.to;
    if (token.kind === 'phrase') {
      wanted.push({ kind: 'phrase', text: oneLine(token.text) });
      free += token.text;
    } else if (prefix !== null) {
      wanted.push({ kind: 'prefix', text: prefix });
      free += prefix;
    } else {
      wanted.push(...wordTerms(written));
      free += written;
    }
  }
  return { text, freeText: oneLine(free), wanted: distinct(wanted) };
}

function wordTerms(text: string): Term[] {
  return [...text.matchAll(WORD)].map(([word]) => ({ kind: 'word', text: word }));
}

/** The query grammar of page, API and command line. `docs/queries.md` tells it to users. */

/**
 * Reads a query. Text that is none of the grammar is running text, whatever signs it holds: `Note: we`, `https://…`,
 * `-0.5`, `since: 2025`, a quote that is never closed. Of pasted text (see LONGEST_TYPED) everything is text but the keys
 * and exclusions that stand before and after it.
 *
 * @throws PaperfieldError bad_request where a known key has a value it cannot have; the message begins with the place, in
 *   characters from 1
 */
export function parseQuery(source: string): ParsedQuery {
  const tokens = tokenize(source);
  const isText = (token: Token) => token.kind === 'text' || token.kind === 'phrase';
  const first = tokens.findIndex(isText);
  const last = tokens.findLastIndex(isText);
  const typed = withoutTaken(
    source,
    tokens.filter((token) => !isText(token)),
  );
  const isPasted = typed.length > LONGEST_TYPED;
  const text = isPasted ? oneLine(source.slice(tokens[first].from, tokens[last].to)) : typed;
  const taken = isPasted ? [...tokens.slice(0, first), ...tokens.slice(last + 1)] : tokens;

  const like = new Set<string>();
  const not = new Set<string>();
  const filters = new Map<string, Filter>();
  const excluded: Term[] = [];
  let sort: Sort | null = null;
  for (const token of taken) {
    if (token.kind === 'exclusion') excluded.push(excludedTerm(token));
    if (token.kind !== 'key') continue;
    const meaning = meaningIn(source, token);
    if (meaning.kind === 'filter') filters.set(JSON.stringify(meaning.filter), meaning.filter);
    else if (meaning.kind !== 'sort') (meaning.kind === 'like' ? like : not).add(meaning.id);
    else if (sort === null || sort === meaning.sort) sort = meaning.sort;
    else throw fault(source, token, `comes after sort:${sort}; write one order only`);
  }
  return {
    ...readRunningText(text),
    excluded: distinct(excluded),
    like: [...like],
    not: [...not],
    filters: [...filters.values()],
    sort,
  };
}

/** The text without the given tokens, as one line. */
function withoutTaken(source: string, taken: readonly Token[]): string {
  let text = '';
  let at = 0;
  for (const { from, to } of taken) {
    text += `${source.slice(at, from)} `;
    at = to;
  }
  return oneLine(text + source.slice(at));
}

function excludedTerm({ text, isQuoted }: ExclusionToken): Term {
  if (isQuoted) return { kind: 'phrase', text: oneLine(text) };
  // '-survey, -review': the comma belongs to the list.
  const word = text.replace(/[.,;:!?()[\]{}"“”„'’…]+$/, '');
  const prefix = prefixOf(word);
  return prefix === null ? { kind: 'word', text: word } : { kind: 'prefix', text: prefix };
}

function meaningIn(source: string, token: KeyToken) {
  if (token.fault === 'unclosed') throw fault(source, token, `has a quote that is not closed; write ${token.key}:"…"`);
  if (token.fault === 'glued') {
    const remedy = `write a space after ${token.key}:"…", or "" for a quote within`;
    throw fault(source, token, `goes on after its closing quote; ${remedy}`);
  }
  const meaning = meaningOf(token.key, token.value, token.isNegated);
  if (meaning.kind === 'problem') throw fault(source, token, meaning.problem);
  return meaning;
}

function fault(source: string, token: KeyToken, what: string): PaperfieldError {
  return new PaperfieldError('bad_request', `${placeOf(source, token)} ${what}`);
}
