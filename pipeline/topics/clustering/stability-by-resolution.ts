/** How the number of topics and their stability depend on the resolution. */
import { adjustedRandIndex } from '../../core/algorithms/clustering-agreement.ts';
import { createSeededRandom } from '../../core/algorithms/random.ts';
import type { CooperativeTask } from '../../core/cooperative.ts';
import type { ResolutionSweepPoint } from '../../core/topic-tree.ts';
import { louvain, renumberClusters } from './louvain.ts';
import { contractGraph, type WeightedGraph } from './weighted-graph.ts';

/**
 * The resolutions of a sweep are powers of this factor, so that they stay the same if the requested resolution changes
 * a little.
 */
const STEP = 1.1;
/**
 * The sweep goes from the requested resolution divided by this factor to the requested resolution times this factor.
 */
const REACH = 4;
/** Number of clustering runs per resolution, with different seeds. */
const RUNS = 4;
/**
 * A graph of more papers than this is first contracted to small cells, so that the sweep takes a hundredth of the time.
 */
const MAX_UNCONTRACTED = 500;
/** Cells are the clusters at this many times the requested resolution. */
const CELL_RESOLUTION_FACTOR = 20;
/** Share of the time of a sweep that finding the cells takes in a large corpus. */
const CELLS_PROGRESS = 0.6;

/**
 * Number and stability of the clusters at each resolution around the requested one; empty for a graph without edges.
 */
export function* sweepResolutions(
  graph: WeightedGraph,
  { resolution, minSize, seed }: { readonly resolution: number; readonly minSize: number; readonly seed: number },
): CooperativeTask<ResolutionSweepPoint[]> {
  if (graph.totalStrength === 0) return [];
  const cells = toCells(graph, resolution * CELL_RESOLUTION_FACTOR, seed);
  yield CELLS_PROGRESS;
  const points: ResolutionSweepPoint[] = [];
  const resolutions = resolutionsAround(resolution, REACH);
  for (const at of resolutions) {
    const runs = Array.from({ length: RUNS }, (_, run) => louvain(cells.graph, at, createSeededRandom(seed + run)));
    const counts = runs.map((run) => countLarge(run, cells.sizes, minSize)).sort((a, b) => a - b);
    points.push({ resolution: at, topics: counts[RUNS >> 1], stability: meanAgreement(runs, cells.sizes) });
    yield CELLS_PROGRESS + ((1 - CELLS_PROGRESS) * points.length) / resolutions.length;
  }
  return points;
}

/** The powers of 1.1 from `resolution` / `reach` to `resolution` · `reach`, ascending. */
export function resolutionsAround(resolution: number, reach: number): number[] {
  const found: number[] = [];
  for (
    let power = Math.ceil(Math.log(resolution / reach) / Math.log(STEP));
    STEP ** power <= resolution * reach;
    power++
  )
    found.push(STEP ** power);
  return found;
}

/**
 * Contracts a graph of papers to small cells, and counts the papers of each cell. In a small corpus each paper is a
 * cell.
 */
function toCells(graph: WeightedGraph, resolution: number, seed: number) {
  if (graph.count <= MAX_UNCONTRACTED) return { graph, sizes: new Float64Array(graph.count).fill(1) };
  const cellOf = louvain(graph, resolution, createSeededRandom(seed));
  const { count } = renumberClusters(cellOf);
  const sizes = new Float64Array(count);
  for (const cell of cellOf) sizes[cell]++;
  return { graph: contractGraph(graph, cellOf, count), sizes };
}

function countLarge(clusterOf: Int32Array, cellSizes: Float64Array, minSize: number): number {
  const sizes = new Map<number, number>();
  clusterOf.forEach((cluster, cell) => {
    sizes.set(cluster, (sizes.get(cluster) ?? 0) + cellSizes[cell]);
  });
  return [...sizes.values()].filter((size) => size >= minSize).length;
}

/** Mean adjusted Rand index over all pairs of runs. */
function meanAgreement(runs: readonly Int32Array[], cellSizes: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < runs.length; a++) {
    for (let b = 0; b < a; b++) sum += adjustedRandIndex(runs[a], runs[b], cellSizes);
  }
  return (2 * sum) / (runs.length * (runs.length - 1));
}
