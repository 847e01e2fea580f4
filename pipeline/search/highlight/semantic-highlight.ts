/**
 * Finds the words and sentences of a paper that are close in meaning to a query, by the model's token vectors.
 *
 * Works for models without attention, whose text vector is a weighted sum of token vectors: then the similarity of any
 * run of words to the query is a sum of dot products of tokens with the query, which are computed once per query and
 * token.
 */
import { mean } from '../../core/algorithms/statistics.ts';
import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import { dot } from '../../core/vectors.ts';
import type { TokenVectors } from '../../embedding/token-vectors.ts';
import { type InvertedIndex, wordAt } from '../lexical/inverted-index.ts';

/**
 * Runs of words (usually sentences) as lists of weighted tokens of the embedding model. They do not depend on a query,
 * so they can be cached. Entry i of `squaredLengths` and `lengths` is of run i.
 */
export interface TokenRuns {
  /** The tokens of run i are `starts[i]` … `starts[i + 1] − 1` of `tokens` and `weights`. */
  readonly starts: Int32Array;
  readonly tokens: Int32Array;
  readonly weights: Float32Array;
  /**
   * An estimate of the squared length of each run's vector: the sum of the squared lengths of its words' vectors, as if
   * these were orthogonal.
   */
  readonly squaredLengths: Float32Array;
  /** The exact length of each run's vector (the weighted sum of its token vectors); NaN until it is first needed. */
  readonly lengths: Float32Array;
}

/** Computes how similar words and runs of words are to one query. */
export interface SimilarityToQuery {
  /**
   * The number of the run most similar to the query; undefined if the model knows no word of any run.
   *
   * @param bonus by run: a number that is added to its cosine, for words that it shares with the query
   */
  mostSimilarRun(runs: TokenRuns, bonus?: readonly number[]): number | undefined;
  /**
   * The cosine of a word with the query; undefined for stop words, for numbers, and if it is no higher than chance.
   *
   * @param word normalized by the analyzer
   */
  wordSimilarity(word: string): number | undefined;
  /** The cosine of some words with the query, however low; 0 if the model knows none of them. */
  cosine(words: string): number;
}

/** Finds words and sentences that are similar in meaning to queries, with the token vectors of one model. */
export interface SemanticHighlighter {
  /**
   * Converts runs of words to tokens, as the other methods need them.
   *
   * @param runs the words of each run, normalized by the analyzer
   */
  tokenizeRuns(runs: readonly (readonly string[])[]): TokenRuns;
  /** Computes the exact lengths of runs in advance, so that queries need not wait for them. */
  precompute(runs: TokenRuns): void;
  /**
   * Whether the vocabulary of the model contains a word or parts of several letters, rather than only its single
   * letters.
   */
  knows(word: string): boolean;
  /**
   * Prepares the computation of similarities to a query.
   *
   * @param vector the query's embedding, which need not have unit length
   * @param words the query's content words, the most specific first
   */
  forQuery(vector: Float32Array, words: readonly string[]): SimilarityToQuery;
}

/**
 * A word is similar to a query only if its cosine with the query is this many standard deviations above the mean cosine
 * of random words with the query.
 */
const MIN_QUERY_DEVIATIONS = 2.5;
/**
 * A word is similar to a query only if its cosine with one word of the query is this many standard deviations above the
 * mean cosine of two random words.
 */
const MIN_WORD_DEVIATIONS = 4;
/** A word is compared with this many words of the query at most, the most specific ones. */
const MAX_QUERY_WORDS = 16;
/**
 * Each run is scored as if it contained this many unrelated words more. Without them a run of two or three words, such
 * as 'See github.com/scenes', would often be the most similar by chance.
 */
const SMOOTHING_WORDS = 1;
/**
 * The score of a run is first estimated; exact lengths are computed only for this many runs with the highest estimates.
 */
const EXACT_RUNS = 2;
/**
 * A word of at most this many letters counts as known even if the model has only its single letters: it may be an
 * abbreviation.
 */
const ABBREVIATION_LETTERS = 2;
/** The tokens of at most this many words are cached, because abstracts repeat their words. */
const MAX_CACHED_WORDS = 50_000;

/** About this many words of the corpus are the sample of random words that shows which similarities occur by chance. */
const REFERENCE_WORDS = 200;
/** With fewer reference words, similarity by chance cannot be estimated, so nothing is highlighted by meaning. */
const MIN_REFERENCE_WORDS = 50;
/** The cosine of two random words is estimated from all pairs of this many reference words. */
const PAIRED_REFERENCE_WORDS = 100;
/** A reference word (one of the sample of random words) must be in at least this many papers. */
const MIN_REFERENCE_PAPERS = 3;
/** A reference word must be in at least this share of all papers. */
const MIN_REFERENCE_SHARE = 1 / 1000;

/**
 * Creates the semantic highlighter for the papers of an index. A sample of their words shows which similarities occur
 * by chance.
 *
 * @returns undefined if the model has no token vectors that can be read, or the corpus too few words to estimate chance
 */
export function createCorpusHighlighter(
  index: InvertedIndex,
  vectors: TokenVectors | undefined,
): SemanticHighlighter | undefined {
  const reference = vectors ? referenceWords(index) : [];
  return vectors && reference.length >= MIN_REFERENCE_WORDS ? createSemanticHighlighter(vectors, reference) : undefined;
}

function referenceWords({ words, wordDocumentFrequency, paperCount }: InvertedIndex): string[] {
  const min = Math.max(MIN_REFERENCE_PAPERS, paperCount * MIN_REFERENCE_SHARE);
  const common = Array.from(wordDocumentFrequency.keys()).filter((word) => wordDocumentFrequency[word] >= min);
  // Words at even distances in alphabetical order are a sample that prefers no subject.
  const step = Math.max(1, Math.floor(common.length / REFERENCE_WORDS));
  return common
    .filter((_, i) => i % step === 0)
    .map((word) => wordAt(words, word))
    .filter((word) => !stopWords.has(word) && !queryStopWords.has(word));
}

interface CachedWord {
  readonly tokens: readonly number[];
  /** The length of the sum of the word's token vectors. */
  readonly length: number;
  /** How often the word occurs in the run that is being converted to tokens; 0 in between. */
  count: number;
}

/**
 * Creates a semantic highlighter from the token vectors of a model.
 *
 * @param reference a sample of the corpus's words, which shows what similarity to expect by chance
 */
export function createSemanticHighlighter(vectors: TokenVectors, reference: readonly string[]): SemanticHighlighter {
  const cache = new Map<string, CachedWord>();
  const lookUp = (word: string): CachedWord => {
    const cached = cache.get(word);
    if (cached) return cached;
    if (cache.size >= MAX_CACHED_WORDS) cache.clear();
    const tokens = Array.from(vectors.tokenize(word));
    const created = { tokens, length: lengthOf(vectors.weightedSum(tokens, onesFor(tokens))), count: 0 };
    cache.set(word, created);
    return created;
  };
  const unitVector = (word: string) => {
    const { tokens, length } = lookUp(word);
    return vectors.weightedSum(tokens, onesFor(tokens)).map((component) => component / (length || 1));
  };
  const knownReference = reference.map(lookUp).filter(({ length }) => length > 0);
  const pairCosines = cosinesOfPairs(reference.slice(0, PAIRED_REFERENCE_WORDS).map(unitVector));
  const minWordCosine = meanPlusDeviations(pairCosines, MIN_WORD_DEVIATIONS);
  const smoothing = SMOOTHING_WORDS * mean(knownReference.map(({ length }) => length ** 2));

  const exactSquaredLength = ({ starts, tokens, weights, lengths }: TokenRuns, run: number) => {
    if (Number.isNaN(lengths[run])) {
      const [from, to] = [starts[run], starts[run + 1]];
      lengths[run] = lengthOf(vectors.weightedSum(tokens.subarray(from, to), weights.subarray(from, to)));
    }
    return lengths[run] ** 2;
  };

  const tokenizeRuns = (runs: readonly (readonly string[])[]): TokenRuns => {
    const starts = new Int32Array(runs.length + 1);
    const squaredLengths = new Float32Array(runs.length);
    const tokens: number[] = [];
    const weights: number[] = [];
    for (const [run, words] of runs.entries()) {
      const distinct: CachedWord[] = [];
      for (const word of words) {
        const cached = lookUp(word);
        if (cached.count === 0) distinct.push(cached);
        cached.count++;
      }
      for (const word of distinct) {
        const weight = word.count === 1 ? 1 : word.count ** vectors.saturation;
        word.count = 0;
        for (const token of word.tokens) {
          tokens.push(token);
          weights.push(weight);
        }
        squaredLengths[run] += (weight * word.length) ** 2;
      }
      starts[run + 1] = tokens.length;
    }
    const lengths = new Float32Array(runs.length).fill(Number.NaN);
    return { starts, tokens: Int32Array.from(tokens), weights: Float32Array.from(weights), squaredLengths, lengths };
  };

  const forQuery = (textVector: Float32Array, words: readonly string[]): SimilarityToQuery => {
    const vector = vectors.componentsOf(textVector);
    const tokenDot = vectors.dotProductsWith(vector);
    const queryLength = lengthOf(vector) || 1;
    const cosineOf = ({ tokens, length }: CachedWord) => {
      let product = 0;
      for (const token of tokens) product += tokenDot(token);
      return product / (length * queryLength);
    };
    let minQueryCosine: number | undefined;
    let queryWords: Float32Array[] | undefined;

    const computeWordSimilarity = (word: string) => {
      if (stopWords.has(word) || queryStopWords.has(word) || !/\p{L}/u.test(word)) return undefined;
      const cached = lookUp(word);
      const cosine = cached.length > 0 ? cosineOf(cached) : 0;
      minQueryCosine ??= meanPlusDeviations(knownReference.map(cosineOf), MIN_QUERY_DEVIATIONS);
      if (cosine <= minQueryCosine) return undefined;
      queryWords ??= words.slice(0, MAX_QUERY_WORDS).map(unitVector);
      const sum = vectors.weightedSum(cached.tokens, onesFor(cached.tokens));
      const minDot = minWordCosine * cached.length;
      return queryWords.some((other) => dot(sum, other) > minDot) ? cosine : undefined;
    };
    const wordSimilarities = new Map<string, number | undefined>();
    return {
      mostSimilarRun(runs, bonus) {
        const { starts, tokens, weights, squaredLengths } = runs;
        const products = Array.from(squaredLengths, (_, run) => {
          let product = 0;
          for (let i = starts[run]; i < starts[run + 1]; i++) product += weights[i] * tokenDot(tokens[i]);
          return product / queryLength;
        });
        const scoreOf = (run: number, squaredLength: number) =>
          products[run] / Math.sqrt(squaredLength + smoothing) + (bonus ? bonus[run] : 0);
        const estimates = products.map((_, run) => scoreOf(run, squaredLengths[run]));
        const order = [...estimates.keys()]
          .filter((run) => squaredLengths[run] > 0)
          .sort((a, b) => estimates[b] - estimates[a]);
        let best = order[0];
        let bestScore = Number.NEGATIVE_INFINITY;
        for (const run of order.slice(0, EXACT_RUNS)) {
          const score = scoreOf(run, exactSquaredLength(runs, run));
          if (score <= bestScore) continue;
          bestScore = score;
          best = run;
        }
        return best;
      },
      cosine(text) {
        const cached = lookUp(text);
        return cached.length > 0 ? cosineOf(cached) : 0;
      },
      wordSimilarity(word) {
        if (!wordSimilarities.has(word)) wordSimilarities.set(word, computeWordSimilarity(word));
        return wordSimilarities.get(word);
      },
    };
  };

  return {
    tokenizeRuns,
    forQuery,
    precompute(runs) {
      for (let run = 0; run < runs.lengths.length; run++) exactSquaredLength(runs, run);
    },
    knows(word) {
      const { tokens, length } = lookUp(word);
      return length > 0 && (tokens.length < word.length || word.length <= ABBREVIATION_LETTERS);
    },
  };
}

function cosinesOfPairs(units: readonly Float32Array[]): number[] {
  return units.flatMap((a, i) => units.slice(0, i).map((b) => dot(a, b)));
}

function meanPlusDeviations(values: readonly number[], deviations: number): number {
  const center = mean(values);
  return center + deviations * Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}

function onesFor(tokens: readonly number[]): Uint8Array {
  return new Uint8Array(tokens.length).fill(1);
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
