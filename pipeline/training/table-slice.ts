import type { TextBatch } from './text-batch.ts';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** Some dimensions of all token vectors, with their Adam state: what one worker thread looks after. All shared. */
export interface TableSlice {
  /** First dimension of the slice, number of its dimensions, dimensions of the whole table. */
  first: number;
  width: number;
  dimensions: number;
  /** [rows × width], row-major. */
  vectors: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
  /** [rows], the same memory in every slice: the weight of a token. */
  weights: Float32Array;
  /** [rows] updates a row has had. Adam's bias correction is per row, since rare rows are rarely touched. */
  updates: Int32Array;
}

/** Which rows to move, and the gradient they are moved by. */
export interface SliceUpdate {
  count: number;
  rate: number;
  rows: Int32Array;
  starts: Int32Array;
  texts: Int32Array;
  factors: Float32Array;
  /** [texts × dimensions], of all dimensions. */
  gradient: Float32Array;
  /** Out, [count]: this slice's part of vector · gradient, from which the weight's gradient is made. */
  along: Float32Array;
}

/**
 * Writes this slice's part of the sums of a batch into `out`, [texts × dimensions]; empty texts give zeros. Four
 * tokens at a time: the sum is then loaded and stored once for four vectors; memory is what this loop waits for.
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

/** One Adam step (Kingma & Ba 2015) on this slice of the rows of a batch; the others keep their state. */
export function updateSlice(slice: TableSlice, update: SliceUpdate): void {
  const { vectors, mean, variance, weights, updates, width } = slice;
  const gathered = new Float32Array(width);
  for (let index = 0; index < update.count; index++) {
    const row = update.rows[index];
    gatherRow(slice, update, index, gathered);
    const times = ++updates[row];
    const meanFactor = update.rate / (1 - BETA1 ** times);
    const varianceFactor = 1 / (1 - BETA2 ** times);
    const weight = weights[row];
    let along = 0;
    const start = row * width;
    for (let d = 0; d < width; d++) {
      const at = start + d;
      const raw = gathered[d];
      along += raw * vectors[at];
      const slope = weight * raw;
      const m = BETA1 * mean[at] + (1 - BETA1) * slope;
      const v = BETA2 * variance[at] + (1 - BETA2) * slope * slope;
      mean[at] = m;
      variance[at] = v;
      vectors[at] -= (m * meanFactor) / (Math.sqrt(v * varianceFactor) + EPSILON);
    }
    update.along[index] = along;
  }
}

/** Σ factor × gradient over the texts that hold the token. */
function gatherRow(slice: TableSlice, update: SliceUpdate, index: number, gathered: Float32Array): void {
  const { width, first, dimensions } = slice;
  const { starts, texts, factors, gradient } = update;
  gathered.fill(0);
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
      gathered[d] += fa * gradient[a + d] + fb * gradient[b + d] + fc * gradient[c + d] + fe * gradient[e + d];
    }
  }
  for (; at < end; at++) {
    const from = texts[at] * dimensions + first;
    for (let d = 0; d < width; d++) gathered[d] += factors[at] * gradient[from + d];
  }
}
