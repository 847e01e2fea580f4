import type { Random } from '../core/algorithms/random.ts';
import { BETA1, BETA2, EPSILON, sumSlice, type TableSlice } from './table-slice.ts';
import { sharedFloats, sharedIntegers, type TextBatch } from './text-batch.ts';

/** Slices of a table, each for a thread. Fixed, not the number of threads: sums of their parts round the same. */
const SLICES = 2;

/**
 * What is learned: a vector and a weight for every token; the vector of a text is the sum of weight × factor × vector
 * over its tokens. Weights are kept as logarithms: they stay positive, and a step changes a rare and a common word's
 * weight by the same factor.
 *
 * Gradients are gathered without the weights, H[t] = Σ factor × g(text) over the texts with token t; from that one
 * pass come both the vector's gradient, weight × H, and the weight's, vector · H.
 */
export class TokenTable {
  readonly rows: number;
  readonly dimensions: number;
  readonly slices: readonly TableSlice[];
  readonly logWeights: Float32Array;
  /** exp of `logWeights`, shared by all slices. */
  readonly #weights: Float32Array;
  readonly #weightMean: Float32Array;
  readonly #weightVariance: Float32Array;

  /**
   * @param frequencies occurrences of each token; sets the start weights (SIF, Arora et al. 2017) a / (a + p).
   * @param silent rows 0 … silent−1 are never learned and stay zero (padding, unknown).
   */
  constructor(frequencies: ArrayLike<number>, dimensions: number, sif: number, silent: number, random: Random) {
    this.rows = frequencies.length;
    this.dimensions = dimensions;
    this.logWeights = new Float32Array(this.rows);
    this.#weights = sharedFloats(this.rows);
    this.#weightMean = new Float32Array(this.rows);
    this.#weightVariance = new Float32Array(this.rows);
    this.slices = Array.from({ length: SLICES }, (_, index) => this.#emptySlice(index));
    let total = 0;
    for (let row = 0; row < this.rows; row++) total += frequencies[row];
    const deviation = 1 / Math.sqrt(dimensions);
    for (let row = silent; row < this.rows; row++) {
      this.logWeights[row] = Math.log(sif / (sif + frequencies[row] / Math.max(1, total)));
      this.#weights[row] = Math.exp(this.logWeights[row]);
      for (const { vectors, width } of this.slices) {
        for (let d = 0; d < width; d++) vectors[row * width + d] = deviation * standardNormal(random);
      }
    }
  }

  weight(row: number): number {
    return this.#weights[row];
  }

  /** All vectors in one piece, [rows × dimensions]. */
  vectors(): Float32Array {
    const whole = new Float32Array(this.rows * this.dimensions);
    for (const { vectors, width, first } of this.slices) {
      for (let row = 0; row < this.rows; row++) {
        whole.set(vectors.subarray(row * width, (row + 1) * width), row * this.dimensions + first);
      }
    }
    return whole;
  }

  /** Sums of a batch, not normalized: [texts × dimensions]. Empty texts give zeros. */
  sum(batch: TextBatch, out: Float32Array): void {
    for (const slice of this.slices) sumSlice(slice, batch, out);
  }

  /**
   * One Adam step on the weights of the first `count` of `rows`, after the slices' own (which counted the update).
   *
   * @param along one a slice: its part of vector · gradient for each of the rows.
   */
  updateWeights(rows: Int32Array, count: number, along: readonly Float32Array[], rate: number): void {
    const { updates } = this.slices[0];
    for (let index = 0; index < count; index++) {
      const row = rows[index];
      let gradient = 0;
      for (const part of along) gradient += part[index];
      // d(weight)/d(log weight) is the weight itself.
      const slope = this.#weights[row] * gradient;
      const m = BETA1 * this.#weightMean[row] + (1 - BETA1) * slope;
      const v = BETA2 * this.#weightVariance[row] + (1 - BETA2) * slope * slope;
      this.#weightMean[row] = m;
      this.#weightVariance[row] = v;
      const mean = m / (1 - BETA1 ** updates[row]);
      const variance = v / (1 - BETA2 ** updates[row]);
      this.logWeights[row] -= (rate * mean) / (Math.sqrt(variance) + EPSILON);
      this.#weights[row] = Math.exp(this.logWeights[row]);
    }
  }

  #emptySlice(index: number): TableSlice {
    const first = Math.floor((this.dimensions * index) / SLICES);
    const width = Math.floor((this.dimensions * (index + 1)) / SLICES) - first;
    const numbers = (): Float32Array => sharedFloats(this.rows * width);
    return {
      first,
      width,
      dimensions: this.dimensions,
      vectors: numbers(),
      mean: numbers(),
      variance: numbers(),
      weights: this.#weights,
      updates: sharedIntegers(this.rows),
    };
  }
}

/** Box–Muller; 1 − u keeps the logarithm away from zero. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
