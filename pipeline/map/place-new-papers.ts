/** Out-of-sample placement: new papers get a position on a map that otherwise stays as it is. */
import { buildKdTree } from '../core/algorithms/kd-tree.ts';
import { createSeededRandom, sampleRows } from '../core/algorithms/random.ts';
import { runToCompletion } from '../core/cooperative.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPositions, MapPositions } from '../core/map-positions.ts';
import type { Neighbors } from '../core/vectors.ts';
import { type FuzzySimplicialSet, fuzzySimplicialSet } from './fuzzy-simplicial-set.ts';
import { GOLDEN_ANGLE, spreadDuplicates } from './normalize-positions.ts';
import { fitUmapCurve, interleavePositions, layoutEdgesOf, optimizeLayout } from './umap.ts';

export interface PlacementOptions {
  /** UMAP's min_dist: how close two papers may come, in layout units. */
  readonly minDist: number;
  readonly seed: number;
  /**
   * The `medianSpacing` of the whole map. Computed from the given positions if absent, so it is needed if these are
   * only a part of the map.
   */
  readonly spacing?: number;
}

/** Epochs of the layout of new papers, in which all other papers stay. */
const EPOCHS = 100;
/** Number of random papers that repel a new paper each time an edge has attracted it. */
const NEGATIVE_SAMPLE_RATE = 5;
/**
 * To place new papers, the map is enlarged until the median distance of nearest papers is at least this, in layout
 * units. When the whole map was laid out, papers moved aside for each other; now the neighbors of a new paper stay, so
 * that the new paper needs more room between them.
 */
const LOCAL_SPACING = 0.1;
const SPACING_SAMPLE = 1000;
/** Iterations of Weiszfeld's algorithm for a geometric median, which is only a start position and need not be exact. */
const MEDIAN_ITERATIONS = 20;

/**
 * Places new papers on a map that stays as it is: each starts at the geometric median of its neighbors, then a short
 * layout moves only the new papers.
 *
 * @param graph neighbors of all rows, new and known
 * @param map positions of the known papers; `known` is 0 for new papers
 * @returns all positions: the known ones unchanged, the new ones finite; equal for equal input and seed
 */
export function placeNewPapers(graph: KnnGraph, map: KnownPositions, options: PlacementOptions): MapPositions {
  const set = fuzzySimplicialSet(graph);
  const placed = startPositionsAmongNeighbors(set, map);
  // The map is never scaled down: if the few papers of a small map came closer together, all of them would push a new
  // paper to the edge.
  const scale = Math.max(1, LOCAL_SPACING / (options.spacing ?? medianSpacing(map, options.seed)));
  const positions = interleavePositions(placed, scale);
  const edges = layoutEdgesOf(set, EPOCHS, (row) => map.known[row] === 0);
  const layout = optimizeLayout(positions, edges, {
    epochs: EPOCHS,
    curve: fitUmapCurve(options.minDist),
    seed: options.seed,
    negativeSampleRate: NEGATIVE_SAMPLE_RATE,
    learningRate: 1,
    moveTails: false,
  });
  runToCompletion(layout);
  for (let row = 0; row < graph.count; row++) {
    if (map.known[row]) continue;
    placed.x[row] = positions[2 * row] / scale;
    placed.y[row] = positions[2 * row + 1] / scale;
  }
  return placed;
}

/**
 * Gives rows without a position one to start from: the geometric median of their neighbors, weighted by membership
 * strength. If the neighbors are in two places, the geometric median is among most of them, while the mean is between
 * the two. Rows whose neighbors have no position yet are placed after these neighbors; rows that no chain of neighbors
 * connects to the map are put around it.
 */
export function startPositionsAmongNeighbors(set: FuzzySimplicialSet, map: KnownPositions): MapPositions {
  const { count, offsets, neighbors } = set;
  const x = Float32Array.from(map.x, (value, row) => (map.known[row] ? value : 0));
  const y = Float32Array.from(map.y, (value, row) => (map.known[row] ? value : 0));
  const placed = map.known.slice();
  const edgeRadius = 1.1 * maxRadius(x, y) || 1;
  const hasPlacedNeighbor = (row: number) =>
    neighbors.subarray(offsets[row], offsets[row + 1]).some((neighbor) => placed[neighbor]);
  // Breadth first: each wave consists of the neighbors of the previous wave that have no position yet.
  let wave: number[] = [];
  for (let row = 0; row < count; row++) if (!placed[row] && hasPlacedNeighbor(row)) wave.push(row);
  for (let nextRow = 0, islands = 0; ; ) {
    if (wave.length === 0) {
      while (nextRow < count && placed[nextRow]) nextRow++;
      if (nextRow === count) break;
      x[nextRow] = edgeRadius * Math.cos(islands * GOLDEN_ANGLE);
      y[nextRow] = edgeRadius * Math.sin(islands++ * GOLDEN_ANGLE);
      placed[nextRow] = 1;
      wave = [nextRow];
    } else {
      const medians = wave.map((row) => geometricMedian(set, row, x, y, placed));
      wave.forEach((row, i) => {
        [x[row], y[row]] = medians[i];
        placed[row] = 1;
      });
    }
    const nextWave = new Set<number>();
    for (const row of wave) {
      for (let at = offsets[row]; at < offsets[row + 1]; at++) if (!placed[neighbors[at]]) nextWave.add(neighbors[at]);
    }
    wave = [...nextWave];
  }
  const start = { x, y };
  spreadDuplicates(start, map.known);
  return start;
}

/**
 * The geometric median of a row's placed neighbors, by the algorithm of Weiszfeld (Sur le point pour lequel la somme
 * des distances de n points donnés est minimum, 1937).
 */
function geometricMedian(
  { offsets, neighbors, weights }: FuzzySimplicialSet,
  row: number,
  x: Float32Array,
  y: Float32Array,
  placed: Uint8Array,
): [number, number] {
  let [medianX, medianY] = [0, 0];
  for (let iteration = 0; iteration <= MEDIAN_ITERATIONS; iteration++) {
    let [sumX, sumY, sum] = [0, 0, 0];
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const neighbor = neighbors[at];
      if (!placed[neighbor]) continue;
      // The first iteration gives the mean. A weight that underflows to 0 still counts a little.
      const distance = iteration === 0 ? 1 : Math.max(1e-3, Math.hypot(x[neighbor] - medianX, y[neighbor] - medianY));
      const share = Math.max(1e-6, weights[at]) / distance;
      sumX += share * x[neighbor];
      sumY += share * y[neighbor];
      sum += share;
    }
    medianX = sumX / sum;
    medianY = sumY / sum;
  }
  return [medianX, medianY];
}

/**
 * The median distance from a known paper to the nearest other known paper, from a sample; 1 if there are no two
 * positions.
 */
export function medianSpacing({ x, y, known }: KnownPositions, seed: number): number {
  const rows = Int32Array.from(x.keys()).filter((row) => known[row] === 1);
  const positions = { x: Float32Array.from(rows, (row) => x[row]), y: Float32Array.from(rows, (row) => y[row]) };
  const tree = runToCompletion(buildKdTree(positions));
  const distances = Float64Array.from(sampleRows(rows.length, SPACING_SAMPLE, createSeededRandom(seed)), (at) => {
    const [nearest] = tree.nearest(at, 1);
    if (nearest === undefined) return 0;
    return Math.hypot(positions.x[at] - positions.x[nearest], positions.y[at] - positions.y[nearest]);
  }).sort();
  return distances[distances.length >> 1] || 1;
}

function maxRadius(x: Float32Array, y: Float32Array): number {
  let radius = 0;
  for (let row = 0; row < x.length; row++) radius = Math.max(radius, Math.hypot(x[row], y[row]));
  return radius;
}

/** Number of random papers that stand for the whole map when a single new paper is placed. */
const REPELLING_SAMPLE = 2000;

/**
 * Places one new paper on a map of any size in milliseconds. Does the same as `placeNewPapers`, but with only the
 * neighbors of the paper and a sample of the other papers.
 *
 * @param neighbors the rows nearest to the new paper, the nearest first; at least one
 * @param options must contain the spacing of the whole map
 * @returns the position in map units; equal for equal input
 */
export function placeNewPaper(
  map: MapPositions,
  neighbors: Neighbors,
  options: PlacementOptions & { readonly spacing: number },
): { x: number; y: number } {
  const sample = sampleRows(map.x.length, REPELLING_SAMPLE, createSeededRandom(options.seed));
  const sampled = Int32Array.from(new Set([...neighbors.rows, ...sample]));
  const newRow = sampled.length;
  const [count, k] = [newRow + 1, neighbors.rows.length];
  const rows = new Int32Array(count * k);
  const similarities = new Float32Array(count * k);
  // Only the new paper moves, so that the neighbors of all other papers do not matter: any rows will do.
  for (let row = 0; row < newRow; row++) {
    for (let i = 0; i < k; i++) rows[row * k + i] = (row + 1 + i) % newRow;
  }
  for (let i = 0; i < k; i++) {
    rows[newRow * k + i] = i;
    similarities[newRow * k + i] = neighbors.similarities[i];
  }
  const known = new Uint8Array(count).fill(1);
  known[newRow] = 0;
  const x = Float32Array.from({ length: count }, (_, at) => (at < newRow ? map.x[sampled[at]] : 0));
  const y = Float32Array.from({ length: count }, (_, at) => (at < newRow ? map.y[sampled[at]] : 0));
  const placed = placeNewPapers({ count, k, neighbors: rows, similarities }, { x, y, known }, options);
  return { x: placed.x[newRow], y: placed.y[newRow] };
}
