import type { SearchMode } from '../../server/schemas/search.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { isBlank, orderOf, type ParsedQuery } from '../core/query/ast.ts';
import { parseQuery } from '../core/query/parser.ts';
import { askedByKeys, withoutAsking, withoutQuotes } from '../core/query/rewrite.ts';
import { similarityOf } from '../core/vectors.ts';
import { type Authors, askingForAuthor, namingAuthor } from './authors.ts';
import { isUnread, judge } from './calibration/answerability.ts';
import type { Background } from './calibration/null-distribution.ts';
import { groupDuplicates } from './collapse.ts';
import type { Sought } from './highlight/highlight.ts';
import { soughtBy } from './highlight/highlight-query.ts';
import type { MeaningReader } from './highlight/semantic-highlight.ts';
import { askedWords } from './lexical/query-terms.ts';
import { type Answering, type MadeQuestion, makeQuestion } from './prepare-query.ts';
import { type Ranked, rank, type Searched } from './rank.ts';
import { type Listing, orderedBy } from './sort-order.ts';
import { DidYouMean } from './suggest/did-you-mean.ts';

/** What a query is answered with, by row. Entry i of every list is of the same paper. */
export interface Answer {
  readonly rows: readonly number[];
  readonly scores: readonly number[];
  readonly relevances: readonly (number | null)[];
  /** Near-duplicates that stand behind each paper. */
  readonly also: readonly (readonly number[])[];
  readonly total: number;
  /** False: `rows` are the nearest few, and none is about the question. */
  readonly isAbout: boolean;
  /** True where that cannot be judged: the model does not know the question's words. */
  readonly isUnread: boolean;
  /** What the papers were looked for by. */
  readonly sought: Sought;
  /** Names of authors that the query asks for. */
  readonly authors: readonly string[];
  readonly didYouMean: string | null;
}

export interface Asker extends Searched, Answering {
  readonly graph: KnnGraph;
  readonly nullDistribution: Background | null;
  /** The model's words; undefined where it has none to be read. */
  readonly reader: MeaningReader | undefined;
  readonly authors: Pick<Authors, 'wrote' | 'knows'>;
  /** The same once they are read: a question that may be about anything waits for none of them. */
  readonly authorsRead: Pick<Authors, 'named'> | undefined;
  readonly listing: Listing;
}

/** A function that answers queries in the grammar of docs/queries.md. */
export function openAsker(asker: Asker): (q: string, mode: SearchMode) => Promise<Answer> {
  const speller = new DidYouMean(asker.words);
  // Authors are read when somebody may be meant, and not for every question.
  const whoIsKnown = { knows: (name: string) => asker.authors.knows(name) };
  return async (q, mode) => {
    const query = withoutAsking(parseQuery(q));
    const question = await makeQuestion(asker, query, q, mode);
    const sought = soughtBy(asker.words, asker.reader, question, mode);
    const answer = unlessUnread(asker, query, question, mode, found(asker, query, question, mode));
    // Whom a query may name is read with turns for others, where that is not read yet.
    if (!answer.isAbout) await asker.authorsReady();
    const named = asker.authorsRead ? namingAuthor(asker.authorsRead, query) : null;
    const author = named ?? (answer.isAbout ? null : askingForAuthor(asker.authors, query));
    const keyed = author ?? askedByKeys(whoIsKnown, query);
    const authors = query.filters.flatMap((one) => (one.kind === 'author' && !one.excluded ? [one.author] : []));
    if (keyed) return { ...answer, sought, authors, didYouMean: keyed };
    const spelled = query.like.length === 0 ? speller.of(q, query.text, question.asked.unknown) : null;
    return {
      ...answer,
      sought,
      authors,
      didYouMean: spelled ?? (answer.total === 0 ? withoutQuotes(query) : null),
    };
  };
}

/** What running text is answered with that is not read as a query: it may hold `like:`, quotation marks, anything. */
export function answerText(asker: Asker, text: string, vector: Float32Array): Answer {
  const question = { asked: askedWords(asker.words, text), text, near: [vector] };
  const query = { ...parseQuery(''), text, freeText: text, wanted: [{ kind: 'word', text } as const] };
  const sought = soughtBy(asker.words, asker.reader, question, 'hybrid');
  const answer = found(asker, query, question, 'hybrid');
  return { ...answer, isUnread: isUnread(text, asker.reader), sought, authors: [], didYouMean: null };
}

/** What a query looks for, without looking. */
export async function seek(asker: Asker, q: string, mode: SearchMode): Promise<Sought> {
  return soughtBy(asker.words, asker.reader, await makeQuestion(asker, withoutAsking(parseQuery(q)), q, mode), mode);
}

type Found = Omit<Answer, 'sought' | 'authors' | 'isUnread' | 'didYouMean'>;

function found(asker: Asker, query: ParsedQuery, question: MadeQuestion, mode: SearchMode): Found {
  const order = orderOf(query);
  if (isBlank(query)) {
    const rows = asker.listing(question.filter, order);
    const scores = new Float32Array(rows.length);
    return grouped(asker.graph, { rows, scores, relevances: null, isAbout: true });
  }
  const named = exactIdMatch(asker, query, question);
  const ranked = withNamed(unpushed(asker, question, rank(asker, question, mode)), named);
  const isJudged = mode !== 'keyword' && query.like.length === 0 && question.near.length > 0 && asker.nullDistribution;
  const judged =
    isJudged && asker.nullDistribution
      ? judge(asker.words, question.asked, query.freeText, ranked, asker.nullDistribution, named !== undefined)
      : undefined;
  const answer = judged ?? { ...ranked, relevances: null, isAbout: ranked.rows.length > 0 };
  return grouped(asker.graph, order === 'relevance' ? answer : reordered(answer, orderedBy(asker.facts, order)));
}

/** Letters read one by one have a vector too, and it is near to something: only words that papers hold speak against that. */
function unlessUnread(
  asker: Asker,
  query: ParsedQuery,
  { asked }: MadeQuestion,
  mode: SearchMode,
  answer: Found,
): Found & Pick<Answer, 'isUnread'> {
  const mayBe = mode !== 'keyword' && query.like.length === 0 && !(answer.isAbout && asked.stems.length > 0);
  if (!mayBe || !isUnread(query.freeText, asker.reader)) return { ...answer, isUnread: false };
  return { ...answer, total: 0, isAbout: false, isUnread: true };
}

interface Listed {
  readonly rows: Int32Array;
  readonly scores: ArrayLike<number>;
  readonly relevances: ArrayLike<number> | null;
  readonly isAbout: boolean;
}

/** The paper whose id was typed, if the filters let it through. */
function exactIdMatch(asker: Asker, query: ParsedQuery, { filter }: MadeQuestion): number | undefined {
  const named = asker.rowOf(query.freeText);
  return named === undefined || filter?.mask[named] === 0 ? undefined : named;
}

/**
 * With cosines as they are: where papers are pushed away by `not:` they are ranked by another measure, which cannot be
 * held against cosines of unrelated questions.
 */
function unpushed({ corpus }: Asker, { near, far = [] }: MadeQuestion, ranked: Ranked): Ranked {
  if (far.length === 0 || near.length !== 1) return ranked;
  const cosineOf = (row: number) => similarityOf(corpus.vectors, row, near[0]);
  const evidence = { ...ranked.evidence, cosine: Float32Array.from(ranked.evidence.rows, cosineOf) };
  return { ...ranked, evidence, cosines: Float32Array.from(ranked.rows, cosineOf) };
}

/** A paper whose id was typed stands first, whatever its words. */
function withNamed(ranked: Ranked, named: number | undefined): Ranked {
  if (named === undefined) return ranked;
  const others = Array.from(ranked.rows.keys()).filter((i) => ranked.rows[i] !== named);
  const best = Math.max(0, ...ranked.scores);
  return {
    ...ranked,
    rows: Int32Array.of(named, ...others.map((i) => ranked.rows[i])),
    scores: Float32Array.of(best + 1, ...others.map((i) => ranked.scores[i])),
    cosines: Float32Array.of(1, ...others.map((i) => ranked.cosines[i])),
  };
}

function reordered(answer: Listed, compare: (a: number, b: number) => number): Listed {
  const order = Array.from(answer.rows.keys()).sort((a, b) => compare(answer.rows[a], answer.rows[b]));
  const { relevances } = answer;
  return {
    ...answer,
    rows: Int32Array.from(order, (i) => answer.rows[i]),
    scores: order.map((i) => answer.scores[i]),
    relevances: relevances && order.map((i) => relevances[i]),
  };
}

function grouped(graph: KnnGraph, { rows, scores, relevances, isAbout }: Listed): Found {
  const { kept, also } = groupDuplicates(rows, graph);
  return {
    rows: keptOf(kept, rows),
    scores: keptOf(kept, scores),
    relevances: relevances ? keptOf(kept, relevances) : new Array<null>(kept.length).fill(null),
    also,
    total: isAbout ? kept.length : 0,
    isAbout,
  };
}

/** A plain loop: `Array.from` with a function takes several times as long, and all papers may be listed. */
function keptOf(kept: Int32Array, values: ArrayLike<number>): number[] {
  const taken = new Array<number>(kept.length);
  for (let i = 0; i < kept.length; i++) taken[i] = values[kept[i]];
  return taken;
}
