import type { KnnGraph } from '../core/knn-graph.ts';
import type { Projection } from '../core/map-positions.ts';

/** The ways to lay a graph out. */
export const projectorNames = ['kernel', 'umap-js'] as const;
export type ProjectorName = (typeof projectorNames)[number];

export interface LayoutTask {
  /** Of at least three rows. */
  readonly graph: KnnGraph;
  /** Where the rows start, finite, within ±10 or so; not changed. */
  readonly start: Projection;
  readonly epochs: number;
  /** How close two rows may come, in the layout's units. */
  readonly minDist: number;
  /** Random rows that push a row away each time a neighbor has pulled it. */
  readonly negativeSampleRate: number;
  /** The length of the first steps, 1 as in UMAP; less keeps the start's shape. */
  readonly rate: number;
  readonly seed: number;
}

/**
 * Lays a graph out as UMAP does (McInnes, Healy & Melville, 2018), in one go, on the thread that calls it.
 *
 * @param onEpoch told after each round how many are done; may throw to stop
 * @returns finite places; equal tasks give equal places
 */
export type Projector = (task: LayoutTask, onEpoch: (done: number) => void) => Projection;

/** The projector of a name; a library is loaded when it is the one that is asked for. */
export async function openProjector(name: ProjectorName): Promise<Projector> {
  if (name === 'umap-js') return (await import('./umap-js.ts')).projectByUmapJs;
  return (await import('./umap-projector.ts')).projectByKernel;
}
