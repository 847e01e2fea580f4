/** Learns the weights of hybrid search: good weights find a paper by a span of text that was cut out of it. */

import { createSeededRandom, type Random, sampleRows } from '../core/algorithms/random.ts';
import { clusteredStandardError, mean, roundToDigits, zScore } from '../core/algorithms/statistics.ts';
import { processInChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { PaperText } from '../core/paper.ts';
import { splitSentences } from '../core/split-sentences.ts';
import { queryStopWords } from '../core/stop-words.ts';
import { type Embedder, embeddingInputOf } from '../embedding/embedder.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import { stemsIn, type Word, wordsIn } from './lexical/analyzer.ts';
import { proximityScores, type QueryTerms, queryTerms, TITLE_WEIGHT } from './lexical/bm25.ts';
import { documentFrequency, findWord, type InvertedIndex, TITLE_END } from './lexical/inverted-index.ts';
import {
  DEFAULT_FUSION_WEIGHTS,
  type FusionWeights,
  fusionWeightsFor,
  type LengthBucketWeights,
  QUERY_LENGTH_BUCKETS,
  type RetrievalIndex,
  retrieveCandidates,
} from './rank.ts';

/** A query with a known answer: a span of text that is cut out of a paper and must find the rest of this paper. */
export interface KnownItem {
  readonly kind: 'title' | 'phrase' | 'sentence' | 'span' | 'half';
  readonly query: string;
  readonly row: number;
  /** The paper without the span that is the query. */
  readonly rest: PaperText;
}

/** Known items are taken from a random sample of this many papers. */
const SAMPLE_SIZE = 200;
/** Allowed length of a sentence that becomes a query, in words. */
const SENTENCE_WORDS = { min: 8, max: 40 };
/** Allowed length of a part of a sentence that becomes a query, in words. */
const SPAN_WORDS = { min: 6, max: 12 };

/**
 * Takes known items of every length from a sample of papers: the rarest one to three adjacent words of a title, the
 * title, a span of a sentence, the sentence, and the first half of the abstract.
 */
export function sampleKnownItems(papers: readonly PaperText[], index: InvertedIndex, seed: number): KnownItem[] {
  const random = createSeededRandom(seed);
  return Array.from(sampleRows(papers.length, SAMPLE_SIZE, random)).flatMap((row) => [
    ...fromTitle(papers[row], row, index, random),
    ...fromAbstract(papers[row], row, random),
  ]);
}

function fromTitle({ title, abstract }: PaperText, row: number, index: InvertedIndex, random: Random): KnownItem[] {
  const content = wordsIn(title).filter(({ surface }) => !queryStopWords.has(surface));
  if (content.length === 0 || wordsIn(abstract).length < SENTENCE_WORDS.min) return [];
  const rest = { title: '', abstract };
  const length = 1 + Math.floor(random() * 3);
  const phrase = rarestRun(content, Math.min(length, content.length), index);
  return [
    { kind: 'title', query: title, row, rest },
    { kind: 'phrase', query: title.slice(phrase[0].start, phrase[phrase.length - 1].end), row, rest },
  ];
}

/** The `length` adjacent words with the highest sum of inverse document frequencies; of equals the first. */
function rarestRun(words: readonly Word[], length: number, index: InvertedIndex): readonly Word[] {
  const rarity = words.map(({ stem }) => -Math.log(1 + documentFrequency(index, findWord(index.stems, stem))));
  let best = 0;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (let from = 0; from + length <= words.length; from++) {
    const sum = rarity.slice(from, from + length).reduce((total, value) => total + value, 0);
    if (sum > bestSum) [bestSum, best] = [sum, from];
  }
  return words.slice(best, best + length);
}

function fromAbstract({ title, abstract }: PaperText, row: number, random: Random): KnownItem[] {
  const spans = splitSentences(abstract);
  if (spans.length < 2) return [];
  const items: KnownItem[] = [];
  const without = (start: number, end: number): PaperText => ({
    title,
    abstract: `${abstract.slice(0, start)} ${abstract.slice(end)}`,
  });
  const { start, end } = spans[Math.floor(random() * spans.length)];
  const sentence = abstract.slice(start, end);
  const words = wordsIn(sentence);
  if (words.length >= SENTENCE_WORDS.min && words.length <= SENTENCE_WORDS.max) {
    items.push({ kind: 'sentence', query: sentence, row, rest: without(start, end) });
    const length = SPAN_WORDS.min + Math.floor(random() * (SPAN_WORDS.max - SPAN_WORDS.min + 1));
    const from = Math.floor(random() * Math.max(1, words.length - length + 1));
    const run = words.slice(from, from + length);
    const query = sentence.slice(run[0].start, run[run.length - 1].end);
    items.push({ kind: 'span', query, row, rest: without(start, end) });
  }
  const middle = spans[spans.length >> 1].start;
  items.push({
    kind: 'half',
    query: abstract.slice(0, middle),
    row,
    rest: { title, abstract: abstract.slice(middle) },
  });
  return items;
}

/**
 * The lexical scores of a paper from which a span was cut out, as if this shortened paper were in the index. Document
 * frequencies and mean length are those of the index.
 *
 * @param rest the paper without the span
 */
export function scoreUnindexedPassage(
  { invertedIndex, scorer }: RetrievalIndex,
  query: QueryTerms,
  rest: PaperText,
): { bm25: number; proximity: number } {
  const title = stemNumbers(invertedIndex, rest.title);
  const abstract = stemNumbers(invertedIndex, rest.abstract);
  const frequencies = new Map<number, number>();
  for (const stem of title) frequencies.set(stem, (frequencies.get(stem) ?? 0) + TITLE_WEIGHT);
  for (const stem of abstract) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  const length = TITLE_WEIGHT * title.length + abstract.length;
  const bm25 = query.stems.reduce(
    (sum, stem, i) => sum + scorer.scoreUnindexed(query.terms[i], frequencies.get(stem) ?? 0, length),
    0,
  );
  // Copied by `set` instead of spreading into `Int32Array.of(…)`, because a call may have only a limited number of
  // arguments.
  const text = new Int32Array(title.length + 1 + abstract.length);
  text.set(title);
  text[title.length] = TITLE_END;
  text.set(abstract, title.length + 1);
  const single = {
    stems: invertedIndex.stems,
    text,
    textStarts: Int32Array.of(0, text.length),
    titleLengths: Int32Array.of(title.length),
  };
  return { bm25, proximity: proximityScores(invertedIndex, query.pairs, Int32Array.of(0), single)[0] };
}

/**
 * The numbers of a text's stems in the index. Stems that the index does not have are left out: a text taken from an
 * abstract has such stems only if it starts or ends inside LaTeX.
 */
function stemNumbers(index: InvertedIndex, text: string): number[] {
  return stemsIn(text)
    .map((stem) => findWord(index.stems, stem))
    .filter((stem) => stem >= 0);
}

/** Fusion weights that were learned from a corpus, and how well search finds known items with them. */
export interface LearnedFusion {
  readonly weights: readonly LengthBucketWeights[];
  /** Mean reciprocal rank at which each mode of search finds the known items, in [0, 1]; null without known items. */
  readonly knownItemMrr: Readonly<Record<'keyword' | 'semantic' | 'hybrid', number | null>>;
  /**
   * Standard error of `knownItemMrr.hybrid`, clustered by paper; null if the known items are of fewer than two papers.
   */
  readonly hybridMrrStandardError: number | null;
  /** The number of known items that the weights were learned from. */
  readonly items: number;
}

/** All combinations of these lexical weights and proximity weights are tried. */
const LEXICAL_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PROXIMITY_WEIGHTS = [0, 0.1, 0.2, 0.4];
/** The query of a known item retrieves at most this many candidates by BM25, and as many by embedding. */
const MAX_CANDIDATES = 200;
/** With fewer known items the default weights are kept, because weights learned from so few would be noise. */
const MIN_ITEMS = 50;
/** Shrinkage: a bucket of query lengths with this many known items weighs as much as the mean over all lengths. */
const POOLED_WEIGHT = 100;
/**
 * Regularization: this times the squared distance of weights from the default weights is subtracted from their mean
 * reciprocal rank.
 */
const PENALTY = 0.05;

/**
 * A known item with the z-scores of its candidates. The last entry of each array is the target: the paper without the
 * span that is the query.
 */
interface Trial {
  readonly termCount: number;
  readonly bm25: Float32Array;
  readonly proximity: Float32Array;
  readonly cosine: Float32Array;
}

/**
 * Learns the weights of hybrid search for each query length from known items: spans that are cut out of papers and used
 * as queries, which must find the rest of their paper. No relevance judgments are needed.
 */
export async function learnFusionWeights(
  papers: readonly PaperText[],
  index: RetrievalIndex,
  embedder: Embedder,
  seed: number,
  effects: Effects,
): Promise<LearnedFusion> {
  const items = sampleKnownItems(papers, index.invertedIndex, seed);
  const progress = effects.startProgress('fusion weights', items.length);
  const { settings } = embedder;
  const queries = await embedder.embedQueries(items.map(({ query }) => query));
  const targets = await embedder.embed(items.map(({ rest }) => embeddingInputOf(settings, rest)));
  const vectorAt = (vectors: Float32Array, i: number) =>
    vectors.subarray(i * settings.dimensions, (i + 1) * settings.dimensions);
  const trials: Trial[] = [];
  const searching = processInChunks(items.length, (from, to) => {
    for (let i = from; i < to; i++)
      trials.push(createTrial(items[i], index, vectorAt(queries, i), vectorAt(targets, i)));
  });
  await runBuildTask(searching, effects.signal, (share) => progress.update(Math.round(share * items.length)));
  const weights = searchGrid(trials);
  const knownItemMrr = {
    keyword: meanReciprocalRank(trials, () => ({ ...DEFAULT_FUSION_WEIGHTS, lexical: 1 })),
    semantic: meanReciprocalRank(trials, () => ({ ...DEFAULT_FUSION_WEIGHTS, lexical: 0 })),
    hybrid: meanReciprocalRank(trials, ({ termCount }) => fusionWeightsFor(weights, termCount)),
  };
  const { keyword, semantic, hybrid } = knownItemMrr;
  progress.finish(`${items.length} known items: MRR keyword ${keyword}, semantic ${semantic}, hybrid ${hybrid}`);
  reportWeights(weights, trials, effects);
  const hybridRanks = trials.map((trial) => reciprocalRank(trial, fusionWeightsFor(weights, trial.termCount)));
  const standardError = clusteredStandardError(
    hybridRanks,
    items.map(({ row }) => row),
  );
  return { weights, knownItemMrr, hybridMrrStandardError: rounded(standardError), items: items.length };
}

function reportWeights(weights: readonly LengthBucketWeights[], trials: readonly Trial[], effects: Effects): void {
  if (trials.length < MIN_ITEMS)
    effects.debug(`fusion weights: the defaults, because ${trials.length} known items are fewer than ${MIN_ITEMS}`);
  for (const [bucket, { maxTerms, lexical, proximity }] of weights.entries()) {
    const minTerms = bucket === 0 ? 0 : QUERY_LENGTH_BUCKETS[bucket - 1];
    const { length } = trials.filter(({ termCount }) => termCount > minTerms && termCount <= maxTerms);
    const terms = maxTerms === Number.MAX_SAFE_INTEGER ? `${minTerms + 1} terms or more` : `up to ${maxTerms} terms`;
    effects.debug(`fusion weights: lexical ${lexical}, proximity ${proximity} for ${terms} (${length} known items)`);
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : roundToDigits(value, 4);
}

function createTrial(item: KnownItem, index: RetrievalIndex, query: Float32Array, target: Float32Array): Trial {
  const terms = queryTerms(index.invertedIndex, item.query);
  const candidates = retrieveCandidates(index, { terms, vectors: [query] }, MAX_CANDIDATES);
  const targetScores = scoreUnindexedPassage(index, terms, item.rest);
  const targetCosine = query.reduce((sum, component, d) => sum + component * target[d], 0);
  const { bm25Stats, cosineStats } = candidates;
  const isOther = (_: number, i: number) => candidates.rows[i] !== item.row;
  const withTarget = (scores: Float32Array, targetScore: number) =>
    Float32Array.of(...scores.filter(isOther), targetScore);
  return {
    termCount: terms.termCount,
    bm25: withTarget(candidates.bm25, targetScores.bm25).map((score) => zScore(score, bm25Stats)),
    // Proximity is added to BM25 before their sum is z-scored. Proximity scores are therefore divided by the deviation
    // of BM25, without subtracting a mean.
    proximity: withTarget(candidates.proximity, targetScores.proximity).map((score) =>
      zScore(score, { ...bm25Stats, mean: 0 }),
    ),
    cosine: withTarget(candidates.cosine, targetCosine).map((score) => zScore(score, cosineStats)),
  };
}

/**
 * For each bucket of query lengths, the weights with the highest mean reciprocal rank. Because a few dozen items per
 * bucket are noisy, the mean is shrunk towards that of all lengths, and weights far from the defaults are penalized.
 */
function searchGrid(trials: readonly Trial[]): LengthBucketWeights[] {
  if (trials.length < MIN_ITEMS)
    return QUERY_LENGTH_BUCKETS.map((maxTerms) => ({ maxTerms, ...DEFAULT_FUSION_WEIGHTS }));
  const grid = PROXIMITY_WEIGHTS.flatMap((proximity) =>
    LEXICAL_WEIGHTS.map((lexical): FusionWeights => ({ lexical, proximity })),
  );
  const ranks = grid.map((weights) => Float64Array.from(trials, (trial) => reciprocalRank(trial, weights)));
  return QUERY_LENGTH_BUCKETS.map((maxTerms, bucket) => {
    const minTerms = bucket === 0 ? 0 : QUERY_LENGTH_BUCKETS[bucket - 1];
    const isInBucket = trials.map(({ termCount }) => termCount > minTerms && termCount <= maxTerms);
    const bucketCount = isInBucket.filter(Boolean).length;
    const objective = ranks.map((rankOf, i) => {
      const bucketSum = rankOf.reduce((total, rank, trial) => total + (isInBucket[trial] ? rank : 0), 0);
      const shrunk = (bucketSum + POOLED_WEIGHT * mean(rankOf)) / (bucketCount + POOLED_WEIGHT);
      return shrunk - PENALTY * squaredDistance(grid[i], DEFAULT_FUSION_WEIGHTS);
    });
    return { maxTerms, ...grid[objective.indexOf(Math.max(...objective))] };
  });
}

/**
 * The squared distance of two pairs of weights. A difference of 1 in the lexical weight counts as much as one of 0.4 in
 * the proximity weight, because each is the full range of the weights that are tried.
 */
function squaredDistance(a: FusionWeights, b: FusionWeights): number {
  return (a.lexical - b.lexical) ** 2 + ((a.proximity - b.proximity) / 0.4) ** 2;
}

function meanReciprocalRank(trials: readonly Trial[], weightsOf: (trial: Trial) => FusionWeights): number | null {
  if (trials.length === 0) return null;
  return roundToDigits(mean(Float64Array.from(trials, (trial) => reciprocalRank(trial, weightsOf(trial)))), 4);
}

/**
 * The reciprocal rank of the target. Scores are the same sum as in `fuseScores`, but without allocating memory, because
 * some ten million of them are computed.
 */
function reciprocalRank({ bm25, proximity, cosine }: Trial, weights: FusionWeights): number {
  const scoreOf = (i: number) =>
    weights.lexical * (bm25[i] + weights.proximity * proximity[i]) + (1 - weights.lexical) * cosine[i];
  const targetScore = scoreOf(bm25.length - 1);
  // Candidates with the same score as the target rank before it: weights that distinguish nothing must not look good.
  let rank = 0;
  for (let i = 0; i < bm25.length; i++) if (scoreOf(i) >= targetScore) rank++;
  return 1 / rank;
}
