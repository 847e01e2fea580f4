/** The layout of the map: a position for every paper, from the kNN graph. */
import { createSeededRandom, type Random, sampleRows } from '../core/algorithms/random.ts';
import { type CooperativeTask, processInChunks, runAsPortion } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import { runInWorker } from '../runtime/worker-thread.ts';
import { fuzzySimplicialSet } from './fuzzy-simplicial-set.ts';
import type { LayoutAlgorithm, LayoutAlgorithmName, LayoutTask } from './layout-algorithm.ts';
import { centerAndScale, spreadDuplicates } from './normalize-positions.ts';
import { startPositionsAmongNeighbors } from './place-new-papers.ts';
import { layOutWithUmap } from './umap.ts';

/** Power iterations for each principal component: it need not be exact to be a good start of a layout. */
const ITERATIONS = 30;
/** Principal components are computed from a sample of at most this many rows: they are nearly those of all rows. */
const MAX_SAMPLE = 4_000;

/**
 * Projects vectors on their first two principal components, by power iteration with deflation on the centered vectors.
 * Signs are fixed (the largest coordinate of a component is positive), so that equal vectors give an equal plane. Where
 * there is no variance, coordinates are 0. If there are more than 4,000 vectors, the components are those of a sample.
 */
export function* pcaPlane(vectors: Vectors, seed: number): CooperativeTask<MapPositions> {
  const random = createSeededRandom(seed);
  const sample = sampleOf(vectors, random);
  const mean = meanOf(sample);
  const first = yield* runAsPortion(principalComponent(sample, mean, undefined, random), 0, 0.4);
  const second = yield* runAsPortion(principalComponent(sample, mean, first, random), 0.4, 0.8);
  return {
    x: yield* runAsPortion(projectOnto(vectors, mean, first), 0.8, 0.9),
    y: yield* runAsPortion(projectOnto(vectors, mean, second), 0.9, 1),
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

/**
 * The first principal component of vectors, or the second one, as a unit vector; zero if there is no variance.
 *
 * @param orthogonalTo the first component, to get the second one
 */
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
    const coordinates = yield* runAsPortion(projection, iteration / ITERATIONS, (iteration + 1) / ITERATIONS);
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

/** The coordinate of each row, minus the mean, along a unit vector. */
function* projectOnto(
  { count, dimensions, data }: Vectors,
  mean: Float64Array,
  unit: Float64Array,
): CooperativeTask<Float32Array> {
  const coordinates = new Float32Array(count);
  yield* processInChunks(count, (from, to) => {
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

/**
 * Up to this many rows a layout runs on the main thread: starting a worker thread would take longer than the layout.
 */
const MAX_ROWS_WITHOUT_WORKER = 500;

/** Loads the layout algorithm with a given name. The library `umap-js` is imported only if it is asked for. */
export async function loadLayoutAlgorithm(name: LayoutAlgorithmName): Promise<LayoutAlgorithm> {
  return name === 'umap-js' ? (await import('./umap-js.ts')).layOutWithUmapJs : layOutWithUmap;
}

interface NamedLayout {
  readonly layoutAlgorithm: LayoutAlgorithmName;
  readonly task: LayoutTask;
}

/**
 * Loads the layout algorithm of a layout and returns the task that computes the positions. Exported because the
 * worker thread finds this function by its name.
 */
export async function startLayout({ layoutAlgorithm, task }: NamedLayout): Promise<CooperativeTask<MapPositions>> {
  return (await loadLayoutAlgorithm(layoutAlgorithm))(task);
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
    return runBuildTask(await startLayout(layout), signal, onProgress);
  }
  return runInWorker({ module: new URL(import.meta.url), run: startLayout, input: layout }, onProgress, signal);
}

export interface LayoutOptions {
  readonly layoutAlgorithm: LayoutAlgorithmName;
  /** UMAP's min_dist: how close two papers may come, in layout units. */
  readonly minDist: number;
  /** Number of random papers that repel a paper each time an edge has attracted it. */
  readonly negativeSampleRate: number;
  /** Number of epochs; 0 means that it depends on the number of papers. */
  readonly epochs: number;
  readonly seed: number;
  /** Positions on a previous map, from which the layout starts. Papers without one start among their neighbors. */
  readonly start?: KnownPositions | undefined;
}

/** With fewer papers than this, the map is their PCA plane: a layout by attraction and repulsion would be arbitrary. */
const MIN_PAPERS_FOR_LAYOUT = 8;
/** Half the width of the map, and of the layout's start, in map units. */
const MAP_RADIUS = 10;
/**
 * Learning rate of a layout that starts from a previous map: large enough to make room for new papers, too small to
 * turn the map over.
 */
const RESTART_LEARNING_RATE = 0.25;

/** Computes a position for every paper: finite for any input, and equal for equal input and seed. */
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
  if (start?.known.includes(1)) return startPositionsAmongNeighbors(fuzzySimplicialSet(graph), start);
  const plane = await runBuildTask(pcaPlane(vectors, seed), signal);
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
  const { layoutAlgorithm, minDist, negativeSampleRate, seed } = options;
  const epochs = options.epochs || defaultEpochs(graph.count);
  const progress = effects.startProgress('map', epochs);
  const isRestart = options.start?.known.includes(1) ?? false;
  const learningRate = isRestart ? RESTART_LEARNING_RATE : 1;
  const reason = options.epochs ? 'set by the option' : `the default for ${graph.count} papers`;
  const startedFrom = isRestart ? 'the previous positions' : 'the PCA plane';
  effects.debug(`map layout: ${epochs} epochs (${reason}) of ${layoutAlgorithm}, starting from ${startedFrom}`);
  const task = { graph, start, epochs, minDist, negativeSampleRate, learningRate, seed };
  const onProgress = (share: number) => progress.update(Math.round(share * epochs));
  const positions = await runLayout({ layoutAlgorithm, task }, onProgress, effects.signal);
  progress.finish(`${epochs} epochs`);
  return positions;
}

/** The default number of epochs: fewer papers need more epochs to converge, and an epoch of few papers is fast. */
function defaultEpochs(count: number): number {
  if (count <= 5_000) return 500;
  return count <= 50_000 ? 300 : 200;
}
