import { type Random, sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { finished, type Steps } from '../core/cooperative.ts';
import type { Projection } from '../core/map-positions.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';

/** Power iterations; the two leading directions need not be exact to be a good start. */
const ITERATIONS = 30;
/** Directions of a sample of so many papers are those of all of them, near enough. */
const SAMPLE = 4_000;
/** Rows between two steps: some milliseconds. */
const ROWS_A_STEP = 2048;

/**
 * The papers on their two directions of greatest variance, by power iteration with deflation on the centered vectors.
 * The signs are fixed (the largest component of a direction is positive), so that equal vectors give an equal plane.
 * Variance that is not there gives zeros. Of many papers a sample says what the directions are.
 */
export function principalPlane(vectors: Vectors, seed: number): Projection {
  return finished(principalPlaneInSteps(vectors, seed));
}

/** The same in steps of some milliseconds. */
export function* principalPlaneInSteps(vectors: Vectors, seed: number): Steps<Projection> {
  const random = seededRandom(seed);
  const sample = sampleOf(vectors, random);
  const mean = meanOf(sample);
  const first = yield* leadingDirection(sample, mean, undefined, random);
  const second = yield* leadingDirection(sample, mean, first, random);
  return { x: yield* projectOn(vectors, mean, first), y: yield* projectOn(vectors, mean, second) };
}

function sampleOf(vectors: Vectors, random: Random): Vectors {
  if (vectors.count <= SAMPLE) return vectors;
  const sample = allocateVectors(SAMPLE, vectors.dimensions);
  sampleRows(vectors.count, SAMPLE, random).forEach((row, at) => {
    vectorAt(sample, at).set(vectorAt(vectors, row));
  });
  return sample;
}

function meanOf({ count, dimensions, data }: Vectors): Float64Array {
  const mean = new Float64Array(dimensions);
  for (let at = 0; at < data.length; at++) mean[at % dimensions] += data[at];
  for (let i = 0; i < dimensions; i++) mean[i] /= Math.max(1, count);
  return mean;
}

function* leadingDirection(
  vectors: Vectors,
  mean: Float64Array,
  except: Float64Array | undefined,
  random: Random,
): Steps<Float64Array> {
  const { dimensions, data, count } = vectors;
  let direction = Float64Array.from({ length: dimensions }, () => random() - 0.5);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    if (except) subtractProjection(direction, except);
    if (!normalize(direction)) return new Float64Array(dimensions);
    const shadows = yield* projectOn(vectors, mean, direction);
    const next = new Float64Array(dimensions);
    for (let row = 0, at = 0; row < count; row++) {
      for (let i = 0; i < dimensions; i++, at++) next[i] += shadows[row] * (data[at] - mean[i]);
    }
    direction = next;
  }
  if (except) subtractProjection(direction, except);
  if (!normalize(direction)) return new Float64Array(dimensions);
  let largest = 0;
  for (let i = 1; i < dimensions; i++) if (Math.abs(direction[i]) > Math.abs(direction[largest])) largest = i;
  if (direction[largest] < 0) for (let i = 0; i < dimensions; i++) direction[i] = -direction[i];
  return direction;
}

function* projectOn(
  { count, dimensions, data }: Vectors,
  mean: Float64Array,
  direction: Float64Array,
): Steps<Float32Array> {
  const shadows = new Float32Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    if (row % ROWS_A_STEP === 0) yield row / count;
    let sum = 0;
    for (let i = 0; i < dimensions; i++, at++) sum += (data[at] - mean[i]) * direction[i];
    shadows[row] = sum;
  }
  return shadows;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i] * unit[i];
  for (let i = 0; i < vector.length; i++) vector[i] -= dot * unit[i];
}

/** False for a vector too short to have a direction. */
function normalize(vector: Float64Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 1e-9)) return false;
  for (let i = 0; i < vector.length; i++) vector[i] /= length;
  return true;
}
