/** How the number of topics and their stability depend on the resolution. */
import { adjustedRandIndex } from '../../core/algorithms/clustering-metrics.ts';
import { seededRandom } from '../../core/algorithms/random.ts';
import type { CooperativeTask } from '../../core/cooperative.ts';
import type { ResolutionPoint } from '../../core/topic-tree.ts';
import { louvain, renumber } from './louvain.ts';
import { contract, type WeightedGraph } from './weighted-graph.ts';

/** Resolutions are the powers of this factor, whatever the requested one is: if that moves a little, they stay the same. */
const STEP = 1.1;
/** The sweep covers this factor to each side of the requested resolution. */
const REACH = 4;
/** Runs per resolution, with different seeds. */
const RUNS = 4;
/** More papers than this are first contracted to small cells, found at a much higher resolution: a hundredth of the time. */
const MAX_UNCONTRACTED = 500;
const CELL_RESOLUTION_FACTOR = 20;
/** Share of the time that finding the cells takes in a large corpus. */
const CELLS_PROGRESS = 0.6;

/** Number and stability of the clusters at each resolution around the requested one; empty for a graph without edges. */
export function* sweepResolutions(
  graph: WeightedGraph,
  { resolution, minSize, seed }: { readonly resolution: number; readonly minSize: number; readonly seed: number },
): CooperativeTask<ResolutionPoint[]> {
  if (graph.totalStrength === 0) return [];
  const cells = toCells(graph, resolution * CELL_RESOLUTION_FACTOR, seed);
  yield CELLS_PROGRESS;
  const points: ResolutionPoint[] = [];
  const resolutions = resolutionsAround(resolution, REACH);
  for (const at of resolutions) {
    const runs = Array.from({ length: RUNS }, (_, run) => louvain(cells.graph, at, seededRandom(seed + run)));
    const counts = runs.map((run) => countLarge(run, cells.sizes, minSize)).sort((a, b) => a - b);
    points.push({ resolution: at, topics: counts[RUNS >> 1], stability: meanAgreement(runs, cells.sizes) });
    yield CELLS_PROGRESS + ((1 - CELLS_PROGRESS) * points.length) / resolutions.length;
  }
  return points;
}

/** The powers of 1.1 within a factor `reach` of a resolution, ascending. */
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

/** The graph of cells, and how many papers each has; in a small corpus each paper is a cell. */
function toCells(graph: WeightedGraph, resolution: number, seed: number) {
  if (graph.count <= MAX_UNCONTRACTED) return { graph, sizes: new Float64Array(graph.count).fill(1) };
  const cellOf = louvain(graph, resolution, seededRandom(seed));
  const { count } = renumber(cellOf);
  const sizes = new Float64Array(count);
  for (const cell of cellOf) sizes[cell]++;
  return { graph: contract(graph, cellOf, count), sizes };
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
