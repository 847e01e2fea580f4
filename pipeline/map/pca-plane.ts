import { type Random, sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { type CooperativeTask, inChunks, portion } from '../core/cooperative.ts';
import type { MapPositions } from '../core/map-positions.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';

/** Power iterations: the two components need not be exact to be a good start of a layout. */
const ITERATIONS = 30;
/** Rows that the components are computed from: they are nearly those of all rows. */
const MAX_SAMPLE = 4_000;

/**
 * Projects vectors on their first two principal components, by power iteration with deflation on the centered vectors.
 * Signs are fixed (the largest coordinate of a component is positive), so that equal vectors give an equal plane. Where
 * there is no variance, coordinates are 0. The components of many vectors are those of a sample.
 */
export function* pcaPlane(vectors: Vectors, seed: number): CooperativeTask<MapPositions> {
  const random = seededRandom(seed);
  const sample = sampleOf(vectors, random);
  const mean = meanOf(sample);
  const first = yield* portion(principalComponent(sample, mean, undefined, random), 0, 0.4);
  const second = yield* portion(principalComponent(sample, mean, first, random), 0.4, 0.8);
  return {
    x: yield* portion(projectOnto(vectors, mean, first), 0.8, 0.9),
    y: yield* portion(projectOnto(vectors, mean, second), 0.9, 1),
  };
}

function sampleOf(vectors: Vectors, random: Random): Vectors {
  if (vectors.count <= MAX_SAMPLE) return vectors;
  const sample = allocateVectors(MAX_SAMPLE, vectors.dimensions);
  sampleRows(vectors.count, MAX_SAMPLE, random).forEach((row, at) => {
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

/** @param orthogonalTo the first component, when the second is wanted */
function* principalComponent(
  vectors: Vectors,
  mean: Float64Array,
  orthogonalTo: Float64Array | undefined,
  random: Random,
): CooperativeTask<Float64Array> {
  const { dimensions, data, count } = vectors;
  let component = Float64Array.from({ length: dimensions }, () => random() - 0.5);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    if (orthogonalTo) subtractProjection(component, orthogonalTo);
    if (!normalize(component)) return new Float64Array(dimensions);
    const projection = projectOnto(vectors, mean, component);
    const coordinates = yield* portion(projection, iteration / ITERATIONS, (iteration + 1) / ITERATIONS);
    const next = new Float64Array(dimensions);
    for (let row = 0, at = 0; row < count; row++) {
      for (let i = 0; i < dimensions; i++, at++) next[i] += coordinates[row] * (data[at] - mean[i]);
    }
    component = next;
  }
  if (orthogonalTo) subtractProjection(component, orthogonalTo);
  if (!normalize(component)) return new Float64Array(dimensions);
  let largest = 0;
  for (let i = 1; i < dimensions; i++) if (Math.abs(component[i]) > Math.abs(component[largest])) largest = i;
  if (component[largest] < 0) for (let i = 0; i < dimensions; i++) component[i] = -component[i];
  return component;
}

/** The coordinate of each row along a unit vector. */
function* projectOnto(
  { count, dimensions, data }: Vectors,
  mean: Float64Array,
  unit: Float64Array,
): CooperativeTask<Float32Array> {
  const coordinates = new Float32Array(count);
  yield* inChunks(count, (from, to) => {
    for (let row = from, at = from * dimensions; row < to; row++) {
      let sum = 0;
      for (let i = 0; i < dimensions; i++, at++) sum += (data[at] - mean[i]) * unit[i];
      coordinates[row] = sum;
    }
  });
  return coordinates;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i] * unit[i];
  for (let i = 0; i < vector.length; i++) vector[i] -= dot * unit[i];
}

/** Scales to unit length in place; false for a vector too short to have a direction. */
function normalize(vector: Float64Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 1e-9)) return false;
  for (let i = 0; i < vector.length; i++) vector[i] /= length;
  return true;
}
