/** Places on the map from the kNN graph (McInnes, Healy & Melville, UMAP, 2018). */
import type { Effects } from '../core/effects.ts';
import { fuzzyGraph } from '../core/fuzzy-graph.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { scaleToRadius, separateEqualPlaces } from '../core/map-frame.ts';
import { startAmongNeighbors } from '../core/place.ts';
import { principalPlaneInSteps } from '../core/principal-plane.ts';
import type { KnownPlaces, Projection } from '../core/projection.ts';
import type { Vectors } from '../core/vectors.ts';
import { inSteps } from './pause.ts';
import { layOutAside } from './projectors/layout-thread.ts';
import type { ProjectorName } from './projectors/projector.ts';

export interface ProjectOptions {
  readonly projector: ProjectorName;
  /** How close UMAP may put two papers, in the layout's units. */
  readonly minDist: number;
  /** Random papers that push a paper away each time a neighbour has pulled it. */
  readonly negatives: number;
  /** Rounds of the layout; 0 lets their number follow from the number of papers. */
  readonly epochs: number;
  readonly seed: number;
  /** Where papers were on a former map: the layout starts from there, the others among their neighbours. */
  readonly start?: KnownPlaces | undefined;
}

/** With fewer papers a layout by attraction and repulsion has nothing to hold on to; their principal plane is the map. */
const TOO_FEW = 8;
/** Half the width of the layout's start, and of the map. */
const MAP_RADIUS = 10;
/** The first steps of a layout that starts from a former map: long enough to make room, too short to turn it over. */
const RESTART_RATE = 0.25;

/** A place for every paper, finite whatever the input; equal input and seed give equal places. */
export async function projectPapers(
  vectors: Vectors,
  graph: KnnGraph,
  options: ProjectOptions,
  effects: Effects,
): Promise<Projection> {
  const start = await startOf(vectors, graph, options, effects);
  const placed = vectors.count < TOO_FEW ? start : await layOut(start, graph, options, effects);
  scaleToRadius(placed, MAP_RADIUS);
  return placed;
}

async function startOf(
  vectors: Vectors,
  graph: KnnGraph,
  { start, seed }: ProjectOptions,
  { signal }: Effects,
): Promise<Projection> {
  if (start?.known.includes(1)) return startAmongNeighbors(fuzzyGraph(graph), start);
  const plane = await inSteps(principalPlaneInSteps(vectors, seed), () => undefined, signal);
  scaleToRadius(plane, MAP_RADIUS);
  separateEqualPlaces(plane);
  return plane;
}

async function layOut(start: Projection, graph: KnnGraph, options: ProjectOptions, effects: Effects) {
  const { projector, minDist, negatives, seed } = options;
  const epochs = options.epochs || epochsFor(graph.count);
  const progress = effects.begin('map', epochs);
  const rate = options.start?.known.includes(1) ? RESTART_RATE : 1;
  const task = { graph, start, epochs, minDist, negatives, rate, seed };
  const placed = await layOutAside(projector, task, progress.at, effects.signal);
  progress.end(`${epochs} rounds`);
  return placed;
}

/** Few papers need more rounds to find their places, and have the time. */
function epochsFor(count: number): number {
  if (count <= 5_000) return 500;
  return count <= 50_000 ? 300 : 200;
}
