import { buildKdTree } from '../../pipeline/core/algorithms/kd-tree.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import { roundTo } from '../../pipeline/core/round.ts';
import { RECALL_MAP_NEIGHBORS, RECALL_NEIGHBORS } from '../../pipeline/map/quality.ts';
import { createLazyTask, type LazyTask } from '../../pipeline/runtime/lazy-task.ts';
import type { PaperResponse } from '../schemas/papers.ts';

interface NeighborSource {
  readonly graph: KnnGraph;
  readonly map: MapPositions;
  paper(row: number): { readonly id: string; readonly title: string };
}

export interface PaperNeighbors extends Pick<LazyTask<unknown>, 'advance'> {
  /** The nearest papers of a row, and which of them are its map neighbors. The share of those is its neighbor recall. */
  of(row: number): Promise<PaperResponse['neighbors']>;
}

/** Finding map neighbors needs a k-d tree of all positions, which is built in idle time or on first use. */
export function createPaperNeighbors({ graph, map, paper }: NeighborSource): PaperNeighbors {
  const count = Math.min(graph.k, RECALL_NEIGHBORS);
  const tree = createLazyTask(() => buildKdTree(map));
  return {
    async of(row) {
      const mapNeighbors = new Set((await tree.ready()).nearest(row, RECALL_MAP_NEIGHBORS));
      return Array.from({ length: count }, (_, i) => {
        const at = row * graph.k + i;
        const neighbor = graph.neighbors[at];
        const { id, title } = paper(neighbor);
        return {
          id,
          title,
          similarity: roundTo(graph.similarities[at], 4),
          isMapNeighbor: mapNeighbors.has(neighbor),
        };
      });
    },
    advance: tree.advance,
  };
}
