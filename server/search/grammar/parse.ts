/** The query grammar of page, API and command line. `docs/queries.md` tells it to users. */
import { PaperfieldError } from '../../../pipeline/core/errors.ts';
import { placeOf } from './places.ts';
import type { Filter, ParsedQuery, Sort, Term } from './query.ts';
import { distinct, LONGEST_TYPED, oneLine, prefixOf, readRunningText } from './running-text.ts';
import { type ExclusionToken, type KeyToken, type Token, tokenize } from './tokens.ts';
import { meaningOf } from './values.ts';

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
