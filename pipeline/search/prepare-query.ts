import type { SearchMode } from '../../server/schemas/search.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { ParsedQuery } from '../core/query/ast.ts';
import { placeOfMeaning } from '../core/query/parser.ts';
import { comparedVectorAt } from '../core/vectors.ts';
import { inTurns } from '../runtime/scheduling.ts';
import { type Filtered, hasStopWordsOnly, rowFilter } from './filters.ts';
import { type AskedWords, askedWords } from './lexical/query-terms.ts';
import type { Question, Retrievable } from './retrieve.ts';

/** What a question is made from. */
export interface Answering extends Filtered {
  readonly corpus: Retrievable;
  /** Reads who wrote what, with turns for others, where that is not read yet. */
  authorsReady(): Promise<unknown>;
  /** Title and abstract of a row, as running text. */
  textOf(row: number): string;
  /** The vector of a query; undefined where the model is missing. */
  embed: ((text: string) => Promise<Float32Array>) | undefined;
}

/** A question, and the words of it that a reader is shown as matches. */
export interface MadeQuestion extends Question {
  readonly asked: AskedWords;
  /** The running text that they are of. */
  readonly text: string;
}

/**
 * Makes a parsed query ready for ranking. `like:` gives the paper's words and vector, or the vectors of several, `not:`
 * vectors to be far from; the papers themselves are no answers. Stop words alone are asked by their letters: they have a
 * vector, but it is near to whatever is short.
 *
 * @param source the query as it was typed, for the places in errors
 * @throws PaperfieldError not_found for an id that no paper has, bad_request for a topic that does not exist; the message
 *   begins with the place
 */
export async function makeQuestion(
  answering: Answering,
  query: ParsedQuery,
  source: string,
  mode: SearchMode,
): Promise<MadeQuestion> {
  const { corpus, words } = answering;
  const rowsOf = (kind: 'like' | 'not') => query[kind].map((id) => rowOfId(answering, source, kind, id));
  const [like, not] = [rowsOf('like'), rowsOf('not')];
  const prefixes = query.wanted.filter(({ kind }) => kind === 'prefix').map(({ text }) => text);
  // What a prefix begins is no word of its own.
  const typed =
    prefixes.length > 0
      ? prefixes.reduce((left, prefix) => left.replace(`${prefix}*`, ' '), query.text)
      : query.freeText;
  // The words of several papers taken together find what is near to any one of them; their vectors what is near to all.
  const texts = like.length === 1 || mode === 'keyword' ? like.map(answering.textOf) : [];
  const text = [typed, ...texts].join('\n').trim();
  const vectors = like.map((row) => comparedVectorAt(corpus.vectors, row));
  const hasMeaning = query.freeText !== '' && (mode === 'semantic' || !hasStopWordsOnly(query.freeText));
  if (hasMeaning && mode !== 'keyword' && answering.embed) {
    const vector = await answering.embed(query.freeText);
    // A text without any word that the model knows has no direction: it must not count as one.
    if (vector.some((component) => component !== 0)) vectors.unshift(vector);
  }
  if (query.filters.some(({ kind }) => kind === 'author')) await answering.authorsReady();
  return {
    asked: askedWords(words, text, prefixes),
    text,
    near: vectors,
    far: not.map((row) => comparedVectorAt(corpus.vectors, row)),
    filter: await inTurns(rowFilter(answering, query, source, [...like, ...not])),
  };
}

function rowOfId({ rowOf }: Answering, source: string, kind: 'like' | 'not', id: string): number {
  const row = rowOf(id);
  if (row !== undefined) return row;
  const place = placeOfMeaning(source, (one) => one.kind === kind && one.id === id);
  throw new PaperfieldError('not_found', `${place} names no paper; write ${kind}: and the id of one`);
}
