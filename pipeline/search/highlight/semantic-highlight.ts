import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import { dot } from '../../core/vectors.ts';
import type { TokenVectors } from '../../embedding/token-vectors.ts';

/** Runs of words as the model sums them up; nothing of it depends on a question. Entry i of a column is of run i. */
export interface Bags {
  /** The tokens of run i stand at `starts[i]` … `starts[i + 1]` of the next two. */
  readonly starts: Int32Array;
  readonly tokens: Int32Array;
  /** How much each token counts. */
  readonly weights: Float32Array;
  /** Sum of the squared lengths of what is added: the squared length of the sum, were its words about unlike things. */
  readonly squares: Float32Array;
  /** Of the sum; NaN until it is first needed. */
  readonly lengths: Float32Array;
}

/** What the model's vectors say about words and sentences, beside one question. */
export interface Meaning {
  /**
   * Which of several runs of words is nearest to the question; undefined where the model knows no word of any.
   *
   * @param besides what else speaks for each run, to be added to its cosine
   */
  nearestOf(bags: Bags, besides?: readonly number[]): number | undefined;
  /**
   * How near a word is to the question; undefined where that may be chance, for stop words and for numbers. Words as
   * `wordsIn` writes them.
   */
  nearness(word: string): number | undefined;
  /** The cosine of some words with the question, chance or not; 0 where the model knows none of them. */
  cosine(words: string): number;
}

export interface MeaningReader {
  /** @param runs the words of each, as `wordsIn` writes them */
  bagsOf(runs: readonly (readonly string[])[]): Bags;
  /** The lengths that questions will need, reckoned before anyone asks. */
  prepare(bags: Bags): void;
  /** Whether the model knows a word: has a vector for it, and not letter by letter alone. */
  reads(word: string): boolean;
  /** Opens a question: its vector, of any length, and its telling words. */
  against(vector: Float32Array, words: readonly string[]): Meaning;
}

/** A word is near where its cosine with the question is so many standard deviations above those of other words … */
const ABOVE_QUESTION = 2.5;
/** … and its cosine with a word of the question so many above those of two other words. */
const ABOVE_WORDS = 4;
/**
 * A sentence is taken as if it had so many words more that are about something else: of two or three words ('See
 * github.com/scenes') nothing but chance would make it the nearest.
 */
const WORDS_BESIDE = 1;
/** The lengths of so many sentences are looked at; of the others a guess says that they are not the nearest. */
const LOOKED_AT = 2;
/** Words of a long question that a word may be near to. */
const MOST_WORDS = 16;
/** Pairs of so many words tell how near words are by chance. */
const PAIRED = 100;
/** So many letters are as good as a word: an abbreviation. */
const LETTERS = 2;
/** Abstracts repeat their words: so many are kept with their tokens. */
const KEPT = 50_000;

interface Known {
  readonly tokens: readonly number[];
  /** Of the sum of its tokens. */
  readonly length: number;
  /** How often it stands in the run that is being read. */
  times: number;
}

/** @param background words of the corpus, any: what others are held against */
export function openMeaning(vectors: TokenVectors, background: readonly string[]): MeaningReader {
  const known = new Map<string, Known>();
  const look = (word: string): Known => {
    const before = known.get(word);
    if (before) return before;
    if (known.size >= KEPT) known.clear();
    const tokens = Array.from(vectors.tokensOf(word));
    const found = { tokens, length: lengthOf(vectors.sumOf(tokens, onceEach(tokens))), times: 0 };
    known.set(word, found);
    return found;
  };
  const unitOf = (word: string) => {
    const { tokens, length } = look(word);
    return vectors.sumOf(tokens, onceEach(tokens)).map((component) => component / (length || 1));
  };
  const others = background.map(look).filter(({ length }) => length > 0);
  const wordBar = barOf(cosinesOfPairs(background.slice(0, PAIRED).map(unitOf)), ABOVE_WORDS);
  const beside = WORDS_BESIDE * meanOf(others.map(({ length }) => length ** 2));
  const squaredLengthOf = ({ starts, tokens, weights, lengths }: Bags, run: number) => {
    if (Number.isNaN(lengths[run])) {
      const [from, to] = [starts[run], starts[run + 1]];
      lengths[run] = lengthOf(vectors.sumOf(tokens.subarray(from, to), weights.subarray(from, to)));
    }
    return lengths[run] ** 2;
  };

  return {
    bagsOf(runs) {
      const starts = new Int32Array(runs.length + 1);
      const squares = new Float32Array(runs.length);
      const tokens: number[] = [];
      const weights: number[] = [];
      for (const [run, words] of runs.entries()) {
        const parts: Known[] = [];
        for (const word of words) {
          const one = look(word);
          if (one.times === 0) parts.push(one);
          one.times++;
        }
        for (const one of parts) {
          const weight = one.times === 1 ? 1 : one.times ** vectors.saturation;
          one.times = 0;
          for (const token of one.tokens) {
            tokens.push(token);
            weights.push(weight);
          }
          squares[run] += (weight * one.length) ** 2;
        }
        starts[run + 1] = tokens.length;
      }
      const lengths = new Float32Array(runs.length).fill(Number.NaN);
      return { starts, tokens: Int32Array.from(tokens), weights: Float32Array.from(weights), squares, lengths };
    },
    prepare(bags) {
      for (let run = 0; run < bags.lengths.length; run++) squaredLengthOf(bags, run);
    },
    reads(word) {
      const { tokens, length } = look(word);
      return length > 0 && (tokens.length < word.length || word.length <= LETTERS);
    },
    against(vector, words) {
      const dotOf = vectors.dotsWith(vector);
      const size = lengthOf(vector) || 1;
      const cosineOf = ({ tokens, length }: Known) => {
        let product = 0;
        for (const token of tokens) product += dotOf(token);
        return product / (length * size);
      };
      let bar: number | undefined;
      let asked: Float32Array[] | undefined;

      const nearnessOf = (word: string) => {
        if (stopWords.has(word) || queryStopWords.has(word) || !/\p{L}/u.test(word)) return undefined;
        const one = look(word);
        const cosine = one.length > 0 ? cosineOf(one) : 0;
        bar ??= barOf(others.map(cosineOf), ABOVE_QUESTION);
        if (cosine <= bar) return undefined;
        asked ??= words.slice(0, MOST_WORDS).map(unitOf);
        const sum = vectors.sumOf(one.tokens, onceEach(one.tokens));
        const least = wordBar * one.length;
        return asked.some((other) => dot(sum, other) > least) ? cosine : undefined;
      };
      const nearnesses = new Map<string, number | undefined>();
      return {
        nearestOf(bags, besides) {
          const { starts, tokens, weights, squares } = bags;
          const products = Array.from(squares, (_, run) => {
            let product = 0;
            for (let i = starts[run]; i < starts[run + 1]; i++) product += weights[i] * dotOf(tokens[i]);
            return product / size;
          });
          const scored = (run: number, square: number) =>
            products[run] / Math.sqrt(square + beside) + (besides ? besides[run] : 0);
          const guesses = products.map((_, run) => scored(run, squares[run]));
          const order = [...guesses.keys()].filter((run) => squares[run] > 0).sort((a, b) => guesses[b] - guesses[a]);
          let best = order[0];
          let highest = Number.NEGATIVE_INFINITY;
          for (const run of order.slice(0, LOOKED_AT)) {
            const score = scored(run, squaredLengthOf(bags, run));
            if (score <= highest) continue;
            highest = score;
            best = run;
          }
          return best;
        },
        cosine(words) {
          const one = look(words);
          return one.length > 0 ? cosineOf(one) : 0;
        },
        nearness(word) {
          if (!nearnesses.has(word)) nearnesses.set(word, nearnessOf(word));
          return nearnesses.get(word);
        },
      };
    },
  };
}

function cosinesOfPairs(units: readonly Float32Array[]): number[] {
  return units.flatMap((a, i) => units.slice(0, i).map((b) => dot(a, b)));
}

/** What is so many standard deviations above the mean. */
function barOf(values: readonly number[], above: number): number {
  const mean = meanOf(values);
  return mean + above * Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function onceEach(tokens: readonly number[]): Uint8Array {
  return new Uint8Array(tokens.length).fill(1);
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
