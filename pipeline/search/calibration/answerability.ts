/**
 * Does the corpus answer a query, and how well does each hit match it?
 *
 * A score says which of two papers matches better, not whether either is about the query: there is always a nearest
 * neighbor. So every answer is compared with the answers that off-topic queries get from the same corpus (the null
 * distribution, measured when the snapshot is built): features → match score → percentile among off-topic queries.
 */

import { lowerBound } from '../../core/algorithms/sorting.ts';
import { type ScoreStats, zScore } from '../../core/algorithms/statistics.ts';
import type { Candidates } from '../candidates.ts';
import type { SemanticHighlighter } from '../highlight/semantic-highlight.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import type { QueryTerms } from '../lexical/bm25.ts';
import { findWord, type InvertedIndex, idf, postingsOf } from '../lexical/inverted-index.ts';
import type { Ranking } from '../rank.ts';

/** What indicates that a paper, or an answer as a whole, matches a query. */
export interface MatchFeatures {
  /** Share of the query's terms that one paper contains, weighted by idf; in [0, 1]. */
  readonly coverage: number;
  /** Cosine similarity of the embeddings of query and paper. */
  readonly similarity: number;
  /** Proximity score of the query's adjacent terms in one paper, per term; 0 or more. */
  readonly proximity: number;
  /**
   * Sum over the names and symbols of the query (`eIF3`, `GRPO`) that one paper contains, weighted by idf: a name that
   * is in no other paper counts 1.
   */
  readonly names: number;
}

/** How well the papers of a corpus match off-topic queries; real queries are compared with this. */
export interface NullDistribution {
  /** Mean and standard deviation of each feature over the off-topic queries. */
  readonly coverage: ScoreStats;
  readonly similarity: ScoreStats;
  readonly proximity: ScoreStats;
  /** Match scores of the answers to the off-topic queries, ascending. */
  readonly scores: readonly number[];
}

/**
 * Weights of the match features in the match score. Each feature is first z-scored by the null distribution, except
 * names: off-topic queries contain none, so they have no deviation. Learned by logistic regression on queries that people
 * wrote, by pipeline/training/ranker/calibrate.py, then rounded (docs/decisions/0010-answerability.md).
 */
const WEIGHTS = { coverage: 0.5, similarity: 1.3, proximity: 0.3, names: 4 };

/**
 * A query counts as answered if its match score is higher than those of at least this share of the off-topic queries.
 */
const ANSWERABLE_PERCENTILE = 0.98;
/**
 * A hit whose match score is below this percentile of the off-topic queries is dropped: every second off-topic query
 * finds a better one by chance.
 */
const MIN_HIT_PERCENTILE = 0.5;
/** So many of the nearest papers are always listed, however poorly they match: a score is never certain. */
export const NEAREST_LISTED = 10;

/** The match score: the weighted sum of the z-scored features. It has no fixed range; higher is a better match. */
export function rawMatchScore(features: MatchFeatures, nullDistribution: Omit<NullDistribution, 'scores'>): number {
  return (
    WEIGHTS.coverage * zScore(features.coverage, nullDistribution.coverage) +
    WEIGHTS.similarity * zScore(features.similarity, nullDistribution.similarity) +
    WEIGHTS.proximity * zScore(features.proximity, nullDistribution.proximity) +
    WEIGHTS.names * features.names
  );
}

/** The share of off-topic queries whose answer has a lower match score than `score`, in [0, 1]. */
export function percentileAmongOffTopic(score: number, { scores }: NullDistribution): number {
  return lowerBound(scores, score) / scores.length;
}

/** Matches words that are names or symbols: letters with a digit, or a capital that is not the first letter. */
const NAME = /\p{L}.*\p{N}|\p{N}.*\p{L}|\p{L}.*\p{Lu}/u;

/** A function that returns one match feature for the paper of a row. */
export type RowFeatureFunction = (row: number) => number;

/**
 * Creates a function that returns how many of the query's names and symbols a paper contains, each weighted by its idf
 * relative to that of a word in a single paper. Names show that a query is on topic, however little else matches: only
 * people who know the field use them.
 *
 * @param text the query as typed: names are recognized by their capitals and digits
 */
export function createNameFeature(index: InvertedIndex, text: string): RowFeatureFunction {
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

/** A function that returns the match features of the candidate with an index. */
export type MatchFeatureExtractor = (candidate: number) => MatchFeatures;

/**
 * Creates the function that computes the match features of the candidates of a query.
 *
 * @param text the query as typed: names are recognized by their capitals and digits
 */
export function createMatchFeatureExtractor(
  index: InvertedIndex,
  { termCount }: Pick<QueryTerms, 'termCount'>,
  text: string,
  { rows, cosine, proximity, coverage }: Pick<Candidates, 'rows' | 'cosine' | 'proximity' | 'coverage'>,
): MatchFeatureExtractor {
  const names = createNameFeature(index, text);
  const terms = Math.max(1, termCount);
  return (i) => ({
    coverage: coverage[i],
    similarity: cosine[i],
    proximity: proximity[i] / terms,
    names: names(rows[i]),
  });
}

/** One paper alone may be near by chance: similarity is the mean over this many of the nearest papers. */
const NEAREST_AVERAGED = 10;
/** The names in a query are searched for in the nearest papers, and in this many papers that are best by BM25. */
const LEXICAL_SEARCHED_FOR_NAMES = 5;

/**
 * The match features of an answer as a whole: the mean similarity of the nearest papers, the highest coverage among
 * them, the highest proximity of any candidate, and the highest names feature among the papers that are best by cosine
 * or by BM25.
 */
export function answerFeatures(featuresOf: MatchFeatureExtractor, candidates: Candidates): MatchFeatures {
  const { rows, bm25, cosine, proximity } = candidates;
  const all = Array.from(rows.keys());
  const nearest = all
    .toSorted((a, b) => cosine[b] - cosine[a])
    .slice(0, NEAREST_AVERAGED)
    .map(featuresOf);
  const bestLexical = all.filter((i) => bm25[i] > 0).sort((a, b) => bm25[b] - bm25[a]);
  const searchedForNames = [...nearest, ...bestLexical.slice(0, LEXICAL_SEARCHED_FOR_NAMES).map(featuresOf)];
  const bestProximity = all.reduce((best, i) => (proximity[i] > proximity[best] ? i : best), 0);
  return {
    coverage: Math.max(0, ...nearest.map(({ coverage }) => coverage)),
    similarity: nearest.reduce((sum, { similarity }) => sum + similarity, 0) / Math.max(1, nearest.length),
    proximity: all.length === 0 ? 0 : featuresOf(bestProximity).proximity,
    names: Math.max(0, ...searchedForNames.map(({ names }) => names)),
  };
}

/** How an answer as a whole was compared with the null distribution, kept to explain the result. */
export interface AnswerCalibration {
  readonly features: MatchFeatures;
  readonly score: number;
  readonly percentile: number;
}

/**
 * How well a corpus answers a query. `answered`: better than it answers nearly all off-topic queries. `uncertain`: no
 * better than some of them, but a paper is about a word of the query. `no_match`: not even that.
 */
export type Verdict = 'answered' | 'uncertain' | 'no_match';

/** A ranking with the percentile of each of its hits, without hits that are no better than chance. */
export interface CalibratedRanking extends Ranking {
  /** By hit: the share of off-topic queries whose answer has a lower match score than the hit, in [0, 1]. */
  readonly percentiles: Float32Array;
  readonly verdict: Verdict;
  /** The comparison of the answer as a whole with the off-topic queries. */
  readonly calibration: AnswerCalibration;
}

/**
 * Decides how well the corpus answers the query. If it does, hits below the median score of off-topic queries are dropped;
 * if not, only the ten nearest papers are kept.
 *
 * @param text the query as typed
 * @param options.isExactId whether the query is the id of the first paper: then it counts as answered, whatever the
 *   features say
 * @param options.minKept so many papers are kept of an answer, however poorly they match
 */
export function calibrateRanking(
  index: InvertedIndex,
  query: QueryTerms,
  text: string,
  ranking: Ranking,
  nullDistribution: NullDistribution,
  { isExactId = false, minKept = NEAREST_LISTED }: { isExactId?: boolean; minKept?: number } = {},
): CalibratedRanking {
  const { candidates } = ranking;
  const featuresOf = createMatchFeatureExtractor(index, query, text, candidates);
  const indexOfRow = new Map(Array.from(candidates.rows, (row, i) => [row, i]));
  const features = answerFeatures(featuresOf, candidates);
  const score = rawMatchScore(features, nullDistribution);
  const calibration = { features, score, percentile: percentileAmongOffTopic(score, nullDistribution) };
  const isAnswered = isExactId || calibration.percentile >= ANSWERABLE_PERCENTILE;
  // No hit is more certain than an answer that is not certain as a whole.
  const maxPercentile = isAnswered ? 1 : calibration.percentile;
  const percentiles = Float32Array.from(ranking.rows, (row, i) => {
    const candidate = indexOfRow.get(row);
    // A paper whose id is the query is certain, and the only one that may be no candidate.
    if ((isExactId && i === 0) || candidate === undefined) return 1;
    const matchScore = rawMatchScore(featuresOf(candidate), nullDistribution);
    return Math.min(maxPercentile, percentileAmongOffTopic(matchScore, nullDistribution));
  });
  const hasNearest = ranking.rows.length > 0 && isAboutAnyWord(query);
  const verdict = isAnswered ? 'answered' : hasNearest ? 'uncertain' : 'no_match';
  const isKept = (i: number) => (isAnswered ? i < minKept || percentiles[i] >= MIN_HIT_PERCENTILE : i < NEAREST_LISTED);
  const kept = ranking.rows.map((_, i) => i).filter(isKept);
  return {
    ...ranking,
    rows: Int32Array.from(kept, (i) => ranking.rows[i]),
    scores: Float32Array.from(kept, (i) => ranking.scores[i]),
    cosines: Float32Array.from(kept, (i) => ranking.cosines[i]),
    percentiles: Float32Array.from(kept, (i) => percentiles[i]),
    verdict,
    calibration,
  };
}

/** Whether any paper has a word of the query in its title, or twice in its abstract. */
function isAboutAnyWord({ terms }: QueryTerms): boolean {
  return terms.some(({ postings: { titleTf, abstractTf } }) =>
    abstractTf.some((count, i) => count > 1 || titleTf[i] > 0),
  );
}

/**
 * A text is in an unknown language if less than this share of its letters are in words that the model knows. In each of
 * 25,526 abstracts at least 99 % are.
 */
const MIN_KNOWN_SHARE = 0.5;
/** A longer word counts as this many letters: a URL or a key without a space must not outweigh the rest of a text. */
const MAX_WORD_LETTERS = 24;
/** Matches a word: letters with their combining marks. */
const WORD = /[\p{L}\p{M}]+/gu;

/**
 * Whether most of a text is in words that the model does not know, for example in a script that it was not trained on.
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

/**
 * A text is tested for its language only if less than this share of its letters are in words of the corpus: 'neuronale
 * Netze'. Language detection alone takes a few short English queries for foreign ones.
 */
const MAX_KNOWN_SHARE = 0.6;
/** A word counts as one of the corpus if at least this many papers contain it: many papers quote a foreign word or two. */
export const MIN_PAPERS_OF_KNOWN_WORD = 3;
/**
 * Another language counts only if English scores less than this share of its score: short English texts with words that
 * the corpus lacks ('smelly trainers') often score a little higher in another language.
 */
const MAX_ENGLISH_SHARE = 0.9;
/** The same for texts of few letters, of which too little is known. */
const [FEW_LETTERS, MAX_ENGLISH_SHARE_OF_FEW] = [18, 0.8];
/** Shorter texts are names and symbols rather than a language. */
const MIN_LETTERS = 6;

/** Whether a text is in another language than English. */
export async function isForeignLanguage(
  { words, wordDocumentFrequency }: InvertedIndex,
  text: string,
): Promise<boolean> {
  let letters = 0;
  let known = 0;
  for (const { surface } of wordsIn(text)) {
    letters += surface.length;
    const at = findWord(words, surface);
    if (at >= 0 && wordDocumentFrequency[at] >= MIN_PAPERS_OF_KNOWN_WORD) known += surface.length;
  }
  if (letters < MIN_LETTERS || known >= MAX_KNOWN_SHARE * letters) return false;
  // Loaded only now: its tables take tens of megabytes, and hardly any query needs them.
  const { default: detector } = await import('eld/small');
  const { language, isReliable, getScores } = detector.detect(text);
  if (language === '' || !isReliable()) return false;
  const scores = getScores();
  const maxShare = letters < FEW_LETTERS ? MAX_ENGLISH_SHARE_OF_FEW : MAX_ENGLISH_SHARE;
  return (scores.en ?? 0) < maxShare * scores[language];
}
