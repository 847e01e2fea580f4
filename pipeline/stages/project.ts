/** The one door to umap-js: places on the map from the kNN graph (McInnes, Healy & Melville, UMAP, 2018). */
import { UMAP } from 'umap-js';
import type { Effects } from '../core/effects.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import { principalPlane } from '../core/principal-plane.ts';
import type { Projection } from '../core/projection.ts';
import { seededRandom } from '../core/random.ts';
import type { Vectors } from '../core/vectors.ts';

export interface ProjectOptions {
  /** How close UMAP may put two papers, in map units. */
  readonly minDist: number;
  /** Rounds of the layout; 0 lets UMAP choose by the number of papers (500 for few, 200 for many). */
  readonly epochs: number;
  readonly seed: number;
}

/** With fewer papers a layout by attraction and repulsion has nothing to hold on to; their principal plane is the map. */
const TOO_FEW = 8;
/** Half the width of the layout's start, as UMAP's own. */
const START_RADIUS = 10;
/** The map is scaled so that this share of the papers, on each axis, lies within ±MAP_RADIUS. */
const INNER_SHARE = 0.99;
const MAP_RADIUS = 10;

/** A place for every paper, finite whatever the input; equal input and seed give equal places. */
export async function projectPapers(
  vectors: Vectors,
  graph: KnnGraph,
  options: ProjectOptions,
  effects: Effects,
): Promise<Projection> {
  const start = principalPlane(vectors, options.seed);
  scaleToRadius(start, START_RADIUS);
  separateEqualPlaces(start);
  const placed = vectors.count < TOO_FEW ? start : await layOut(start, graph, options, effects);
  scaleToRadius(placed, MAP_RADIUS);
  return placed;
}

async function layOut(
  start: Projection,
  graph: KnnGraph,
  options: ProjectOptions,
  effects: Effects,
): Promise<Projection> {
  // umap-js wants more papers than neighbours, and each paper as its own nearest neighbour in column 0.
  const k = Math.min(graph.k, graph.count - 2);
  const umap = new UMAP({
    nNeighbors: k + 1,
    minDist: options.minDist,
    random: seededRandom(options.seed),
    ...(options.epochs > 0 && { nEpochs: options.epochs }),
  });
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0; row < graph.count; row++) {
    const from = row * graph.k;
    indices.push([row, ...graph.rows.subarray(from, from + k)]);
    // Rounding can make two equal texts a hair more similar than 1.
    distances.push([0, ...Array.from(graph.similarities.subarray(from, from + k), (s) => Math.max(0, 1 - s))]);
  }
  umap.setPrecomputedKNN(indices, distances);
  // The papers themselves are not looked at once their neighbours are known: only their number counts.
  const epochs = umap.initializeFit(indices);
  const embedding = umap.getEmbedding();
  for (let row = 0; row < graph.count; row++) {
    embedding[row][0] = start.x[row];
    embedding[row][1] = start.y[row];
  }
  const progress = effects.begin('map', epochs);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    progress.at(epoch + 1);
    effects.signal.throwIfAborted();
    // Lets signals and timers be heard between rounds.
    if (epoch % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  progress.end(`${epochs} rounds`);
  return {
    x: Float32Array.from(embedding, (place) => place[0]),
    y: Float32Array.from(embedding, (place) => place[1]),
  };
}

/** Moves the median to 0 and scales both axes alike. A place that is not finite goes to the middle. */
function scaleToRadius(places: Projection, radius: number): void {
  for (const axis of [places.x, places.y]) {
    for (let i = 0; i < axis.length; i++) if (!Number.isFinite(axis[i])) axis[i] = 0;
  }
  const extents = [places.x, places.y].map((axis) => {
    const sorted = Float32Array.from(axis).sort();
    const middle = sorted[sorted.length >> 1] ?? 0;
    for (let i = 0; i < axis.length; i++) axis[i] -= middle;
    return Float32Array.from(axis, Math.abs).sort()[Math.max(0, Math.ceil(axis.length * INNER_SHARE) - 1)] ?? 0;
  });
  const extent = Math.max(...extents);
  if (!(extent > 1e-6)) return;
  for (const axis of [places.x, places.y]) for (let i = 0; i < axis.length; i++) axis[i] *= radius / extent;
}

/**
 * Spreads papers that stand on one very place (equal texts) over a small sunflower spiral, so that each can be seen and
 * the layout can part them (Vogel, A better way to construct the sunflower head, 1979).
 */
function separateEqualPlaces(places: Projection): void {
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
  const seen = new Map<string, number>();
  for (let row = 0; row < places.x.length; row++) {
    const key = `${places.x[row]},${places.y[row]}`;
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    places.x[row] += 0.3 * Math.sqrt(before) * Math.cos(before * GOLDEN_ANGLE);
    places.y[row] += 0.3 * Math.sqrt(before) * Math.sin(before * GOLDEN_ANGLE);
  }
}
