import type { FuzzyGraph } from './fuzzy-graph.ts';

/** The curve 1 / (1 + a·d^(2b)): how much two papers at distance d on the map belong together. */
export interface UmapCurve {
  readonly a: number;
  readonly b: number;
}

const POINTS = 300;
const ROUNDS = 200;

/**
 * The curve nearest, by least squares, to what `minDist` asks for: 1 up to it, then falling as exp(−(d − minDist) /
 * spread) (McInnes, Healy & Melville, UMAP, 2018, definition 11). Levenberg–Marquardt in a and b.
 *
 * @param minDist in [0, spread), map units
 * @param spread in map units
 */
export function fitUmapCurve(minDist: number, spread = 1): UmapCurve {
  const xs = Float64Array.from({ length: POINTS }, (_, i) => (3 * spread * i) / (POINTS - 1));
  const ys = xs.map((x) => (x < minDist ? 1 : Math.exp((minDist - x) / spread)));
  let a = 1;
  let b = 1;
  let damping = 1e-3;
  let error = squaredError(xs, ys, a, b);
  for (let round = 0; round < ROUNDS && damping < 1e12; round++) {
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

/** The products of the two derivatives with each other, and with what is still wrong. */
function normalEquations(xs: Float64Array, ys: Float64Array, a: number, b: number) {
  const sums = { aa: 0, ab: 0, bb: 0, ra: 0, rb: 0 };
  // At 0 the curve is 1 whatever a and b are.
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

/** Pairs that pull at each other: `heads[i]` and `tails[i]` every `periods[i]` rounds. */
export interface Springs {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly periods: Float32Array;
}

export interface LayoutOptions {
  readonly epochs: number;
  readonly curve: UmapCurve;
  readonly seed: number;
  /** False: only the heads move, and their tails stay where they are. */
  readonly tailsMove: boolean;
  /** Papers that push a head away each time a spring has pulled it. */
  readonly negativeSampleRate: number;
  /** The length of the first round's steps, 1 as in UMAP; less keeps the start's shape. It falls to 0 with the rounds. */
  readonly rate: number;
}

/** No step is longer than this in either direction, as in UMAP. */
const LONGEST = 4;
/**
 * So many papers push from where the head stood before them: none need wait for the one before, a quarter of the time.
 * All of them at once would throw a paper too far where there are few.
 */
const PUSHES_AT_ONCE = 4;

/**
 * The springs of a graph, in its order. A pair weaker than the strongest by more than the number of rounds would never
 * pull, and has none.
 *
 * @param isHead rows that springs pull at; all of them where it is absent
 */
export function springsOf(graph: FuzzyGraph, epochs: number, isHead?: (row: number) => boolean): Springs {
  const { count, offsets, others, weights } = graph;
  let strongest = 0;
  for (const weight of weights) if (weight > strongest) strongest = weight;
  const least = Math.max(strongest / epochs, Number.MIN_VALUE);
  const heads = new Int32Array(others.length);
  const tails = new Int32Array(others.length);
  const periods = new Float32Array(others.length);
  let kept = 0;
  for (let row = 0; row < count; row++) {
    if (isHead && !isHead(row)) continue;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      if (weights[at] < least) continue;
      heads[kept] = row;
      tails[kept] = others[at];
      periods[kept++] = strongest / weights[at];
    }
  }
  return { heads: heads.subarray(0, kept), tails: tails.subarray(0, kept), periods: periods.subarray(0, kept) };
}

/**
 * Attraction and repulsion over the square of a distance, read from the upper bits of that square as a float32: steps
 * of 1/128 of a power of two, an error below 0.4 %, and no `pow` in the loop.
 */
const STEP_BITS = 7;
const SHIFT = 23 - STEP_BITS;
const OCTAVES = 48;
/** Added to every square, so that none lies before the tables. */
const SMALLEST = 2 ** -24;

/** Both forces by (upper bits of the square) − (upper bits of SMALLEST); times the difference they are a step. */
function forceTables({ a, b }: UmapCurve): { attraction: Float32Array; repulsion: Float32Array } {
  const size = OCTAVES << STEP_BITS;
  const attraction = new Float32Array(size);
  const repulsion = new Float32Array(size);
  for (let at = 0; at < size; at++) {
    const within = ((at & ((1 << STEP_BITS) - 1)) + 0.5) / (1 << STEP_BITS);
    const square = SMALLEST * 2 ** (at >> STEP_BITS) * (1 + within);
    const power = a * square ** b;
    attraction[at] = (-2 * b * power) / (square * (1 + power));
    repulsion[at] = (2 * b) / ((0.001 + square) * (1 + power));
  }
  return { attraction, repulsion };
}

/**
 * Lays rows out in place by stochastic gradient descent (McInnes, Healy & Melville, UMAP, 2018, algorithm 5).
 *
 * @param places x, y of row i at 2i and 2i + 1, map units; finite
 * @param onEpoch told after each round how many are done; may throw to stop
 */
export function layOut(
  places: Float32Array,
  springs: Springs,
  options: LayoutOptions,
  onEpoch: (done: number) => void,
): void {
  const { epochs, tailsMove, negativeSampleRate } = options;
  const { attraction, repulsion } = forceTables(options.curve);
  const { heads, tails, periods } = springs;
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  float[0] = SMALLEST;
  const first = bits[0] >>> SHIFT;
  const last = attraction.length - 1;
  const due = periods.slice();
  const scale = places.length / 2 / 2 ** 32;
  // Any state but 0 will do for xorshift; the multiplication keeps neighboring seeds apart.
  let state = (Math.imul(options.seed, 0x9e3779b1) ^ 0x85ebca6b) | 1;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = options.rate * (1 - Math.max(0, epoch - 1) / epochs);
    for (let i = 0; i < heads.length; i++) {
      if (due[i] > epoch) continue;
      due[i] += periods[i];
      const head = heads[i] << 1;
      const tail = tails[i] << 1;
      let dx = places[head] - places[tail];
      let dy = places[head + 1] - places[tail + 1];
      let square = dx * dx + dy * dy;
      float[0] = square + SMALLEST;
      let at = (bits[0] >>> SHIFT) - first;
      let force = attraction[Math.min(at, last)];
      let stepX = force * dx;
      let stepY = force * dy;
      if (force * force * square > LONGEST * LONGEST) {
        stepX = clip(stepX);
        stepY = clip(stepY);
      }
      if (tailsMove) {
        places[tail] -= rate * stepX;
        places[tail + 1] -= rate * stepY;
      }
      let x = places[head] + rate * stepX;
      let y = places[head + 1] + rate * stepY;
      let pushX = 0;
      let pushY = 0;
      for (let n = 1; n <= negativeSampleRate; n++) {
        // xorshift32 (Marsaglia, Xorshift RNGs, 2003).
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        const other = ((state >>> 0) * scale) << 1;
        if (other === head) continue;
        dx = x - places[other];
        dy = y - places[other + 1];
        square = dx * dx + dy * dy;
        float[0] = square + SMALLEST;
        at = (bits[0] >>> SHIFT) - first;
        force = repulsion[Math.min(at, last)];
        stepX = force * dx;
        stepY = force * dy;
        if (force * force * square > LONGEST * LONGEST) {
          stepX = clip(stepX);
          stepY = clip(stepY);
        }
        pushX += rate * stepX;
        pushY += rate * stepY;
        if (n % PUSHES_AT_ONCE !== 0) continue;
        x += pushX;
        y += pushY;
        pushX = 0;
        pushY = 0;
      }
      places[head] = x + pushX;
      places[head + 1] = y + pushY;
    }
    onEpoch(epoch + 1);
  }
}

function clip(step: number): number {
  return Math.max(-LONGEST, Math.min(LONGEST, step));
}
