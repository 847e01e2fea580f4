import { PaperfieldError } from '../core/errors.ts';
import { normalizeRows } from '../core/vectors.ts';
import type { ModelCard } from './embedder.ts';

/**
 * Pools token vectors into one vector per text.
 *
 * @param tokens row-major, `count` × `length` × `width`: a transformer's `last_hidden_state`
 * @param mask `count` × `length`: 1 for a token, 0 for padding
 * @param pooling `cls`: the first token's vector. `mean`: the mean over the tokens that are not padding (Reimers &
 *   Gurevych 2019, Sentence-BERT); a text without tokens gives the zero vector
 * @returns row-major, `count` × `width`, not normalized
 */
export function poolTokens(
  tokens: Float32Array,
  mask: Int32Array | BigInt64Array,
  count: number,
  length: number,
  width: number,
  pooling: 'mean' | 'cls',
): Float32Array {
  const pooled = new Float32Array(count * width);
  for (let text = 0; text < count; text++) {
    const to = text * width;
    if (pooling === 'cls') {
      pooled.set(tokens.subarray(text * length * width, text * length * width + width), to);
      continue;
    }
    let tokenCount = 0;
    for (let token = 0; token < length; token++) {
      if (Number(mask[text * length + token]) === 0) continue;
      tokenCount++;
      const from = (text * length + token) * width;
      for (let i = 0; i < width; i++) pooled[to + i] += tokens[from + i];
    }
    if (tokenCount > 0) for (let i = to; i < to + width; i++) pooled[i] /= tokenCount;
  }
  return pooled;
}

/** How far the length of a vector that the graph normalized may be from 1: float32 and half-precision rounding. */
const LENGTH_TOLERANCE = 1e-3;

/**
 * Makes a model's output for a text a unit vector, in place. The zero vector stays zero.
 *
 * @throws PaperfieldError model, if it contains NaN or infinity, or if it is not normalized although the card says that
 *   the graph does it: such a vector cannot be compared by cosine
 */
export function toUnitVector(vector: Float32Array, { name, normalize }: ModelCard, text: string): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const fault = (what: string) =>
    new PaperfieldError('model', `model ${name} ${what} for the text that begins ${JSON.stringify(text.slice(0, 60))}`);
  if (!Number.isFinite(squares)) throw fault('gives a vector with NaN or infinity in it');
  if (normalize) {
    normalizeRows(vector, vector.length);
    return;
  }
  const length = Math.sqrt(squares);
  if (squares !== 0 && Math.abs(length - 1) > LENGTH_TOLERANCE) {
    throw fault(`gives a vector of length ${length.toPrecision(4)}, not 1 as its card says ("normalize": false)`);
  }
}
