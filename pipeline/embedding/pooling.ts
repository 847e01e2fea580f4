import { PaperfieldError } from '../core/errors.ts';
import { normalizeRows } from '../core/vectors.ts';
import type { ModelCard } from './embedder.ts';

/**
 * One vector a text from its token vectors.
 *
 * @param tokens `count` × `length` × `width` float32, as a transformer's `last_hidden_state`
 * @param mask `count` × `length`, 1 for a token and 0 for padding
 * @param pooling `cls`: the first token's vector. `mean`: the mean over the tokens that are not padding (Reimers &
 *   Gurevych, Sentence-BERT, 2019); a text without tokens gives the zero vector
 * @returns `count` × `width`, not normalized
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
    let kept = 0;
    for (let token = 0; token < length; token++) {
      if (Number(mask[text * length + token]) === 0) continue;
      kept++;
      const from = (text * length + token) * width;
      for (let i = 0; i < width; i++) pooled[to + i] += tokens[from + i];
    }
    if (kept > 0) for (let i = to; i < to + width; i++) pooled[i] /= kept;
  }
  return pooled;
}

/** How far from 1 the length of a vector may be that the graph itself has scaled. */
const LENGTH_TOLERANCE = 1e-3;

/**
 * Makes what a model gave for a text a unit vector, in place; a zero vector stays zero.
 *
 * @throws PaperfieldError model, where it holds something that is no number, or has another length than its card
 *   promises: neither could be compared with anything
 */
export function finishVector(vector: Float32Array, { name, normalize }: ModelCard, text: string): void {
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
