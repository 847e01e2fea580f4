/**
 * Reading paths: shortest paths through the kNN graph from one paper to another, with the terms that consecutive papers
 * share.
 */
import { topK } from '../../pipeline/core/algorithms/sorting.ts';
import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, processInChunks } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { PaperText } from '../../pipeline/core/paper.ts';
import {
  connectorWords,
  genericWords,
  nonStandaloneWords,
  stopWords,
  ubiquitousWords,
} from '../../pipeline/core/stop-words.ts';
import { type AnyVectors, anyVectorAt, cosineWithRow } from '../../pipeline/core/vectors.ts';
import { createLazyTask } from '../../pipeline/runtime/idle-and-lazy-tasks.ts';
import { runInTimeSlices } from '../../pipeline/runtime/scheduling.ts';
import type { SemanticHighlighter } from '../../pipeline/search/highlight/semantic-highlight.ts';
import { type Word, wordsIn } from '../../pipeline/search/lexical/analyzer.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  idf,
  TITLE_END,
} from '../../pipeline/search/lexical/inverted-index.ts';
import type { ReadingPathResponse } from '../schemas/explore.ts';
import type { PositionedPaperLookup } from './positioned-paper.ts';
import { buildUndirectedGraph, createPathFinder, type GraphPath, type ShortestPathFinder } from './shortest-path.ts';

/**
 * The cost of an edge is its distance (1 − cosine) to one of these powers. A high power prefers many short edges to one
 * long edge. The powers are tried in this order, and the first one whose path is short enough is used. With power 0 all
 * edges cost the same.
 */
const DISTANCE_POWERS = [3, 2, 1, 0];
/** The most papers that a reader is likely to read in one path. */
const MAX_PATH_PAPERS = 12;
const MAX_TERMS_PER_EDGE = 4;
/** An edge that joins two components (a bridge) is searched between at most this many papers of each component. */
const BRIDGE_CANDIDATES = 64;

interface ReadingPathSource {
  readonly graph: KnnGraph;
  readonly vectors: AnyVectors;
  readonly invertedIndex: InvertedIndex;
  /**
   * Used to compare terms with the subject of two papers. undefined if the model has no readable token vectors; terms
   * are then chosen without comparing meaning.
   */
  readonly highlighter: SemanticHighlighter | undefined;
  paper(row: number): PaperText;
  readonly positionedPaperOf: PositionedPaperLookup;
}

/** Creates a function that finds the reading path between the papers of two rows. */
export function createReadingPathFinder(source: ReadingPathSource) {
  const { graph, invertedIndex, vectors, highlighter, paper, positionedPaperOf } = source;
  const lazyFinder = createLazyTask(function* () {
    return createPathFinder(yield* buildUndirectedGraph(graph));
  });
  /** Creates a function that returns the cosine of a term with the mean vector of two papers. */
  const termSimilarity = (rows: readonly [number, number]) => {
    const [first, second] = rows.map((row) => anyVectorAt(vectors, row));
    const sum = first.map((component, d) => component + second[d]);
    return highlighter?.forQuery(sum, []).cosine;
  };
  return async (from: number, to: number): Promise<Omit<ReadingPathResponse, 'snapshot'>> => {
    const finder = await lazyFinder.ready();
    const path =
      (await runInTimeSlices(smoothestPath(finder, from, to))) ??
      (await runInTimeSlices(pathOverBridge(vectors, finder, from, to)));
    return {
      papers: path.rows.map(positionedPaperOf),
      edges: path.similarities.map((similarity, i) => {
        const rows: readonly [number, number] = [path.rows[i], path.rows[i + 1]];
        return {
          similarity: roundToDigits(similarity, 4),
          sharedTerms: findSharedTerms(invertedIndex, rows, paper(rows[1]), MAX_TERMS_PER_EDGE, termSimilarity(rows)),
          isBridge: i === path.bridge,
        };
      }),
    };
  };
}

interface FoundPath extends GraphPath {
  /** The index of the bridge, the edge that is not in the kNN graph; undefined if all edges are in it. */
  readonly bridge?: number;
}

/**
 * Finds the shortest path. The edge costs are tried from the highest power of the distance (`DISTANCE_POWERS`, above)
 * to the lowest, until the path has at most `MAX_PATH_PAPERS` papers. undefined if the two rows are in different
 * components.
 */
function* smoothestPath(finder: ShortestPathFinder, from: number, to: number): CooperativeTask<FoundPath | undefined> {
  let path: FoundPath | undefined;
  for (const power of DISTANCE_POWERS) {
    yield 0;
    path = finder.shortestPath(from, to, power);
    if (!path || path.rows.length <= MAX_PATH_PAPERS) return path;
  }
  return path;
}

/** Finds a path between two components of the graph. A bridge joins them: an edge between their most similar papers. */
function* pathOverBridge(
  vectors: AnyVectors,
  finder: ShortestPathFinder,
  from: number,
  to: number,
): CooperativeTask<FoundPath> {
  const components = [finder.component(from), finder.component(to)] as const;
  const bridge = yield* mostSimilarPair(vectors, components, [from, to]);
  const before = yield* smoothestPath(finder, from, bridge.rows[0]);
  const after = yield* smoothestPath(finder, bridge.rows[1], to);
  if (!before || !after) throw new Error('a component of the kNN graph is not connected');
  return {
    rows: [...before.rows, ...after.rows],
    similarities: [...before.similarities, bridge.similarity, ...after.similarities],
    bridge: before.similarities.length,
  };
}

/**
 * Finds the most similar pair of papers with one paper from each of two components. From a large component only some
 * papers are compared: those most similar to the end of the path in the other component.
 */
function* mostSimilarPair(
  vectors: AnyVectors,
  components: readonly [Int32Array, Int32Array],
  [from, to]: readonly [number, number],
): CooperativeTask<{ readonly rows: readonly [number, number]; readonly similarity: number }> {
  const candidates = function* (component: Int32Array, row: number): CooperativeTask<Int32Array> {
    if (component.length <= BRIDGE_CANDIDATES) return component;
    const vector = anyVectorAt(vectors, row);
    const cosines = new Float32Array(vectors.count);
    yield* processInChunks(component.length, (start, end) => {
      for (let at = start; at < end; at++) cosines[component[at]] = cosineWithRow(vectors, component[at], vector);
    });
    return topK(component, cosines, BRIDGE_CANDIDATES);
  };
  let best = { rows: [from, to] as readonly [number, number], similarity: Number.NEGATIVE_INFINITY };
  const others = yield* candidates(components[1], from);
  for (const one of yield* candidates(components[0], to)) {
    const vector = anyVectorAt(vectors, one);
    for (const other of others) {
      const similarity = cosineWithRow(vectors, other, vector);
      if (similarity > best.similarity) best = { rows: [one, other], similarity };
    }
  }
  return best;
}

/** The weight of an occurrence in the title. An occurrence in the abstract has weight 1. */
const TITLE_WEIGHT = 2;
/**
 * Matches a word with a digit or with a capital letter after the first letter, such as `MeanFlow`. Such a name keeps
 * its spelling, and may be short.
 */
const NAME = /\p{L}.*\p{Lu}|\p{N}/u;
/**
 * Upper limit of the idf, reached by a word that one in 150 papers contains. Rarer words are not more characteristic.
 */
const MAX_IDF = 5;
/** The fewest letters of a term that is a single word. Shorter words are mostly fragments, such as 'pre'. */
const MIN_WORD_LENGTH = 4;
/**
 * Factor for the score of two adjacent words, which are more characteristic than one word of the same idf. Topic labels
 * use the same factor.
 */
const BIGRAM_WEIGHT = 1.6;
/**
 * A term is dropped as noise ('plug', 'resolves') if its similarity to the subject of the two papers is below this
 * share of the highest similarity of a term.
 */
const MIN_RELATIVE_SIMILARITY = 0.5;
/** A term is dropped as noise if its score is below this share of the highest score of a term. */
const MIN_RELATIVE_SCORE = 0.15;

/** A term of one word or two adjacent words, spelled as in the second paper. */
interface SharedTerm {
  readonly text: string;
  readonly stems: readonly string[];
  readonly score: number;
  readonly similarity: number;
}

/**
 * Finds the terms, of one word or two adjacent words, that are most characteristic of what two papers have in common.
 * The score of a term is its idf, times the square root of its frequency in the paper that contains it less often,
 * times its similarity to the subject of both papers. Terms are spelled as in the second paper. No two terms have a
 * stem in common.
 *
 * @param second title and abstract of the paper of row `b`
 * @param similarityOfTerm returns the cosine of a term with the subject of both papers; by default 1 for all terms
 */
export function findSharedTerms(
  index: InvertedIndex,
  [a, b]: readonly [number, number],
  second: PaperText,
  maxTerms: number,
  similarityOfTerm: (term: string) => number = () => 1,
): string[] {
  const shared = minimumCounts(termFrequencies(index, a), termFrequencies(index, b));
  const stemNumbers = new Map<string, number>();
  const numberOf = (stem: string) => {
    const number = stemNumbers.get(stem) ?? findWord(index.stems, stem);
    stemNumbers.set(stem, number);
    return number;
  };
  const limitedIdf = (stem: number) => Math.min(MAX_IDF, idf(documentFrequency(index, stem), index.paperCount));
  const terms = new Map<string, SharedTerm>();
  const add = (key: string, term: string, stems: readonly string[], weight: number) => {
    const similarity = Math.max(0, similarityOfTerm(term));
    terms.set(key, { text: term, stems, score: weight * similarity, similarity });
  };
  const text = `${second.title}\n${second.abstract}`;
  let lastWord: Word | undefined;
  for (const word of wordsIn(text)) {
    const previous = lastWord;
    lastWord = isBoundary(word) ? undefined : word;
    if (!lastWord) continue;
    const stem = numberOf(word.stem);
    const frequency = shared.get(String(stem)) ?? 0;
    if (frequency > 0 && !terms.has(word.stem) && isTerm(text, word)) {
      add(word.stem, spelling(text, word), [word.stem], limitedIdf(stem) * Math.sqrt(frequency));
    }
    if (!previous || !/^[ -]$/.test(text.slice(previous.end, word.start))) continue;
    const previousStem = numberOf(previous.stem);
    const key = `${previous.stem} ${word.stem}`;
    const bigramFrequency = shared.get(`${previousStem} ${stem}`) ?? 0;
    if (bigramFrequency === 0 || terms.has(key) || !isBigramTerm(previous, word)) continue;
    const bigram = `${spelling(text, previous)}${text.slice(previous.end, word.start)}${spelling(text, word)}`;
    const weight = (BIGRAM_WEIGHT / 2) * (limitedIdf(previousStem) + limitedIdf(stem)) * Math.sqrt(bigramFrequency);
    add(key, bigram, [previous.stem, word.stem], weight);
  }
  return selectTerms([...terms.values()], maxTerms);
}

/** Selects the terms with the highest scores, without noise and without two terms that share a stem. */
function selectTerms(terms: readonly SharedTerm[], maxTerms: number): string[] {
  const minSimilarity = MIN_RELATIVE_SIMILARITY * terms.reduce((max, { similarity }) => Math.max(max, similarity), 0);
  const candidates = terms
    .filter(({ similarity }) => similarity >= minSimilarity)
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  const usedStems = new Set<string>();
  return candidates
    .filter(({ stems, score }) => {
      if (score < MIN_RELATIVE_SCORE * candidates[0].score || stems.some((stem) => usedStems.has(stem))) return false;
      for (const stem of stems) usedStems.add(stem);
      return true;
    })
    .slice(0, maxTerms)
    .map(({ text }) => text);
}

/** Whether a word ends a term: no term contains it or continues after it. */
function isBoundary({ surface }: Word): boolean {
  return stopWords.has(surface) || connectorWords.has(surface) || !/\p{L}/u.test(surface);
}

function isTerm(text: string, { surface, start, end }: Word): boolean {
  if (genericWords.has(surface) || nonStandaloneWords.has(surface)) return false;
  return surface.length >= MIN_WORD_LENGTH || NAME.test(text.slice(start, end));
}

function isBigramTerm(first: Word, second: Word): boolean {
  if (first.surface.length < 2 || second.surface.length < 2) return false;
  const isSpecific = ({ surface }: Word) => !ubiquitousWords.has(surface) && !genericWords.has(surface);
  return isSpecific(first) || isSpecific(second);
}

/** Returns the spelling of a word: names as in the text, other words in lower case. */
function spelling(text: string, { surface, start, end }: Word): string {
  const original = text.slice(start, end);
  return NAME.test(original) ? original : surface;
}

/** Returns, for each key in both maps, the smaller of its two counts. */
function minimumCounts(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const shared = new Map<string, number>();
  for (const [key, count] of b) {
    const minimum = Math.min(count, a.get(key) ?? 0);
    if (minimum > 0) shared.set(key, minimum);
  }
  return shared;
}

/**
 * Counts the stems of a paper and its pairs of adjacent stems. Occurrences in the title count more. The key of a stem
 * is its number (`17`), the key of a pair is both numbers (`17 42`).
 */
function termFrequencies({ text, textStarts, titleLengths }: InvertedIndex, row: number): Map<string, number> {
  const frequencies = new Map<string, number>();
  const titleEnd = textStarts[row] + titleLengths[row];
  const add = (key: string, at: number) => {
    frequencies.set(key, (frequencies.get(key) ?? 0) + (at < titleEnd ? TITLE_WEIGHT : 1));
  };
  for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
    if (text[at] === TITLE_END) continue;
    add(String(text[at]), at);
    if (at > textStarts[row] && text[at - 1] !== TITLE_END) add(`${text[at - 1]} ${text[at]}`, at);
  }
  return frequencies;
}
