import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPlaces, Projection } from '../core/map-positions.ts';
import type { Vectors } from '../core/vectors.ts';
import { inSteps } from '../runtime/scheduling.ts';
import { runThread } from '../runtime/worker-thread.ts';
import { fuzzyGraph } from './fuzzy-graph.ts';
import { startAmongNeighbors } from './out-of-sample.ts';
import { principalPlaneInSteps } from './principal-plane.ts';
import { type LayoutTask, openProjector, type ProjectorName } from './projector.ts';
import { scaleToRadius, separateEqualPlaces } from './scale.ts';

/** Up to so many rows a thread would take longer to start than the layout does. */
const HERE_UP_TO = 500;

/**
 * Lays a graph out, a large one on a thread of its own. The places are the same either way.
 *
 * @param onEpoch told after each round how many are done
 * @param signal stops the layout: it is rejected with the signal's reason, and no further round is told
 */
export async function layOutAside(
  name: ProjectorName,
  task: LayoutTask,
  onEpoch: (done: number) => void,
  signal: AbortSignal,
): Promise<Projection> {
  signal.throwIfAborted();
  if (task.graph.count <= HERE_UP_TO) {
    const project = await openProjector(name);
    return project(task, (done) => {
      onEpoch(done);
      signal.throwIfAborted();
    });
  }
  const file = new URL('./layout-worker.mjs', import.meta.url);
  return runThread({ file, name: 'layout', task: { name, task } }, onEpoch, signal);
}

/** Places on the map from the kNN graph (McInnes, Healy & Melville, UMAP, 2018). */

export interface ProjectOptions {
  readonly projector: ProjectorName;
  /** How close UMAP may put two papers, in the layout's units. */
  readonly minDist: number;
  /** Random papers that push a paper away each time a neighbor has pulled it. */
  readonly negativeSampleRate: number;
  /** Rounds of the layout; 0 lets their number follow from the number of papers. */
  readonly epochs: number;
  readonly seed: number;
  /** Where papers were on a previous map: the layout starts from there, the others among their neighbors. */
  readonly start?: KnownPlaces | undefined;
}

/** With fewer papers a layout by attraction and repulsion has nothing to hold on to; their principal plane is the map. */
const TOO_FEW = 8;
/** Half the width of the layout's start, and of the map. */
const MAP_RADIUS = 10;
/** The first steps of a layout that starts from a previous map: long enough to make room, too short to turn it over. */
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
  const { projector, minDist, negativeSampleRate, seed } = options;
  const epochs = options.epochs || epochsFor(graph.count);
  const progress = effects.begin('map', epochs);
  const rate = options.start?.known.includes(1) ? RESTART_RATE : 1;
  const task = { graph, start, epochs, minDist, negativeSampleRate, rate, seed };
  const placed = await layOutAside(projector, task, progress.at, effects.signal);
  progress.end(`${epochs} rounds`);
  return placed;
}

/** Few papers need more rounds to find their places, and have the time. */
function epochsFor(count: number): number {
  if (count <= 5_000) return 500;
  return count <= 50_000 ? 300 : 200;
}
