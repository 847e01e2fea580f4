/** The layout of the map: a position for every paper, from the kNN graph. */
import { type Random, sampleRows, seededRandom } from '../core/algorithms/random.ts';
import { type CooperativeTask, inChunks, runAsPortion } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';
import { runInBuild } from '../runtime/scheduling.ts';
import { runInWorker } from '../runtime/worker-thread.ts';
import { fuzzySimplicialSet } from './fuzzy-simplicial-set.ts';
import { startAmongNeighbors } from './out-of-sample.ts';
import { centerAndScale, spreadDuplicates } from './positions.ts';
import type { LayoutTask, Projector, ProjectorName } from './projector.ts';
import { projectByUmap } from './umap.ts';

/** Power iterations: the two components need not be exact to be a good start of a layout. */
const ITERATIONS = 30;
/** Rows that the components are computed from: they are nearly those of all rows. */
const MAX_SAMPLE = 4_000;

/**
 * Projects vectors on their first two principal components, by power iteration with deflation on the centered vectors.
 * Signs are fixed (the largest coordinate of a component is positive), so that equal vectors give an equal plane. Where
 * there is no variance, coordinates are 0. The components of many vectors are those of a sample.
 */
export function* pcaPlane(vectors: Vectors, seed: number): CooperativeTask<MapPositions> {
  const random = seededRandom(seed);
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

/** @param orthogonalTo the first component, when the second is wanted */
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

/** The coordinate of each row along a unit vector. */
function* projectOnto(
  { count, dimensions, data }: Vectors,
  mean: Float64Array,
  unit: Float64Array,
): CooperativeTask<Float32Array> {
  const coordinates = new Float32Array(count);
  yield* inChunks(count, (from, to) => {
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
export async function startLayout({ projector, task }: NamedLayout): Promise<CooperativeTask<MapPositions>> {
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
    return runInBuild(await startLayout(layout), signal, onProgress);
  }
  return runInWorker({ module: new URL(import.meta.url), run: startLayout, input: layout }, onProgress, signal);
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
