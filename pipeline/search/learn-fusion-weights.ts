/** Learns the weights of hybrid search without judgments: those with which parts of papers find the rest of them best. */

import { type Random, sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { clusteredStandardError, roundTo, zScore } from '../core/algorithms/statistics.ts';
import { inChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { Passage } from '../core/paper.ts';
import { splitSentences } from '../core/sentences.ts';
import { queryStopWords } from '../core/stop-words.ts';
import { type Embedder, passageText } from '../embedding/embedder.ts';
import { runInBuild } from '../runtime/scheduling.ts';
import { stemsIn, type Word, wordsIn } from './lexical/analyzer.ts';
import { proximityScores, type QueryTerms, queryTerms, TITLE_WEIGHT } from './lexical/bm25.ts';
import { documentFrequency, findWord, type InvertedIndex, TITLE_END } from './lexical/inverted-index.ts';
import {
  DEFAULT_WEIGHTS,
  type FusionWeights,
  LENGTH_BUCKETS,
  type LengthWeights,
  type RetrievalIndex,
  retrieveCandidates,
  weightsFor,
} from './rank.ts';

/** A query with a known answer: a span that is held out of a paper and must find the rest of it. */
export interface KnownItem {
  readonly kind: 'title' | 'phrase' | 'sentence' | 'span' | 'half';
  readonly query: string;
  readonly row: number;
  /** The paper without the span. */
  readonly rest: Passage;
}

/** The number of papers that known items are taken from. */
const SAMPLE_SIZE = 200;
/** Allowed lengths of a sentence and of a span within it, in words. */
const SENTENCE_WORDS = { min: 8, max: 40 };
const SPAN_WORDS = { min: 6, max: 12 };

/**
 * Known items of every length, without judgments: the rarest one to three adjacent words of a title, the title, a span of a
 * sentence, the sentence, the first half of the abstract.
 */
export function knownItems(papers: readonly Passage[], index: InvertedIndex, seed: number): KnownItem[] {
  const random = seededRandom(seed);
  return Array.from(sampleRows(papers.length, SAMPLE_SIZE, random)).flatMap((row) => [
    ...fromTitle(papers[row], row, index, random),
    ...fromAbstract(papers[row], row, random),
  ]);
}

function fromTitle({ title, abstract }: Passage, row: number, index: InvertedIndex, random: Random): KnownItem[] {
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

/** The adjacent words with the highest sum of idf; the first of equals. */
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

function fromAbstract({ title, abstract }: Passage, row: number, random: Random): KnownItem[] {
  const spans = splitSentences(abstract);
  if (spans.length < 2) return [];
  const items: KnownItem[] = [];
  const without = (start: number, end: number): Passage => ({
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
 * Lexical scores of a paper from which a span is held out, as if the paper had always been in the corpus without it.
 *
 * @param rest the paper without the span
 */
export function scoreWithoutSpan(
  { invertedIndex, scorer }: RetrievalIndex,
  query: QueryTerms,
  rest: Passage,
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
  // `set` rather than a spread: an abstract may have more words than a call may have arguments.
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

/** The stems of a text by their numbers. All are known, except where the held-out span cut through LaTeX. */
function stemNumbers(index: InvertedIndex, text: string): number[] {
  return stemsIn(text)
    .map((stem) => findWord(index.stems, stem))
    .filter((stem) => stem >= 0);
}

/** What was learned from a corpus. */
export interface LearnedFusion {
  readonly weights: readonly LengthWeights[];
  /** Mean reciprocal rank of the known items in each mode, in [0, 1]; null without any. */
  readonly knownItemMrr: Readonly<Record<'keyword' | 'semantic' | 'hybrid', number | null>>;
  /** Standard error of the hybrid figure, clustered by paper; null for items of fewer than two papers. */
  readonly hybridMrrStandardError: number | null;
  /** How many known items the weights were learned from. */
  readonly items: number;
}

/** The grid of weights that are tried. */
const LEXICAL_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PROXIMITY_WEIGHTS = [0, 0.1, 0.2, 0.4];
/** Candidates of each kind. */
const MAX_CANDIDATES = 200;
/** With fewer known items the default weights are kept: a choice would be noise. */
const MIN_ITEMS = 50;
/** Shrinkage: a length bucket needs this many samples to weigh as much as the pooled estimate. */
const POOLED_WEIGHT = 100;
/** Regularization towards the defaults: the gain in mean reciprocal rank that a change must bring, times its squared distance. */
const PENALTY = 0.05;

/** A known item with the z-scores of each candidate; the last is the target: the rest of the paper. */
interface Trial {
  readonly termCount: number;
  readonly bm25: Float32Array;
  readonly proximity: Float32Array;
  readonly cosine: Float32Array;
}

/**
 * Learns the weights of hybrid search for each query length from known items: spans that are held out of papers and used as
 * queries, which must find the rest of their paper. No judgments are needed.
 */
export async function learnFusionWeights(
  papers: readonly Passage[],
  index: RetrievalIndex,
  embedder: Embedder,
  seed: number,
  effects: Effects,
): Promise<LearnedFusion> {
  const items = knownItems(papers, index.invertedIndex, seed);
  const progress = effects.startProgress('fusion weights', items.length);
  const { card } = embedder;
  const queries = await embedder.embedQueries(items.map(({ query }) => query));
  const targets = await embedder.embed(items.map(({ rest }) => passageText(card, rest)));
  const vectorAt = (vectors: Float32Array, i: number) =>
    vectors.subarray(i * card.dimensions, (i + 1) * card.dimensions);
  const trials: Trial[] = [];
  const searching = inChunks(items.length, (from, to) => {
    for (let i = from; i < to; i++)
      trials.push(createTrial(items[i], index, vectorAt(queries, i), vectorAt(targets, i)));
  });
  await runInBuild(searching, effects.signal, (share) => progress.update(Math.round(share * items.length)));
  const weights = searchGrid(trials);
  const knownItemMrr = {
    keyword: meanReciprocalRank(trials, () => ({ ...DEFAULT_WEIGHTS, lexical: 1 })),
    semantic: meanReciprocalRank(trials, () => ({ ...DEFAULT_WEIGHTS, lexical: 0 })),
    hybrid: meanReciprocalRank(trials, ({ termCount }) => weightsFor(weights, termCount)),
  };
  const { keyword, semantic, hybrid } = knownItemMrr;
  progress.finish(`${items.length} known items: MRR keyword ${keyword}, semantic ${semantic}, hybrid ${hybrid}`);
  reportWeights(weights, trials, effects);
  const hybridRanks = trials.map((trial) => reciprocalRank(trial, weightsFor(weights, trial.termCount)));
  const standardError = clusteredStandardError(
    hybridRanks,
    items.map(({ row }) => row),
  );
  return { weights, knownItemMrr, hybridMrrStandardError: rounded(standardError), items: items.length };
}

function reportWeights(weights: readonly LengthWeights[], trials: readonly Trial[], effects: Effects): void {
  if (trials.length < MIN_ITEMS)
    effects.debug(`fusion weights: the defaults, because ${trials.length} known items are fewer than ${MIN_ITEMS}`);
  for (const [bucket, { maxTerms, lexical, proximity }] of weights.entries()) {
    const minTerms = bucket === 0 ? 0 : LENGTH_BUCKETS[bucket - 1];
    const { length } = trials.filter(({ termCount }) => termCount > minTerms && termCount <= maxTerms);
    const terms = maxTerms === Number.MAX_SAFE_INTEGER ? `${minTerms + 1} terms or more` : `up to ${maxTerms} terms`;
    effects.debug(`fusion weights: lexical ${lexical}, proximity ${proximity} for ${terms} (${length} known items)`);
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : roundTo(value, 4);
}

function createTrial(item: KnownItem, index: RetrievalIndex, query: Float32Array, target: Float32Array): Trial {
  const terms = queryTerms(index.invertedIndex, item.query);
  const candidates = retrieveCandidates(index, { terms, vectors: [query] }, MAX_CANDIDATES);
  const targetScores = scoreWithoutSpan(index, terms, item.rest);
  const targetCosine = query.reduce((sum, component, d) => sum + component * target[d], 0);
  const { bm25Stats, cosineStats } = candidates;
  const isOther = (_: number, i: number) => candidates.rows[i] !== item.row;
  const withTarget = (scores: Float32Array, targetScore: number) =>
    Float32Array.of(...scores.filter(isOther), targetScore);
  return {
    termCount: terms.termCount,
    bm25: withTarget(candidates.bm25, targetScores.bm25).map((score) => zScore(score, bm25Stats)),
    // Proximity is added to BM25 before that is z-scored: it has the same unit, and no mean of its own.
    proximity: withTarget(candidates.proximity, targetScores.proximity).map((score) =>
      zScore(score, { ...bm25Stats, mean: 0 }),
    ),
    cosine: withTarget(candidates.cosine, targetCosine).map((score) => zScore(score, cosineStats)),
  };
}

/**
 * For each length bucket the weights with the highest mean reciprocal rank, shrunk towards all lengths pooled and towards the
 * defaults, because a few dozen items per bucket are noisy.
 */
function searchGrid(trials: readonly Trial[]): LengthWeights[] {
  if (trials.length < MIN_ITEMS) return LENGTH_BUCKETS.map((maxTerms) => ({ maxTerms, ...DEFAULT_WEIGHTS }));
  const grid = PROXIMITY_WEIGHTS.flatMap((proximity) =>
    LEXICAL_WEIGHTS.map((lexical): FusionWeights => ({ lexical, proximity })),
  );
  const ranks = grid.map((weights) => Float64Array.from(trials, (trial) => reciprocalRank(trial, weights)));
  return LENGTH_BUCKETS.map((maxTerms, bucket) => {
    const minTerms = bucket === 0 ? 0 : LENGTH_BUCKETS[bucket - 1];
    const isInBucket = trials.map(({ termCount }) => termCount > minTerms && termCount <= maxTerms);
    const bucketCount = isInBucket.filter(Boolean).length;
    const objective = ranks.map((rankOf, i) => {
      const bucketSum = rankOf.reduce((total, rank, trial) => total + (isInBucket[trial] ? rank : 0), 0);
      const shrunk = (bucketSum + POOLED_WEIGHT * mean(rankOf)) / (bucketCount + POOLED_WEIGHT);
      return shrunk - PENALTY * squaredDistance(grid[i], DEFAULT_WEIGHTS);
    });
    return { maxTerms, ...grid[objective.indexOf(Math.max(...objective))] };
  });
}

/** A change of 1 in the lexical weight counts as much as one of 0.4 in the proximity weight: the width of the grid. */
function squaredDistance(a: FusionWeights, b: FusionWeights): number {
  return (a.lexical - b.lexical) ** 2 + ((a.proximity - b.proximity) / 0.4) ** 2;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function meanReciprocalRank(trials: readonly Trial[], weightsOf: (trial: Trial) => FusionWeights): number | null {
  if (trials.length === 0) return null;
  return roundTo(mean(Float64Array.from(trials, (trial) => reciprocalRank(trial, weightsOf(trial)))), 4);
}

/** The same sum as `fuseScores`, but without allocating: it is computed some ten million times. */
function reciprocalRank({ bm25, proximity, cosine }: Trial, weights: FusionWeights): number {
  const scoreOf = (i: number) =>
    weights.lexical * (bm25[i] + weights.proximity * proximity[i]) + (1 - weights.lexical) * cosine[i];
  const targetScore = scoreOf(bm25.length - 1);
  // Ties rank before the target: weights that distinguish nothing must not look good.
  let rank = 0;
  for (let i = 0; i < bm25.length; i++) if (scoreOf(i) >= targetScore) rank++;
  return 1 / rank;
}
