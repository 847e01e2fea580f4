import type { Random } from '../core/random.ts';
import type { TokenBatch } from './positives.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Sizes of one optimiser step. */
export interface StepRates {
  vector: number;
  weight: number;
}

/**
 * What is learned: a vector and a weight for every token; the vector of a text is the sum of weight × vector over its
 * tokens. Weights are kept as logarithms: they stay positive, and a step changes a rare and a common word's weight by
 * the same factor.
 *
 * Gradients are gathered without the weights, H[t] = Σ g(text) over the occurrences of token t; from that one pass
 * come both the vector's gradient, weight × H, and the weight's, vector · H.
 */
export class TokenTable {
  readonly rows: number;
  readonly dimensions: number;
  /** [rows × dimensions], row-major. */
  readonly vectors: Float32Array;
  readonly logWeights: Float32Array;
  readonly #gathered: Float32Array;
  readonly #mean: Float32Array;
  readonly #variance: Float32Array;
  readonly #weightMean: Float32Array;
  readonly #weightVariance: Float32Array;
  /** Updates a row has had: Adam's bias correction is per row, since rare rows are rarely touched. */
  readonly #updates: Int32Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #touchedCount = 0;

  /**
   * @param frequencies occurrences of each token; sets the start weights (SIF, Arora et al. 2017) a / (a + p).
   * @param silent rows 0 … silent−1 are never learned and stay zero (padding, unknown).
   */
  constructor(frequencies: ArrayLike<number>, dimensions: number, sif: number, silent: number, random: Random) {
    this.rows = frequencies.length;
    this.dimensions = dimensions;
    this.vectors = new Float32Array(this.rows * dimensions);
    this.logWeights = new Float32Array(this.rows);
    this.#gathered = new Float32Array(this.rows * dimensions);
    this.#mean = new Float32Array(this.rows * dimensions);
    this.#variance = new Float32Array(this.rows * dimensions);
    this.#weightMean = new Float32Array(this.rows);
    this.#weightVariance = new Float32Array(this.rows);
    this.#updates = new Int32Array(this.rows);
    this.#touched = new Int32Array(this.rows);
    this.#isTouched = new Uint8Array(this.rows);
    // Marked as touched for good: the gathering pass skips what is already in the list, so these never enter it.
    this.#isTouched.fill(1, 0, silent);
    let total = 0;
    for (let row = 0; row < this.rows; row++) total += frequencies[row];
    const deviation = 1 / Math.sqrt(dimensions);
    for (let row = silent; row < this.rows; row++) {
      this.logWeights[row] = Math.log(sif / (sif + frequencies[row] / Math.max(1, total)));
      for (let d = 0; d < dimensions; d++) this.vectors[row * dimensions + d] = deviation * standardNormal(random);
    }
  }

  weight(row: number): number {
    return Math.exp(this.logWeights[row]);
  }

  /**
   * Sums of a batch, not normalised: [texts × dimensions]. Empty texts give zeros.
   * Four tokens at a time: the sum is then loaded and stored once for four vectors; memory is what this loop waits for.
   */
  sum({ tokens, starts }: TokenBatch, out: Float32Array): void {
    const { vectors, dimensions } = this;
    out.fill(0);
    for (let text = 0; text + 1 < starts.length; text++) {
      const to = text * dimensions;
      const end = starts[text + 1];
      let at = starts[text];
      for (; at + 4 <= end; at += 4) {
        const [a, b, c, e] = [tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]];
        const [wa, wb, wc, we] = [this.weight(a), this.weight(b), this.weight(c), this.weight(e)];
        const fa = a * dimensions;
        const fb = b * dimensions;
        const fc = c * dimensions;
        const fe = e * dimensions;
        for (let d = 0; d < dimensions; d++) {
          out[to + d] += wa * vectors[fa + d] + wb * vectors[fb + d] + wc * vectors[fc + d] + we * vectors[fe + d];
        }
      }
      for (; at < end; at++) {
        const weight = this.weight(tokens[at]);
        const from = tokens[at] * dimensions;
        for (let d = 0; d < dimensions; d++) out[to + d] += weight * vectors[from + d];
      }
    }
  }

  /** Adds the gradients of a batch's sums, [texts × dimensions], to what the next `update` will apply. */
  gather({ tokens, starts }: TokenBatch, gradient: Float32Array): void {
    const { dimensions } = this;
    const gathered = this.#gathered;
    for (let text = 0; text + 1 < starts.length; text++) {
      const from = text * dimensions;
      const end = starts[text + 1];
      let at = starts[text];
      for (; at + 2 <= end; at += 2) {
        const first = this.#touch(tokens[at]);
        const second = this.#touch(tokens[at + 1]);
        for (let d = 0; d < dimensions; d++) {
          const value = gradient[from + d];
          gathered[first + d] += value;
          gathered[second + d] += value;
        }
      }
      if (at < end) {
        const last = this.#touch(tokens[at]);
        for (let d = 0; d < dimensions; d++) gathered[last + d] += gradient[from + d];
      }
    }
  }

  /** Notes that a row will need an update; where it begins. */
  #touch(row: number): number {
    if (this.#isTouched[row] === 0) {
      this.#isTouched[row] = 1;
      this.#touched[this.#touchedCount++] = row;
    }
    return row * this.dimensions;
  }

  /** One Adam step (Kingma & Ba 2015) on the rows touched since the last one; the others keep their state. */
  update(rates: StepRates): void {
    for (let index = 0; index < this.#touchedCount; index++) {
      const row = this.#touched[index];
      this.#isTouched[row] = 0;
      this.#updateRow(row, rates);
    }
    this.#touchedCount = 0;
  }

  #updateRow(row: number, rates: StepRates): void {
    const { vectors, dimensions } = this;
    const gathered = this.#gathered;
    const mean = this.#mean;
    const variance = this.#variance;
    const updates = ++this.#updates[row];
    const meanFactor = 1 / (1 - BETA1 ** updates);
    const varianceFactor = 1 / (1 - BETA2 ** updates);
    const weight = this.weight(row);
    let weightGradient = 0;
    const start = row * dimensions;
    for (let at = start; at < start + dimensions; at++) {
      const raw = gathered[at];
      gathered[at] = 0;
      weightGradient += raw * vectors[at];
      const slope = weight * raw;
      const m = BETA1 * mean[at] + (1 - BETA1) * slope;
      const v = BETA2 * variance[at] + (1 - BETA2) * slope * slope;
      mean[at] = m;
      variance[at] = v;
      vectors[at] -= (rates.vector * m * meanFactor) / (Math.sqrt(v * varianceFactor) + EPSILON);
    }
    // d(weight)/d(log weight) is the weight itself.
    const slope = weight * weightGradient;
    const m = BETA1 * this.#weightMean[row] + (1 - BETA1) * slope;
    const v = BETA2 * this.#weightVariance[row] + (1 - BETA2) * slope * slope;
    this.#weightMean[row] = m;
    this.#weightVariance[row] = v;
    this.logWeights[row] -= (rates.weight * m * meanFactor) / (Math.sqrt(v * varianceFactor) + EPSILON);
  }
}

/** Box–Muller; 1 − u keeps the logarithm away from zero. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
