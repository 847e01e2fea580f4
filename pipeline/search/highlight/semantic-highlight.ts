/**
 * Which words and sentences of a paper are close in meaning to a query, by the token vectors of the embedding model itself.
 *
 * Works for models without attention, whose text vector is a weighted sum of token vectors: then the similarity of any run of
 * words to the query is a sum of token · query products, which are computed once per query and token.
 */
import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import { dot } from '../../core/vectors.ts';
import type { TokenVectors } from '../../embedding/token-vectors.ts';
import { type InvertedIndex, wordAt } from '../lexical/inverted-index.ts';

/** Runs of words (sentences) as weighted token lists. Independent of any query. Entry i of a column is of run i. */
export interface TokenRuns {
  /** The tokens of run i are `starts[i]` … `starts[i + 1] − 1` of `tokens` and `weights`. */
  readonly starts: Int32Array;
  readonly tokens: Int32Array;
  readonly weights: Float32Array;
  /** Sum of the squared lengths of the summands: the squared length of the sum if its words were orthogonal. */
  readonly squaredLengths: Float32Array;
  /** Exact length of the sum; NaN until first needed. */
  readonly lengths: Float32Array;
}

/** Similarities to one query. */
export interface QuerySimilarity {
  /**
   * The run most similar to the query; undefined if the model knows no word of any run.
   *
   * @param bonus per run, added to its cosine (for words that match literally)
   */
  mostSimilarRun(runs: TokenRuns, bonus?: readonly number[]): number | undefined;
  /**
   * Cosine of a word with the query; undefined if it is no higher than chance, for stop words and for numbers.
   *
   * @param word as the analyzer writes it
   */
  wordSimilarity(word: string): number | undefined;
  /** The cosine of some words with the query, however low; 0 if the model knows none of them. */
  cosine(words: string): number;
}

export interface SemanticHighlighter {
  /** @param runs the words of each run, as the analyzer writes them */
  tokenizeRuns(runs: readonly (readonly string[])[]): TokenRuns;
  /** Computes the lengths that queries will need, ahead of the first query. */
  precompute(runs: TokenRuns): void;
  /** Whether the vocabulary of the model contains a word, rather than only its single letters. */
  knows(word: string): boolean;
  /** @param vector the query's embedding, of any length
   *  @param words the query's content words, the most specific first */
  forQuery(vector: Float32Array, words: readonly string[]): QuerySimilarity;
}

/** A word counts as similar if its cosine with the query is this many standard deviations above that of random words … */
const MIN_QUERY_DEVIATIONS = 2.5;
/** … and its cosine with one word of the query this many above that of two random words. */
const MIN_WORD_DEVIATIONS = 4;
/** Words of a long query that a word may be similar to. */
const MAX_QUERY_WORDS = 16;
/**
 * Each run is scored as if it contained this many unrelated words more: otherwise a run of two or three words
 * ('See github.com/scenes') wins by chance.
 */
const SMOOTHING_WORDS = 1;
/** Exact lengths are computed for this many runs with the best estimates only. */
const EXACT_RUNS = 2;
/** Words up to this length count as known even if spelled out: abbreviations. */
const ABBREVIATION_LETTERS = 2;
/** Abstracts repeat their words: the tokens of this many words are cached. */
const MAX_CACHED_WORDS = 50_000;

/** This many words of the corpus are the sample of 'random words'; with fewer than the minimum, chance cannot be estimated. */
const REFERENCE_WORDS = 200;
const MIN_REFERENCE_WORDS = 50;
/** All pairs of this many of them estimate the cosine of two random words. */
const PAIRED_REFERENCE_WORDS = 100;
/** A reference word is in at least this many papers, and in at least one of a thousand. */
const MIN_REFERENCE_PAPERS = 3;
const MIN_REFERENCE_SHARE = 1 / 1000;

/**
 * The highlighter of a model for the papers of an index.
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
  // Evenly spaced in alphabetical order, so that no subject is preferred.
  const step = Math.max(1, Math.floor(common.length / REFERENCE_WORDS));
  return common
    .filter((_, i) => i % step === 0)
    .map((word) => wordAt(words, word))
    .filter((word) => !stopWords.has(word) && !queryStopWords.has(word));
}

interface CachedWord {
  readonly tokens: readonly number[];
  /** Of the sum of its token vectors. */
  readonly length: number;
  /** Scratch: how often it occurs in the run that is being tokenized. */
  count: number;
}

/** @param reference a sample of the corpus's words, for the similarity that is expected by chance */
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

  const forQuery = (vector: Float32Array, words: readonly string[]): QuerySimilarity => {
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function onesFor(tokens: readonly number[]): Uint8Array {
  return new Uint8Array(tokens.length).fill(1);
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
