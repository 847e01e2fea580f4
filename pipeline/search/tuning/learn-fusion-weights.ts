import type { Effects } from '../../core/effects.ts';
import type { Passage } from '../../core/paper.ts';
import { type Embedder, passageText, queryText } from '../../embedding/embedder.ts';
import { pause } from '../../runtime/scheduling.ts';
import {
  DEFAULT_WEIGHTS,
  type FusionWeights,
  LENGTHS,
  type LengthWeights,
  standardized,
  weightsFor,
} from '../fusion.ts';
import { askedWords } from '../lexical/query-terms.ts';
import { gather, type Retrievable } from '../retrieve.ts';
import { scoresOfText } from './held-out-span.ts';
import { type KnownItem, knownItems } from './known-items.ts';

/** What a corpus taught about searching it. */
export interface Tuning {
  readonly weights: readonly LengthWeights[];
  /** Mean reciprocal rank of the known items in each mode, in [0, 1]; null without any. */
  readonly knownItems: Readonly<Record<'keyword' | 'semantic' | 'hybrid', number | null>>;
}

/** The weights that are tried. */
const KEYWORD_SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PAIR_WEIGHTS = [0, 0.1, 0.2, 0.4];
/** Candidates of each half: an answer that is not among the first hundreds is not found, whatever the weights. */
const POOL = 200;
/** With fewer questions the weights stay the default ones: chance would choose. */
const LEAST_ITEMS = 50;
/** So many questions of its own a length must have to be heard as much as all lengths together. */
const OTHERS = 100;
/** What a change must bring in mean reciprocal rank, times the squared distance from the default. */
const TETHER = 0.05;

/** Questions between two pauses. */
const ITEMS_AT_ONCE = 8;

/** A question with what speaks for each candidate, in standard deviations; the answer is the last of them. */
interface Trial {
  readonly words: number;
  readonly keyword: Float32Array;
  readonly pairs: Float32Array;
  readonly meaning: Float32Array;
}

/** Learns the weights of hybrid search from questions whose answers are known, by their length. */
export async function tune(
  papers: readonly Passage[],
  corpus: Retrievable,
  embedder: Embedder,
  seed: number,
  effects: Effects,
): Promise<Tuning> {
  const items = knownItems(papers, corpus.words, seed);
  const progress = effects.begin('tune', items.length);
  const { card } = embedder;
  const queries = await embedder.embed(items.map(({ query }) => queryText(card, query)));
  const answers = await embedder.embed(items.map(({ rest }) => passageText(card, rest)));
  const at = (vectors: Float32Array, i: number) => vectors.subarray(i * card.dimensions, (i + 1) * card.dimensions);
  const trials: Trial[] = [];
  for (const [i, item] of items.entries()) {
    if (i % ITEMS_AT_ONCE === 0) await pause(effects.signal);
    trials.push(trialOf(item, corpus, at(queries, i), at(answers, i)));
    progress.at(i + 1);
  }
  const weights = learnWeights(trials);
  const success = {
    keyword: meanReciprocalRank(trials, () => ({ ...DEFAULT_WEIGHTS, keyword: 1 })),
    semantic: meanReciprocalRank(trials, () => ({ ...DEFAULT_WEIGHTS, keyword: 0 })),
    hybrid: meanReciprocalRank(trials, ({ words }) => weightsFor(weights, words)),
  };
  progress.end(
    `${items.length} known items: keyword ${success.keyword}, semantic ${success.semantic}, hybrid ${success.hybrid}`,
  );
  return { weights, knownItems: success };
}

function trialOf(item: KnownItem, corpus: Retrievable, query: Float32Array, answer: Float32Array): Trial {
  const asked = askedWords(corpus.words, item.query);
  const found = gather(corpus, { asked, near: [query] }, POOL);
  const own = scoresOfText(corpus, asked, item.rest);
  const cosine = query.reduce((sum, component, d) => sum + component * answer[d], 0);
  const { keywordScale, cosineScale } = found;
  const isOther = (_: number, i: number) => found.rows[i] !== item.row;
  const withOwn = (scores: Float32Array, score: number) => Float32Array.of(...scores.filter(isOther), score);
  return {
    words: asked.count,
    keyword: withOwn(found.keyword, own.keyword).map((score) => standardized(score, keywordScale)),
    // Pairs are added to the words before these are standardized: they have their unit, and no mean of their own.
    pairs: withOwn(found.pairs, own.pairs).map((score) => standardized(score, { ...keywordScale, mean: 0 })),
    meaning: withOwn(found.cosine, cosine).map((score) => standardized(score, cosineScale)),
  };
}

/**
 * For each length the weights with the largest mean reciprocal rank. Some dozens of questions a length leave much to
 * chance, so all lengths have a say in each, and what is only a little better than the default does not replace it.
 */
function learnWeights(trials: readonly Trial[]): LengthWeights[] {
  if (trials.length < LEAST_ITEMS) return LENGTHS.map((upToWords) => ({ upToWords, ...DEFAULT_WEIGHTS }));
  const grid = PAIR_WEIGHTS.flatMap((pairs) => KEYWORD_SHARES.map((keyword): FusionWeights => ({ keyword, pairs })));
  const ranks = grid.map((weights) => Float64Array.from(trials, (trial) => reciprocalRank(trial, weights)));
  return LENGTHS.map((upToWords, length) => {
    const above = length === 0 ? 0 : LENGTHS[length - 1];
    const isOwn = trials.map(({ words }) => words > above && words <= upToWords);
    const own = isOwn.filter(Boolean).length;
    const worth = ranks.map((ofTrial, i) => {
      const sum = ofTrial.reduce((total, rank, trial) => total + (isOwn[trial] ? rank : 0), 0);
      return (sum + OTHERS * mean(ofTrial)) / (own + OTHERS) - TETHER * distance(grid[i], DEFAULT_WEIGHTS);
    });
    return { upToWords, ...grid[worth.indexOf(Math.max(...worth))] };
  });
}

/** Squared, a whole change of share counting as much as one of 0.4 in the pairs. */
function distance(a: FusionWeights, b: FusionWeights): number {
  return (a.keyword - b.keyword) ** 2 + ((a.pairs - b.pairs) / 0.4) ** 2;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function meanReciprocalRank(trials: readonly Trial[], weights: (trial: Trial) => FusionWeights): number | null {
  if (trials.length === 0) return null;
  return Math.round(mean(Float64Array.from(trials, (trial) => reciprocalRank(trial, weights(trial)))) * 1e4) / 1e4;
}

/** As `fuse` adds them, without making anything: some ten million of these are asked for. */
function reciprocalRank({ keyword, pairs, meaning }: Trial, weights: FusionWeights): number {
  const scoreOf = (i: number) =>
    weights.keyword * (keyword[i] + weights.pairs * pairs[i]) + (1 - weights.keyword) * meaning[i];
  const own = scoreOf(keyword.length - 1);
  // Among equals the answer counts as the last: a query that says nothing must not look good.
  let rank = 0;
  for (let i = 0; i < keyword.length; i++) if (scoreOf(i) >= own) rank++;
  return 1 / rank;
}
