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
