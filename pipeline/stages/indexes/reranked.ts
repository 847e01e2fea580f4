import { type ComparedVectors, similarityOf } from '../../core/compact-vectors.ts';
import { ranking } from '../../core/fusion.ts';
import type { NeighborIndex } from './hnsw.ts';

/**
 * So many more than asked for are taken from the leading dimensions. Of the ten true neighbours among 20,000 papers, half
 * of the embedded model's dimensions have 98.7 % in their first 50 and 99.9 % in their first 100.
 */
const SPARE = 96;
/** Where more than that many are asked for anyway, fewer do: what is missed stands at the end. */
const LEAST_SPARE = 32;

function sparing(k: number): number {
  return Math.max(k + LEAST_SPARE, Math.min(k, SPARE) + SPARE);
}

/** The first dimensions of a vector, scaled to unit length; a zero vector stays zero. */
export function leadingPart(vector: Float32Array, dimensions: number): Float32Array {
  if (dimensions >= vector.length) return vector;
  const part = vector.slice(0, dimensions);
  let squares = 0;
  for (const component of part) squares += component * component;
  if (squares === 0) return part;
  const scale = 1 / Math.sqrt(squares);
  return part.map((component) => component * scale);
}

/**
 * An index over the leading dimensions, with its answers put in order by the whole vectors. The index takes half the
 * memory and half the time, and what it lacks in precision the second look gives back.
 *
 * @param index over `leadingPart(vector, leading)` of each of `vectors`
 */
export function reranked(index: NeighborIndex, vectors: ComparedVectors, leading: number): NeighborIndex {
  if (leading >= vectors.dimensions) return index;
  return {
    count: index.count,
    search(query, k, ef, mask) {
      const { rows } = index.search(leadingPart(query, leading), sparing(k), ef, mask);
      const similarities = Float32Array.from(rows, (row) => similarityOf(vectors, row, query));
      const order = ranking(rows, similarities).subarray(0, k);
      return {
        rows: Int32Array.from(order, (at) => rows[at]),
        similarities: Float32Array.from(order, (at) => similarities[at]),
      };
    },
    save: index.save,
  };
}
