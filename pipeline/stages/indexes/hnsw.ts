/** The one door to hnswlib: approximate nearest neighbours (Malkov & Yashunin, HNSW, 2016) over unit vectors. */
import hnswlib from 'hnswlib-node';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import { type Neighbors, type Vectors, vectorAt } from '../../core/vectors.ts';
import { hnswHeaderFault } from './hnsw-header.ts';
import { leadingPart, reranked } from './reranked.ts';

export interface HnswOptions {
  /** Links a node keeps on each layer; layer 0 keeps twice as many. */
  readonly m: number;
  /** Candidates looked at while a node is placed. */
  readonly efConstruction: number;
  readonly seed: number;
  /** So many of the first dimensions are indexed, all of them where it is absent; see `reranked`. */
  readonly leading?: number | undefined;
}

/** Nearest rows to a vector. */
export interface NeighborIndex {
  readonly count: number;
  /**
   * The `k` rows most similar to `query`, the most similar first, equal ones by row; fewer where the index holds fewer.
   *
   * @param ef candidates looked at: larger finds more of the true neighbours and takes longer; at least k is used
   * @param mask one byte a row: rows with 0 are passed over on the way, and are no candidates
   */
  search(query: Float32Array, k: number, ef: number, mask?: Uint8Array): Neighbors;
  /** Writes it to a file, in its library's own format; the process goes on meanwhile. */
  save(path: string): Promise<void>;
}

/** An index that takes its vectors in by and by. */
export interface GrowingIndex {
  /** Takes in the rows up to this one, without it. */
  growTo(row: number): void;
  /** The index over the rows that are in it. */
  finished(): NeighborIndex;
}

/** Begins an index; label = row. One thread and a seed: equal vectors give an equal index, however many come at a time. */
export function beginHnsw(vectors: Vectors, options: HnswOptions): GrowingIndex {
  const leading = Math.min(options.leading ?? vectors.dimensions, vectors.dimensions);
  const index = new hnswlib.HierarchicalNSW('ip', leading);
  index.initIndex(Math.max(1, vectors.count), options.m, options.efConstruction, options.seed);
  let next = 0;
  return {
    growTo(row) {
      for (; next < row; next++) index.addPoint(Array.from(leadingPart(vectorAt(vectors, next), leading)), next);
    },
    finished: () => reranked(wrap(index), vectors, leading),
  };
}

/** Builds the index over all vectors in one go. */
export function buildHnsw(vectors: Vectors, options: HnswOptions): NeighborIndex {
  const index = beginHnsw(vectors, options);
  index.growTo(vectors.count);
  return index.finished();
}

/**
 * Reads an index on a thread of its library's.
 *
 * @throws PaperfieldError corrupt, where the file is missing, damaged, or of other vectors
 */
export async function openHnsw(path: string, count: number, dimensions: number): Promise<NeighborIndex> {
  const index = new hnswlib.HierarchicalNSW('ip', dimensions);
  try {
    const fault = hnswHeaderFault(path, count, dimensions);
    if (fault) throw new PaperfieldError('corrupt', fault);
    await index.readIndex(path);
  } catch (error) {
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${messageOf(error)}); build again`, {
      cause: error,
    });
  }
  if (index.getCurrentCount() !== count) {
    throw new PaperfieldError(
      'corrupt',
      `${path}: holds ${index.getCurrentCount()} vectors, expected ${count}; build again`,
    );
  }
  return wrap(index);
}

function wrap(index: hnswlib.HierarchicalNSW): NeighborIndex {
  const count = index.getCurrentCount();
  return {
    count,
    search(query, k, ef, mask) {
      const most = Math.min(k, count);
      if (most === 0) return { rows: new Int32Array(0), similarities: new Float32Array(0) };
      index.setEf(Math.max(ef, most));
      const { neighbors, distances } = index.searchKnn(Array.from(query), most, mask && ((row) => mask[row] !== 0));
      // Distance is 1 − dot product; similarity from here on. The library's order among equals is its own.
      const order = neighbors
        .map((_, i) => i)
        .sort((a, b) => distances[a] - distances[b] || neighbors[a] - neighbors[b]);
      return {
        rows: Int32Array.from(order, (i) => neighbors[i]),
        similarities: Float32Array.from(order, (i) => 1 - distances[i]),
      };
    },
    async save(path) {
      await index.writeIndex(path);
    },
  };
}
