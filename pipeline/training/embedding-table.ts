import type { Random } from '../core/algorithms/random.ts';
import { sharedFloats, sharedIntegers, type TextBatch } from './text-batch.ts';

/** Constants of Adam (Kingma & Ba 2015). */
export const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Number of slices, one per worker thread. Fixed, whatever the number of threads, so that sums are rounded the same. */
const SLICES = 2;

/**
 * The parameters of the model: a vector and a weight for each token of the vocabulary. The vector of a text is the sum of
 * weight × factor × vector over its tokens. Weights are kept as logarithms: they stay positive, and a step changes the
 * weights of rare and common words by the same factor.
 *
 * Gradients are first summed without the weights, H[t] = Σ factor × g(text) over the texts with token t. From this one
 * pass come both the gradient of the vector, weight × H, and that of the weight, vector · H.
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
   * Vectors are initialized with normal random numbers of variance 1 / dimensions, weights by SIF (Arora, Liang & Ma 2017):
   * a / (a + p), where p is the share of the token in the corpus.
   *
   * @param frequencies occurrences of each token
   * @param sifSmoothing a
   * @param frozenRows the first rows (padding, unknown words) stay zero and are not trained
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
    this.#weights = sharedFloats(this.rows);
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

  /** Writes the vectors of the texts of a batch, not normalized, to `out`: texts × dimensions. Empty texts give zeros. */
  sum(batch: TextBatch, out: Float32Array): void {
    for (const slice of this.slices) sumSlice(slice, batch, out);
  }

  /**
   * One Adam step on the weights of the first `count` of `rows`. To be called after `updateSlice` of all slices: that counts
   * the updates on which Adam's bias correction depends.
   *
   * @param projections for each slice its part of vector · H for each row; H is explained at the class
   */
  updateWeights(rows: Int32Array, count: number, projections: readonly Float32Array[], learningRate: number): void {
    const { updates } = this.slices[0];
    for (let index = 0; index < count; index++) {
      const row = rows[index];
      let projection = 0;
      for (const part of projections) projection += part[index];
      // d(weight) / d(log weight) = weight
      const gradient = this.#weights[row] * projection;
      const m = BETA1 * this.#weightMean[row] + (1 - BETA1) * gradient;
      const v = BETA2 * this.#weightVariance[row] + (1 - BETA2) * gradient * gradient;
      this.#weightMean[row] = m;
      this.#weightVariance[row] = v;
      const mean = m / (1 - BETA1 ** updates[row]);
      const variance = v / (1 - BETA2 ** updates[row]);
      this.logWeights[row] -= (learningRate * mean) / (Math.sqrt(variance) + EPSILON);
      this.#weights[row] = Math.exp(this.logWeights[row]);
    }
  }

  #createSlice(index: number): TableSlice {
    const first = Math.floor((this.dimensions * index) / SLICES);
    const width = Math.floor((this.dimensions * (index + 1)) / SLICES) - first;
    const zeros = (): Float32Array => sharedFloats(this.rows * width);
    return {
      first,
      width,
      dimensions: this.dimensions,
      vectors: zeros(),
      mean: zeros(),
      variance: zeros(),
      weights: this.#weights,
      updates: sharedIntegers(this.rows),
    };
  }
}

/** Box–Muller; 1 − u, because the logarithm of 0 is infinite. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Some dimensions of all vectors, with their Adam state, in shared memory: the part of the table of one worker thread. */
export interface TableSlice {
  /** The first dimension of the slice, and the number of its dimensions. */
  readonly first: number;
  readonly width: number;
  /** Dimensions of the table. */
  readonly dimensions: number;
  /** Row-major, rows × width; so are the two moments of Adam. */
  readonly vectors: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  /** The weight of each token; the same memory in every slice. */
  readonly weights: Float32Array;
  /** Updates of each row so far. Adam's bias is corrected per row, because rows of rare tokens are updated rarely. */
  readonly updates: Int32Array;
}

/** The rows to update, and the gradient: a `TransposedBatch` and the gradient of its texts. */
export interface SliceUpdate {
  readonly count: number;
  readonly learningRate: number;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly texts: Int32Array;
  readonly factors: Float32Array;
  /** Row-major, texts × dimensions of the table. */
  readonly gradient: Float32Array;
  /** Output: this slice's part of vector · H of each row, from which the gradient of the weight is computed. */
  readonly projections: Float32Array;
}

/**
 * Writes this slice's dimensions of the texts' vectors to `out`, texts × dimensions. Four tokens at a time, so that a sum
 * is loaded and stored once for four vectors: the loop is limited by memory.
 */
export function sumSlice(slice: TableSlice, { tokens, factors, starts }: TextBatch, out: Float32Array): void {
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

/** One Adam step on this slice of the rows of a batch. Other rows keep their state. */
export function updateSlice(slice: TableSlice, update: SliceUpdate): void {
  const { vectors, mean, variance, weights, updates, width } = slice;
  const sum = new Float32Array(width);
  for (let index = 0; index < update.count; index++) {
    const row = update.rows[index];
    sumGradients(slice, update, index, sum);
    const step = ++updates[row];
    const meanFactor = update.learningRate / (1 - BETA1 ** step);
    const varianceFactor = 1 / (1 - BETA2 ** step);
    const weight = weights[row];
    let projection = 0;
    const start = row * width;
    for (let d = 0; d < width; d++) {
      const at = start + d;
      const h = sum[d];
      projection += h * vectors[at];
      const gradient = weight * h;
      const m = BETA1 * mean[at] + (1 - BETA1) * gradient;
      const v = BETA2 * variance[at] + (1 - BETA2) * gradient * gradient;
      mean[at] = m;
      variance[at] = v;
      vectors[at] -= (m * meanFactor) / (Math.sqrt(v * varianceFactor) + EPSILON);
    }
    update.projections[index] = projection;
  }
}

/** H of one row: Σ factor × gradient over the texts with its token. */
function sumGradients(slice: TableSlice, update: SliceUpdate, index: number, sum: Float32Array): void {
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
