import { PaperfieldError } from '../../core/errors.ts';
import { normalizeRows } from '../../core/vectors.ts';
import type { ModelCard } from './embedder.ts';

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
