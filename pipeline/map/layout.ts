/** The layout of the map: a position for every paper, from the kNN graph. */
import type { CooperativeTask } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import type { Vectors } from '../core/vectors.ts';
import { runInBuild } from '../runtime/scheduling.ts';
import { runInWorker } from '../runtime/worker-thread.ts';
import { fuzzySimplicialSet } from './fuzzy-simplicial-set.ts';
import { startAmongNeighbors } from './out-of-sample.ts';
import { pcaPlane } from './pca-plane.ts';
import { centerAndScale, spreadDuplicates } from './positions.ts';
import type { LayoutTask, Projector, ProjectorName } from './projector.ts';
import { projectByUmap } from './umap.ts';

/** Up to this many rows a worker thread takes longer to start than the layout takes. */
const MAX_ROWS_WITHOUT_WORKER = 500;

/** The projector of that name; loads the library of `umap-js` only if it is used. */
export async function openProjector(name: ProjectorName): Promise<Projector> {
  return name === 'umap-js' ? (await import('./umap-js.ts')).projectByUmapJs : projectByUmap;
}

interface NamedLayout {
  readonly projector: ProjectorName;
  readonly task: LayoutTask;
}

/** Begins a layout. Exported for the worker thread, which finds it by its name. */
export async function openLayout({ projector, task }: NamedLayout): Promise<CooperativeTask<MapPositions>> {
  return (await openProjector(projector))(task);
}

/**
 * Runs a layout, a large one in a worker thread. The positions are the same either way.
 *
 * @param onProgress is given the share of the epochs that are done, after each epoch
 * @throws the signal's reason if it is aborted; no further progress is reported then
 */
export async function runLayout(
  layout: NamedLayout,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<MapPositions> {
  if (layout.task.graph.count <= MAX_ROWS_WITHOUT_WORKER) {
    signal.throwIfAborted();
    return runInBuild(await openLayout(layout), signal, onProgress);
  }
  return runInWorker({ module: new URL(import.meta.url), run: openLayout, input: layout }, onProgress, signal);
}

export interface LayoutOptions {
  readonly projector: ProjectorName;
  /** UMAP's min_dist: how close two papers may come, in layout units. */
  readonly minDist: number;
  /** Random papers that repel a paper each time an edge has attracted it. */
  readonly negativeSampleRate: number;
  /** 0 means that the number of epochs depends on the number of papers. */
  readonly epochs: number;
  readonly seed: number;
  /** Positions on a previous map, which the layout starts from; the other papers start among their neighbors. */
  readonly start?: KnownPositions | undefined;
}

/** With fewer papers a layout by attraction and repulsion is arbitrary: the map is their PCA plane. */
const MIN_PAPERS_FOR_LAYOUT = 8;
/** Half the width of the map, and of the layout's start, in map units. */
const MAP_RADIUS = 10;
/** Learning rate of a layout that starts from a previous map: large enough to make room, too small to turn the map over. */
const RESTART_LEARNING_RATE = 0.25;

/** A position for every paper: finite for any input, and equal for equal input and seed. */
export async function layOutPapers(
  vectors: Vectors,
  graph: KnnGraph,
  options: LayoutOptions,
  effects: Effects,
): Promise<MapPositions> {
  const start = await startPositions(vectors, graph, options, effects.signal);
  const positions = vectors.count < MIN_PAPERS_FOR_LAYOUT ? start : await layOut(start, graph, options, effects);
  centerAndScale(positions, MAP_RADIUS);
  return positions;
}

async function startPositions(
  vectors: Vectors,
  graph: KnnGraph,
  { start, seed }: LayoutOptions,
  signal: AbortSignal,
): Promise<MapPositions> {
  if (start?.known.includes(1)) return startAmongNeighbors(fuzzySimplicialSet(graph), start);
  const plane = await runInBuild(pcaPlane(vectors, seed), signal);
  centerAndScale(plane, MAP_RADIUS);
  spreadDuplicates(plane);
  return plane;
}

async function layOut(
  start: MapPositions,
  graph: KnnGraph,
  options: LayoutOptions,
  effects: Effects,
): Promise<MapPositions> {
  const { projector, minDist, negativeSampleRate, seed } = options;
  const epochs = options.epochs || defaultEpochs(graph.count);
  const progress = effects.startProgress('map', epochs);
  const isRestart = options.start?.known.includes(1) ?? false;
  const learningRate = isRestart ? RESTART_LEARNING_RATE : 1;
  const reason = options.epochs ? 'set by the option' : `the default for ${graph.count} papers`;
  const startedFrom = isRestart ? 'the previous positions' : 'the PCA plane';
  effects.debug(`map layout: ${epochs} epochs (${reason}) of ${projector}, starting from ${startedFrom}`);
  const task = { graph, start, epochs, minDist, negativeSampleRate, learningRate, seed };
  const onProgress = (share: number) => progress.update(Math.round(share * epochs));
  const positions = await runLayout({ projector, task }, onProgress, effects.signal);
  progress.finish(`${epochs} epochs`);
  return positions;
}

/** Few papers need more epochs to converge, and have the time. */
function defaultEpochs(count: number): number {
  if (count <= 5_000) return 500;
  return count <= 50_000 ? 300 : 200;
}
