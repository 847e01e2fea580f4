import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import { exactNeighbors, type Vectors, vectorAt } from '../../pipeline/core/vectors.ts';

/** The true kNN graph of vectors, with `most` neighbors a row or as many as there are. */
export function exactGraph(vectors: Vectors, most: number): KnnGraph {
  const { count } = vectors;
  const k = Math.max(0, Math.min(most, count - 1));
  const nearest = Array.from({ length: count }, (_, row) => exactNeighbors(vectors, vectorAt(vectors, row), k, row));
  return {
    count,
    k,
    rows: Int32Array.from(nearest.flatMap(({ rows }) => [...rows])),
    similarities: Float32Array.from(nearest.flatMap(({ similarities }) => [...similarities])),
  };
}
