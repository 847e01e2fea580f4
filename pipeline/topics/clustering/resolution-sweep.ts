import { adjustedRandIndex } from '../../core/algorithms/clustering-metrics.ts';
import { seededRandom } from '../../core/algorithms/random.ts';
import type { ResolutionPoint } from '../../core/topic-tree.ts';
import { louvain, numbered } from './louvain.ts';
import type { OnShare } from './share.ts';
import { contract, type WeightedGraph } from './weighted-graph.ts';

/** From one point to the next. Points stand at its powers, wherever the middle is: a small move of it meets the same. */
const STEP = 1.1;
/** How far the sweep goes to each side, as a factor. */
const REACH = 4;
/** Runs from different starts at a point. */
const RUNS = 4;
/** Up to this many papers the sweep goes over them; beyond, over cells found at this many times the resolution. */
const WHOLE_UP_TO = 500;
const CELL_FINENESS = 20;
/** The share of the time that finding the cells takes where there are many papers. */
const CELLS_SHARE = 0.6;

/**
 * What the papers part into at the resolutions around one. Over cells of a few papers each instead of papers, which takes
 * a hundredth of the time.
 */
export function sweepResolutions(
  network: WeightedGraph,
  { resolution, smallest, seed }: { readonly resolution: number; readonly smallest: number; readonly seed: number },
  onShare: OnShare,
): ResolutionPoint[] {
  if (network.total === 0) return [];
  const { graph, papers } = cellsOf(network, resolution * CELL_FINENESS, seed);
  onShare(CELLS_SHARE);
  const points = resolutionsAround(resolution, REACH);
  return points.map((at, point) => {
    const runs = Array.from({ length: RUNS }, (_, run) => louvain(graph, at, seededRandom(seed + run)));
    const counts = runs.map((run) => countLarge(run, papers, smallest)).sort((a, b) => a - b);
    onShare(CELLS_SHARE + ((1 - CELLS_SHARE) * (point + 1)) / points.length);
    return { resolution: at, topics: counts[RUNS >> 1], stability: agreement(runs, papers) };
  });
}

/** The points of the sweep up to a factor from the wished resolution. */
export function resolutionsAround(wished: number, reach: number): number[] {
  const found: number[] = [];
  for (let power = Math.ceil(Math.log(wished / reach) / Math.log(STEP)); STEP ** power <= wished * reach; power++)
    found.push(STEP ** power);
  return found;
}

function cellsOf(network: WeightedGraph, resolution: number, seed: number) {
  if (network.count <= WHOLE_UP_TO) return { graph: network, papers: new Float64Array(network.count).fill(1) };
  const cells = louvain(network, resolution, seededRandom(seed));
  const { count } = numbered(cells);
  const papers = new Float64Array(count);
  for (const cell of cells) papers[cell]++;
  return { graph: contract(network, cells, count), papers };
}

function countLarge(groupOf: Int32Array, papers: Float64Array, smallest: number): number {
  const sizes = new Map<number, number>();
  groupOf.forEach((group, node) => {
    sizes.set(group, (sizes.get(group) ?? 0) + papers[node]);
  });
  return [...sizes.values()].filter((size) => size >= smallest).length;
}

function agreement(runs: readonly Int32Array[], papers: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < runs.length; a++) {
    for (let b = 0; b < a; b++) sum += adjustedRandIndex(runs[a], runs[b], papers);
  }
  return (2 * sum) / (runs.length * (runs.length - 1));
}
