import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Projection } from '../../pipeline/core/map-positions.ts';
import { mapNeighborsInSteps } from '../../pipeline/map/map-neighbors.ts';
import { NEAR, NEIGHBORS } from '../../pipeline/map/quality.ts';
import { openAhead } from '../../pipeline/runtime/lazy-task.ts';
import type { PaperAnswer } from '../schemas/search.ts';

interface NeighborSource {
  readonly graph: KnnGraph;
  readonly map: Projection;
  paper(row: number): { readonly id: string; readonly title: string };
}

/**
 * A function that tells the papers nearest to a row's, and which of them the map keeps near: the share of those is the
 * trust of its place. Places are sorted before the first answer.
 */
export function openNeighbors({ graph, map, paper }: NeighborSource) {
  const wanted = Math.min(graph.k, NEIGHBORS);
  const places = openAhead(() => mapNeighborsInSteps(map));
  const of = async (row: number): Promise<PaperAnswer['neighbors']> => {
    const near = new Set((await places.ready()).nearest(row, NEAR));
    return Array.from({ length: wanted }, (_, i) => {
      const at = row * graph.k + i;
      const { id, title } = paper(graph.rows[at]);
      return {
        id,
        title,
        similarity: Math.round(graph.similarities[at] * 1e4) / 1e4,
        isNear: near.has(graph.rows[at]),
      };
    });
  };
  return { of, step: places.step };
}
