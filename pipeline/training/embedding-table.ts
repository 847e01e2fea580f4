/** The parameters of the model during training: token vectors and token weights, and their updates with Adam. */
import type { Random } from '../core/algorithms/random.ts';
import { allocateSharedFloats, allocateSharedIntegers, type TokenBagBatch } from './token-bag-batch.ts';

/**
 * Constants of the optimizer Adam (Kingma & Ba 2015): decay rates of its two moving averages, and a small number that
 * keeps its divisors from being 0.
 */
export const [ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON] = [0.9, 0.999, 1e-8];

/**
 * Number of slices into which the dimensions are divided, one per worker thread. It does not depend on the number of
 * threads, so that sums are always rounded the same way.
 */
const SLICES = 2;

/**
 * The parameters of the model: a vector and a weight for each token of the vocabulary. The vector of a text is the
 * sum of weight × factor × vector over its tokens, with the factors of `TokenBagBatch`. Weights are kept as
 * logarithms: they stay positive, and a step changes the weights of rare and common words by the same factor.
 *
 * Let g(text) be the gradient of the loss with respect to the vector of a text. Gradients are first summed without the
 * weights: H[t] = Σ factor × g(text) over the texts with token t. From H follow both the gradient of the token's
 * vector, weight × H[t], and that of its weight, vector · H[t]. So one pass over the texts is enough for both.
 */
export class EmbeddingTable {
  readonly rows: number;
  readonly dimensions: number;
  readonly slices: readonly TableSlice[];
  readonly logWeights: Float32Array;
  /** exp(`logWeights`), shared by all slices. */
  readonly #weights: Float32Array;
  readonly #weightMean: Float32Array;
  readonly #weightVariance: Float32Array;

  /**
   * Initializes vectors with normal random numbers of variance 1 / dimensions, and weights by SIF (Arora, Liang & Ma
   * 2017): a / (a + p), where p is the share of the token in the corpus.
   *
   * @param frequencies number of occurrences of each token
   * @param sifSmoothing the constant a of SIF
   * @param frozenRows number of rows at the start (padding, unknown words) that stay zero and are not trained
   */
  constructor(
    frequencies: ArrayLike<number>,
    dimensions: number,
    sifSmoothing: number,
    frozenRows: number,
    random: Random,
  ) {
    this.rows = frequencies.length;
    this.dimensions = dimensions;
    this.logWeights = new Float32Array(this.rows);
    this.#weights = allocateSharedFloats(this.rows);
    this.#weightMean = new Float32Array(this.rows);
    this.#weightVariance = new Float32Array(this.rows);
    this.slices = Array.from({ length: SLICES }, (_, index) => this.#createSlice(index));
    let total = 0;
    for (let row = 0; row < this.rows; row++) total += frequencies[row];
    const deviation = 1 / Math.sqrt(dimensions);
    for (let row = frozenRows; row < this.rows; row++) {
      this.logWeights[row] = Math.log(sifSmoothing / (sifSmoothing + frequencies[row] / Math.max(1, total)));
      this.#weights[row] = Math.exp(this.logWeights[row]);
      for (const { vectors, width } of this.slices) {
        for (let d = 0; d < width; d++) vectors[row * width + d] = deviation * standardNormal(random);
      }
    }
  }

  weight(row: number): number {
    return this.#weights[row];
  }

  /** A copy of all vectors, row-major, rows × dimensions. */
  vectors(): Float32Array {
    const all = new Float32Array(this.rows * this.dimensions);
    for (const { vectors, width, first } of this.slices) {
      for (let row = 0; row < this.rows; row++) {
        all.set(vectors.subarray(row * width, (row + 1) * width), row * this.dimensions + first);
      }
    }
    return all;
  }

  /**
   * Writes the vectors of a batch of texts, not normalized, to `out`: texts × dimensions. An empty text gives zeros.
   */
  sum(batch: TokenBagBatch, out: Float32Array): void {
    for (const slice of this.slices) sumTextVectorsInSlice(slice, batch, out);
  }

  /**
   * One Adam step on the weights of the tokens `rows[0 … count)`. Call this after `updateTableSlice` was called for all
   * slices: it counts the updates of each row, on which Adam's bias correction depends.
   *
   * @param projections for each slice, its part of vector · H for each of these rows; the comment of the class explains
   *   H
   */
  updateWeights(rows: Int32Array, count: number, projections: readonly Float32Array[], learningRate: number): void {
    const { updates } = this.slices[0];
    for (let index = 0; index < count; index++) {
      const row = rows[index];
      let projection = 0;
      for (const part of projections) projection += part[index];
      // By the chain rule, because weights are learned as logarithms: d(weight) / d(log weight) = weight.
      const gradient = this.#weights[row] * projection;
      const m = ADAM_BETA1 * this.#weightMean[row] + (1 - ADAM_BETA1) * gradient;
      const v = ADAM_BETA2 * this.#weightVariance[row] + (1 - ADAM_BETA2) * gradient * gradient;
      this.#weightMean[row] = m;
      this.#weightVariance[row] = v;
      const mean = m / (1 - ADAM_BETA1 ** updates[row]);
      const variance = v / (1 - ADAM_BETA2 ** updates[row]);
      this.logWeights[row] -= (learningRate * mean) / (Math.sqrt(variance) + ADAM_EPSILON);
      this.#weights[row] = Math.exp(this.logWeights[row]);
    }
  }

  #createSlice(index: number): TableSlice {
    const first = Math.floor((this.dimensions * index) / SLICES);
    const width = Math.floor((this.dimensions * (index + 1)) / SLICES) - first;
    const zeros = (): Float32Array => allocateSharedFloats(this.rows * width);
    return {
      first,
      width,
      dimensions: this.dimensions,
      vectors: zeros(),
      mean: zeros(),
      variance: zeros(),
      weights: this.#weights,
      updates: allocateSharedIntegers(this.rows),
    };
  }
}

/**
 * A normally distributed random number, by the Box–Muller method. It uses 1 − u, because u may be 0, whose logarithm is
 * infinite.
 */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * A range of dimensions of all token vectors, with their Adam state, in shared memory: the part of the table on which
 * one worker thread works.
 */
export interface TableSlice {
  /** The first dimension of the slice. */
  readonly first: number;
  /** Number of dimensions of the slice. */
  readonly width: number;
  /** Number of dimensions of the whole table. */
  readonly dimensions: number;
  /**
   * The vectors, row-major, rows × width. `mean` and `variance`, Adam's moving averages of gradients and their squares,
   * have the same shape.
   */
  readonly vectors: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  /** The weight of each token; the same memory in every slice. */
  readonly weights: Float32Array;
  /**
   * Number of updates of each row so far. Adam's bias is corrected per row, because rows of rare tokens are updated
   * rarely.
   */
  readonly updates: Int32Array;
}

/**
 * The input of one Adam step on a slice: the tokens of a batch (the fields of a `TransposedBatch`), and the gradient.
 */
export interface TableSliceUpdate {
  readonly count: number;
  readonly learningRate: number;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly texts: Int32Array;
  readonly factors: Float32Array;
  /**
   * The gradient of the loss with respect to the vectors of the texts. Row-major, texts × dimensions of the whole
   * table.
   */
  readonly gradient: Float32Array;
  /**
   * Output: for each token, this slice's part of vector · H, from which the gradient of the token's weight is computed.
   * The comment of `EmbeddingTable` explains H.
   */
  readonly projections: Float32Array;
}

/**
 * Computes the vectors of a batch of texts in the dimensions of one slice, and writes them to `out`, texts × dimensions
 * of the whole table. Four tokens are added at a time, so that each sum is loaded and stored once for four vectors:
 * memory limits the speed of this loop.
 */
export function sumTextVectorsInSlice(
  slice: TableSlice,
  { tokens, factors, starts }: TokenBagBatch,
  out: Float32Array,
): void {
  const { vectors, weights, width, first, dimensions } = slice;
  const sum = new Float32Array(width);
  for (let text = 0; text + 1 < starts.length; text++) {
    sum.fill(0);
    const end = starts[text + 1];
    let at = starts[text];
    for (; at + 4 <= end; at += 4) {
      const wa = weights[tokens[at]] * factors[at];
      const wb = weights[tokens[at + 1]] * factors[at + 1];
      const wc = weights[tokens[at + 2]] * factors[at + 2];
      const we = weights[tokens[at + 3]] * factors[at + 3];
      const a = tokens[at] * width;
      const b = tokens[at + 1] * width;
      const c = tokens[at + 2] * width;
      const e = tokens[at + 3] * width;
      for (let d = 0; d < width; d++) {
        sum[d] += wa * vectors[a + d] + wb * vectors[b + d] + wc * vectors[c + d] + we * vectors[e + d];
      }
    }
    for (; at < end; at++) {
      const weight = weights[tokens[at]] * factors[at];
      const from = tokens[at] * width;
      for (let d = 0; d < width; d++) sum[d] += weight * vectors[from + d];
    }
    out.set(sum, text * dimensions + first);
  }
}

/**
 * One Adam step on the vectors of the tokens of a batch, in the dimensions of one slice. Tokens that are not in the
 * batch keep their vectors and their Adam state.
 */
export function updateTableSlice(slice: TableSlice, update: TableSliceUpdate): void {
  const { vectors, mean, variance, weights, updates, width } = slice;
  const sum = new Float32Array(width);
  for (let index = 0; index < update.count; index++) {
    const row = update.rows[index];
    sumGradients(slice, update, index, sum);
    const step = ++updates[row];
    const meanFactor = update.learningRate / (1 - ADAM_BETA1 ** step);
    const varianceFactor = 1 / (1 - ADAM_BETA2 ** step);
    const weight = weights[row];
    let projection = 0;
    const start = row * width;
    for (let d = 0; d < width; d++) {
      const at = start + d;
      const h = sum[d];
      projection += h * vectors[at];
      const gradient = weight * h;
      const m = ADAM_BETA1 * mean[at] + (1 - ADAM_BETA1) * gradient;
      const v = ADAM_BETA2 * variance[at] + (1 - ADAM_BETA2) * gradient * gradient;
      mean[at] = m;
      variance[at] = v;
      vectors[at] -= (m * meanFactor) / (Math.sqrt(v * varianceFactor) + ADAM_EPSILON);
    }
    update.projections[index] = projection;
  }
}

/**
 * Writes H of one token to `sum`: Σ factor × gradient over the texts with the token, in the dimensions of the slice.
 */
function sumGradients(slice: TableSlice, update: TableSliceUpdate, index: number, sum: Float32Array): void {
  const { width, first, dimensions } = slice;
  const { starts, texts, factors, gradient } = update;
  sum.fill(0);
  const end = starts[index + 1];
  let at = starts[index];
  for (; at + 4 <= end; at += 4) {
    const a = texts[at] * dimensions + first;
    const b = texts[at + 1] * dimensions + first;
    const c = texts[at + 2] * dimensions + first;
    const e = texts[at + 3] * dimensions + first;
    const fa = factors[at];
    const fb = factors[at + 1];
    const fc = factors[at + 2];
    const fe = factors[at + 3];
    for (let d = 0; d < width; d++) {
      sum[d] += fa * gradient[a + d] + fb * gradient[b + d] + fc * gradient[c + d] + fe * gradient[e + d];
    }
  }
  for (; at < end; at++) {
    const from = texts[at] * dimensions + first;
    for (let d = 0; d < width; d++) sum[d] += factors[at] * gradient[from + d];
  }
}
