/** UMAP's layout in typed arrays: the low-dimensional curve, the sampled edges and stochastic gradient descent. */
import type { CooperativeTask } from '../core/cooperative.ts';
import type { MapPositions } from '../core/map-positions.ts';
import { type FuzzySimplicialSet, fuzzySimplicialSet } from './fuzzy-simplicial-set.ts';
import type { LayoutTask } from './layout-algorithm.ts';

/** The curve 1 / (1 + a·d^(2b)): the membership strength of two papers at distance d on the map. */
export interface UmapCurve {
  readonly a: number;
  readonly b: number;
}

/** Number of points that the curve is fitted to, as in umap-learn. */
const CURVE_POINTS = 300;
const MAX_CURVE_ITERATIONS = 200;

/**
 * Fits the curve 1 / (1 + a·d^(2b)) to the membership strengths that `minDist` asks for: 1 up to distance `minDist`,
 * then exp(−(d − minDist) / spread) (McInnes, Healy & Melville, UMAP, 2018, definition 11). Least squares in a and b by
 * the method of Levenberg–Marquardt.
 *
 * @param minDist in [0, spread), layout units
 * @param spread in layout units
 * @example
 * fitUmapCurve(0.1); // { a: 1.577, b: 0.895 }
 */
export function fitUmapCurve(minDist: number, spread = 1): UmapCurve {
  const xs = Float64Array.from({ length: CURVE_POINTS }, (_, i) => (3 * spread * i) / (CURVE_POINTS - 1));
  const ys = xs.map((x) => (x < minDist ? 1 : Math.exp((minDist - x) / spread)));
  let a = 1;
  let b = 1;
  let damping = 1e-3;
  let error = squaredError(xs, ys, a, b);
  for (let iteration = 0; iteration < MAX_CURVE_ITERATIONS && damping < 1e12; iteration++) {
    const { aa, ab, bb, ra, rb } = normalEquations(xs, ys, a, b);
    const left = aa * (1 + damping);
    const right = bb * (1 + damping);
    const determinant = left * right - ab * ab;
    const nextA = a + (right * ra - ab * rb) / determinant;
    const nextB = b + (left * rb - ab * ra) / determinant;
    const nextError = nextA > 0 && nextB > 0 ? squaredError(xs, ys, nextA, nextB) : Number.POSITIVE_INFINITY;
    if (nextError < error) {
      [a, b, error] = [nextA, nextB, nextError];
      damping /= 10;
    } else damping *= 10;
  }
  return { a, b };
}

function squaredError(xs: Float64Array, ys: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += (ys[i] - 1 / (1 + a * xs[i] ** (2 * b))) ** 2;
  return sum;
}

/**
 * Terms of the normal equations: sums of the products of the derivatives by a and b with each other, and with the
 * residuals.
 */
function normalEquations(xs: Float64Array, ys: Float64Array, a: number, b: number) {
  const sums = { aa: 0, ab: 0, bb: 0, ra: 0, rb: 0 };
  // At distance 0 the curve is 1 for any a and b.
  for (let i = 1; i < xs.length; i++) {
    const power = xs[i] ** (2 * b);
    const value = 1 / (1 + a * power);
    const byA = -power * value * value;
    const byB = byA * 2 * a * Math.log(xs[i]);
    const residual = ys[i] - value;
    sums.aa += byA * byA;
    sums.ab += byA * byB;
    sums.bb += byB * byB;
    sums.ra += byA * residual;
    sums.rb += byB * residual;
  }
  return sums;
}

/**
 * The attracting edges of a layout: edge i pulls row `heads[i]` towards row `tails[i]` once every `epochsPerSample[i]`
 * epochs.
 */
export interface LayoutEdges {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly epochsPerSample: Float32Array;
}

/**
 * The edges of a fuzzy simplicial set, in the order of the set. The strongest are sampled every epoch, weaker ones in
 * proportion to their weight; edges too weak to be sampled once in all epochs are left out.
 *
 * @param isHead selects the rows whose edges are taken; all rows if absent
 */
export function layoutEdgesOf(set: FuzzySimplicialSet, epochs: number, isHead?: (row: number) => boolean): LayoutEdges {
  const { count, offsets, neighbors, weights } = set;
  let maxWeight = 0;
  for (const weight of weights) if (weight > maxWeight) maxWeight = weight;
  const minWeight = Math.max(maxWeight / epochs, Number.MIN_VALUE);
  const heads = new Int32Array(neighbors.length);
  const tails = new Int32Array(neighbors.length);
  const epochsPerSample = new Float32Array(neighbors.length);
  let kept = 0;
  for (let row = 0; row < count; row++) {
    if (isHead && !isHead(row)) continue;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      if (weights[at] < minWeight) continue;
      heads[kept] = row;
      tails[kept] = neighbors[at];
      epochsPerSample[kept++] = maxWeight / weights[at];
    }
  }
  return {
    heads: heads.subarray(0, kept),
    tails: tails.subarray(0, kept),
    epochsPerSample: epochsPerSample.subarray(0, kept),
  };
}

export interface OptimizeLayoutOptions {
  readonly epochs: number;
  readonly curve: UmapCurve;
  readonly seed: number;
  /** UMAP's move_other: false if only the heads of edges move and their tails stay where they are. */
  readonly moveTails: boolean;
  /** Number of random rows that repel the head of an edge each time the edge has attracted it. */
  readonly negativeSampleRate: number;
  /** Initial step length: 1 is UMAP's default, less keeps more of the start's shape. Falls linearly to 0. */
  readonly learningRate: number;
}

/** Gradients are clipped to this length along each axis, as in UMAP. */
const MAX_GRADIENT = 4;
/**
 * Number of negative samples per batch. All of a batch are evaluated at the position before the batch: independent of
 * each other, they take a quarter of the time. With all samples in one batch, a paper on a map of few papers would be
 * thrown too far.
 */
const NEGATIVE_BATCH = 4;

/**
 * Attraction and repulsion are read from tables, indexed by the upper bits of the squared distance as a float32: 128
 * steps for each power of two, an error below 0.4 %, and no `pow` in the loop.
 */
const MANTISSA_BITS = 7;
const INDEX_SHIFT = 23 - MANTISSA_BITS;
/** Number of powers of two that the tables of squared distances cover. */
const OCTAVES = 48;
/** The smallest squared distance in the tables. It is added to every squared distance, so that none is smaller. */
const MIN_SQUARE = 2 ** -24;

/**
 * Tables of gradient coefficients, by the index of a squared distance. A gradient is the difference of two positions
 * times the coefficient for their distance.
 */
function gradientTables({ a, b }: UmapCurve): { attraction: Float32Array; repulsion: Float32Array } {
  const size = OCTAVES << MANTISSA_BITS;
  const attraction = new Float32Array(size);
  const repulsion = new Float32Array(size);
  for (let at = 0; at < size; at++) {
    const mantissa = ((at & ((1 << MANTISSA_BITS) - 1)) + 0.5) / (1 << MANTISSA_BITS);
    const square = MIN_SQUARE * 2 ** (at >> MANTISSA_BITS) * (1 + mantissa);
    const power = a * square ** b;
    attraction[at] = (-2 * b * power) / (square * (1 + power));
    repulsion[at] = (2 * b) / ((0.001 + square) * (1 + power));
  }
  return { attraction, repulsion };
}

/**
 * Moves rows in place by stochastic gradient descent (McInnes, Healy & Melville, UMAP, 2018, algorithm 5). Yields after
 * each epoch.
 *
 * @param positions x and y of row i at indices 2i and 2i + 1, in layout units; finite
 */
export function* optimizeLayout(
  positions: Float32Array,
  edges: LayoutEdges,
  options: OptimizeLayoutOptions,
): CooperativeTask<void> {
  const runEpoch = createEpochRunner(positions, edges, options);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    runEpoch(options.learningRate * (1 - Math.max(0, epoch - 1) / options.epochs), epoch);
    yield (epoch + 1) / options.epochs;
  }
}

/**
 * Makes the function that runs one epoch. It is a plain function, because engines optimize hot loops in generators less
 * well.
 */
function createEpochRunner(positions: Float32Array, edges: LayoutEdges, options: OptimizeLayoutOptions) {
  const { moveTails, negativeSampleRate } = options;
  const { attraction, repulsion } = gradientTables(options.curve);
  const { heads, tails, epochsPerSample } = edges;
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  float[0] = MIN_SQUARE;
  const firstIndex = bits[0] >>> INDEX_SHIFT;
  const lastIndex = attraction.length - 1;
  const epochOfNextSample = epochsPerSample.slice();
  const randomToRow = positions.length / 2 / 2 ** 32;
  // xorshift works with any state except 0, so the lowest bit is set. The multiplication makes the sequences of
  // neighboring seeds differ from the start.
  let randomState = (Math.imul(options.seed, 0x9e3779b1) ^ 0x85ebca6b) | 1;
  return (learningRate: number, epoch: number): void => {
    let state = randomState;
    for (let i = 0; i < heads.length; i++) {
      if (epochOfNextSample[i] > epoch) continue;
      epochOfNextSample[i] += epochsPerSample[i];
      const head = heads[i] << 1;
      const tail = tails[i] << 1;
      let dx = positions[head] - positions[tail];
      let dy = positions[head + 1] - positions[tail + 1];
      let square = dx * dx + dy * dy;
      float[0] = square + MIN_SQUARE;
      let index = (bits[0] >>> INDEX_SHIFT) - firstIndex;
      let coefficient = attraction[Math.min(index, lastIndex)];
      let gradientX = coefficient * dx;
      let gradientY = coefficient * dy;
      if (coefficient * coefficient * square > MAX_GRADIENT * MAX_GRADIENT) {
        gradientX = clip(gradientX);
        gradientY = clip(gradientY);
      }
      if (moveTails) {
        positions[tail] -= learningRate * gradientX;
        positions[tail + 1] -= learningRate * gradientY;
      }
      let x = positions[head] + learningRate * gradientX;
      let y = positions[head + 1] + learningRate * gradientY;
      let batchX = 0;
      let batchY = 0;
      for (let n = 1; n <= negativeSampleRate; n++) {
        // xorshift32 (Marsaglia, Xorshift RNGs, 2003).
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        const other = ((state >>> 0) * randomToRow) << 1;
        if (other === head) continue;
        dx = x - positions[other];
        dy = y - positions[other + 1];
        square = dx * dx + dy * dy;
        float[0] = square + MIN_SQUARE;
        index = (bits[0] >>> INDEX_SHIFT) - firstIndex;
        coefficient = repulsion[Math.min(index, lastIndex)];
        gradientX = coefficient * dx;
        gradientY = coefficient * dy;
        if (coefficient * coefficient * square > MAX_GRADIENT * MAX_GRADIENT) {
          gradientX = clip(gradientX);
          gradientY = clip(gradientY);
        }
        batchX += learningRate * gradientX;
        batchY += learningRate * gradientY;
        if (n % NEGATIVE_BATCH !== 0) continue;
        x += batchX;
        y += batchY;
        batchX = 0;
        batchY = 0;
      }
      positions[head] = x + batchX;
      positions[head + 1] = y + batchY;
    }
    randomState = state;
  };
}

function clip(gradient: number): number {
  return Math.max(-MAX_GRADIENT, Math.min(MAX_GRADIENT, gradient));
}

/** Lays a map out with our own implementation of UMAP: the layout algorithm `umap`. */
export function* layOutWithUmap(task: LayoutTask): CooperativeTask<MapPositions> {
  const { graph, start, epochs, minDist, negativeSampleRate, learningRate, seed } = task;
  const positions = interleavePositions(start);
  const edges = layoutEdgesOf(fuzzySimplicialSet(graph), epochs);
  const curve = fitUmapCurve(minDist);
  yield* optimizeLayout(positions, edges, { epochs, curve, negativeSampleRate, learningRate, seed, moveTails: true });
  return deinterleavePositions(positions);
}

/** Writes positions into one array: x and y of row i, both times `scale`, are at indices 2i and 2i + 1. */
export function interleavePositions({ x, y }: MapPositions, scale = 1): Float32Array {
  const positions = new Float32Array(2 * x.length);
  for (let row = 0; row < x.length; row++) {
    positions[2 * row] = x[row] * scale;
    positions[2 * row + 1] = y[row] * scale;
  }
  return positions;
}

function deinterleavePositions(positions: Float32Array): MapPositions {
  const count = positions.length / 2;
  return {
    x: Float32Array.from({ length: count }, (_, row) => positions[2 * row]),
    y: Float32Array.from({ length: count }, (_, row) => positions[2 * row + 1]),
  };
}
