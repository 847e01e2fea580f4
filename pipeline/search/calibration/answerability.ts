/**
 * Does the corpus answer a query, and how well does each hit match it?
 *
 * A score says which of two papers matches better, not whether either is about the query: there is always a nearest
 * neighbor. So every answer is compared with the answers that off-topic queries get from the same corpus (the null
 * distribution, measured when the snapshot is built): features → match score → percentile among off-topic queries.
 */

import { lowerBound } from '../../core/algorithms/sorting.ts';
import { type ScoreStats, zScore } from '../../core/algorithms/statistics.ts';
import type { SemanticHighlighter } from '../highlight/semantic-highlight.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import type { QueryTerms } from '../lexical/bm25.ts';
import { findWord, type InvertedIndex, idf, postingsOf } from '../lexical/inverted-index.ts';
import type { Candidates, Ranking } from '../rank.ts';

/** What indicates that a paper, or an answer as a whole, matches a query. */
export interface MatchFeatures {
  /** Share of the query's terms that one paper contains, weighted by idf; in [0, 1]. */
  readonly coverage: number;
  /** Cosine similarity of the embeddings. */
  readonly similarity: number;
  /** Proximity score of the query's adjacent terms in one paper, per term; 0 or more. */
  readonly proximity: number;
  /** Names and symbols of the query (`eIF3`, `GRPO`) that one paper contains, weighted by idf: a name found in that paper only counts 1. */
  readonly names: number;
}

/** How well off-topic queries are answered by this corpus. */
export interface NullDistribution {
  /** Mean and standard deviation of each feature over the off-topic queries. */
  readonly coverage: ScoreStats;
  readonly similarity: ScoreStats;
  readonly proximity: ScoreStats;
  /** Match scores of their answers, ascending. */
  readonly scores: readonly number[];
}

/**
 * Weights of the features, in standard deviations of the null distribution. Off-topic queries contain no names, so names
 * have no deviation and are not z-scored. Fitted by logistic regression on the queries of five corpora, then rounded
 * (docs/decisions/0010-answerability.md).
 */
const WEIGHTS = { coverage: 0.7, similarity: 1.2, proximity: 0.6, names: 4 };

/** The corpus answers a query whose answer scores above this share of the off-topic queries. */
const ANSWERABLE_PERCENTILE = 0.96;
/** A hit below this percentile is dropped from an answer: every second off-topic query gets a better one. */
const MIN_HIT_PERCENTILE = 0.5;
/** How many papers are offered as near misses where the corpus does not answer. */
const NEAR_MISSES = 3;

/** Weighted sum of the features' z-scores. */
export function rawMatchScore(features: MatchFeatures, nullDistribution: Omit<NullDistribution, 'scores'>): number {
  return (
    WEIGHTS.coverage * zScore(features.coverage, nullDistribution.coverage) +
    WEIGHTS.similarity * zScore(features.similarity, nullDistribution.similarity) +
    WEIGHTS.proximity * zScore(features.proximity, nullDistribution.proximity) +
    WEIGHTS.names * features.names
  );
}

/** The share of off-topic queries whose answer has a lower match score, in [0, 1]. */
export function percentile(score: number, { scores }: NullDistribution): number {
  return lowerBound(scores, score) / scores.length;
}

/** A name or a symbol: letters with a digit, or a capital that is not the first letter. */
const NAME = /\p{L}.*\p{N}|\p{N}.*\p{L}|\p{L}.*\p{Lu}/u;

/** A number in [0, 1], or above for names, for one row. */
export type RowFeature = (row: number) => number;

/**
 * The share of the query's terms that a paper contains, weighted by idf; words that no paper contains count as the rarest.
 * A query without terms is covered by every paper (1).
 */
export function createCoverage(index: InvertedIndex, query: QueryTerms): RowFeature {
  const idfOf = (documentFrequency: number) => idf(documentFrequency, index.paperCount);
  const weights = query.terms.map(({ postings, weight }) => weight * idfOf(postings.rows.length));
  const total = weights.reduce((sum, weight) => sum + weight, query.unknownWords.length * idfOf(0));
  return (row) => {
    if (total === 0) return query.termCount === 0 ? 1 : 0;
    let sum = 0;
    for (const [i, { postings }] of query.terms.entries()) if (containsRow(postings.rows, row)) sum += weights[i];
    return sum / total;
  };
}

/**
 * The names and symbols of a query that a paper contains, weighted by idf relative to that of a word of a single paper. A
 * query that uses a name which papers know comes from someone who knows the field, however little else matches.
 *
 * @param text the query as typed: names are recognized by their capitals
 */
export function createNameMatch(index: InvertedIndex, text: string): RowFeature {
  const maxIdf = idf(1, index.paperCount);
  const stems = new Set<number>();
  for (const { stem, start, end } of wordsIn(text)) {
    const at = NAME.test(text.slice(start, end)) ? findWord(index.stems, stem) : -1;
    if (at >= 0) stems.add(at);
  }
  const names = Array.from(stems, (stem) => {
    const { rows } = postingsOf(index, stem);
    return { rows, weight: idf(rows.length, index.paperCount) / maxIdf };
  });
  return (row) => names.reduce((sum, { rows, weight }) => sum + (containsRow(rows, row) ? weight : 0), 0);
}

function containsRow(ascendingRows: Int32Array, row: number): boolean {
  return ascendingRows[lowerBound(ascendingRows, row)] === row;
}

/** The features of one candidate, given its cosine and its proximity score. */
export type FeatureExtractor = (row: number, cosine: number, proximity: number) => MatchFeatures;

/** @param text the query as typed: names are recognized by their capitals */
export function createFeatureExtractor(index: InvertedIndex, query: QueryTerms, text: string): FeatureExtractor {
  const coverage = createCoverage(index, query);
  const names = createNameMatch(index, text);
  const terms = Math.max(1, query.termCount);
  return (row, cosine, proximity) => ({
    coverage: coverage(row),
    similarity: cosine,
    proximity: proximity / terms,
    names: names(row),
  });
}

/** One paper alone may be near by chance: similarity is the mean over this many of the nearest papers. */
const NEAREST_AVERAGED = 10;
/** How many of the best by BM25 are searched for the query's names. */
const LEXICAL_SEARCHED_FOR_NAMES = 5;

/**
 * The features of an answer as a whole: the mean similarity of the nearest papers and the best coverage among them, the
 * best proximity of any candidate, the names in one of the best.
 */
export function answerFeatures(featuresOf: FeatureExtractor, candidates: Candidates): MatchFeatures {
  const { rows, bm25, cosine, proximity } = candidates;
  const all = Array.from(rows.keys());
  const featuresAt = (i: number) => featuresOf(rows[i], cosine[i], proximity[i]);
  const nearest = all
    .toSorted((a, b) => cosine[b] - cosine[a])
    .slice(0, NEAREST_AVERAGED)
    .map(featuresAt);
  const bestLexical = all.filter((i) => bm25[i] > 0).sort((a, b) => bm25[b] - bm25[a]);
  const searchedForNames = [...nearest, ...bestLexical.slice(0, LEXICAL_SEARCHED_FOR_NAMES).map(featuresAt)];
  const bestProximity = all.reduce((best, i) => (proximity[i] > proximity[best] ? i : best), 0);
  return {
    coverage: Math.max(0, ...nearest.map(({ coverage }) => coverage)),
    similarity: nearest.reduce((sum, { similarity }) => sum + similarity, 0) / Math.max(1, nearest.length),
    proximity: all.length === 0 ? 0 : featuresAt(bestProximity).proximity,
    names: Math.max(0, ...searchedForNames.map(({ names }) => names)),
  };
}

/** What was compared with the null distribution, for `explain`. */
export interface Calibration {
  readonly features: MatchFeatures;
  readonly score: number;
  readonly percentile: number;
}

/** A ranking with the percentile of each of its hits, without hits that are no better than chance. */
export interface CalibratedRanking extends Ranking {
  /** By hit: its percentile among the best answers to off-topic queries, in [0, 1]. */
  readonly percentiles: Float32Array;
  readonly isAnswered: boolean;
  /** Of the answer as a whole. */
  readonly calibration: Calibration;
}

/**
 * Decides whether the corpus answers the query. If so, drops hits below the median off-topic score; if not, keeps the
 * three nearest.
 *
 * @param text the query as typed
 * @param isExactId whether the first paper was named by its id: then it is the answer, whatever the features say
 */
export function calibrate(
  index: InvertedIndex,
  query: QueryTerms,
  text: string,
  ranking: Ranking,
  nullDistribution: NullDistribution,
  isExactId = false,
): CalibratedRanking {
  const featuresOf = createFeatureExtractor(index, query, text);
  const { candidates } = ranking;
  const proximityOf = new Map(Array.from(candidates.rows, (row, i) => [row, candidates.proximity[i]]));
  const percentiles = Float32Array.from(ranking.rows, (row, i) =>
    percentile(
      rawMatchScore(featuresOf(row, ranking.cosines[i], proximityOf.get(row) ?? 0), nullDistribution),
      nullDistribution,
    ),
  );
  const features = answerFeatures(featuresOf, candidates);
  const score = rawMatchScore(features, nullDistribution);
  const calibration = { features, score, percentile: percentile(score, nullDistribution) };
  const isAnswered = isExactId || calibration.percentile >= ANSWERABLE_PERCENTILE;
  const isKept = (i: number) => (isAnswered ? i === 0 || percentiles[i] >= MIN_HIT_PERCENTILE : i < NEAR_MISSES);
  const kept = ranking.rows.map((_, i) => i).filter(isKept);
  return {
    ...ranking,
    rows: Int32Array.from(kept, (i) => ranking.rows[i]),
    scores: Float32Array.from(kept, (i) => ranking.scores[i]),
    cosines: Float32Array.from(kept, (i) => ranking.cosines[i]),
    percentiles: Float32Array.from(kept, (i) => percentiles[i]),
    isAnswered,
    calibration,
  };
}

/** A text with a smaller share of its letters in known words is in an unknown language. None of 25,526 abstracts is under 99 %. */
const MIN_KNOWN_SHARE = 0.5;
/** A longer run of letters counts as this many: a URL or a key without a space must not outweigh the rest of a text. */
const MAX_WORD_LETTERS = 24;
/** Letters with their combining marks. */
const WORD = /[\p{L}\p{M}]+/gu;

/**
 * Whether most of a text is in words that the model does not know, such as another script than the one it was trained on.
 * Such a text still has an embedding, made of single letters, but whether a paper is about it cannot be judged.
 *
 * @param highlighter undefined for a model whose vocabulary cannot be read: then no text is called unknown
 */
export function isUnknownLanguage(text: string, highlighter: SemanticHighlighter | undefined): boolean {
  if (!highlighter) return false;
  let letters = 0;
  let known = 0;
  for (const [word] of text.matchAll(WORD)) {
    const length = Math.min(word.length, MAX_WORD_LETTERS);
    letters += length;
    if (highlighter.knows(word)) known += length;
  }
  return letters > 0 && known < MIN_KNOWN_SHARE * letters;
}
