import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { KnownPlaces, Projection } from '../core/map-positions.ts';
import type { Neighbors } from '../core/vectors.ts';
import { type FuzzyGraph, fuzzyGraph } from './fuzzy-graph.ts';
import { mapNeighbors } from './map-neighbors.ts';
import { separateEqualPlaces } from './scale.ts';
import { fitUmapCurve, layOut, springsOf } from './umap.ts';

export interface PlaceOptions {
  /** How close two papers may come, in the layout's units. */
  readonly minDist: number;
  readonly seed: number;
  /** What `spacingOf` says of the map; told where `map` holds a part of it only. */
  readonly spacing?: number;
}

/** Rounds of the local layout, and papers that push a new paper away each time one has pulled it. */
const EPOCHS = 100;
const NEGATIVES = 5;
/**
 * The local layout's units: the nearest paper is typically so far off. Finer than the map was laid out in, where the
 * newPapers' neighbors moved to make room; here they do not, and room there must be.
 */
const SPACING = 0.1;
const SPACING_SAMPLE = 1000;
/** Weiszfeld's rounds; a place within a hundredth of the way is good enough to start from. */
const MEDIAN_ROUNDS = 20;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Puts newPapers on a map that stays as it is: each starts in the middle of its neighbors, then a short layout moves
 * the newPapers alone.
 *
 * @param graph neighbors of all rows, newPapers and others
 * @param map where the others are; rows whose `known` is 0 are the newPapers
 * @returns all places: the known ones unchanged, the others finite; equal input and seed give equal places
 */
export function placeNewPapers(graph: KnnGraph, map: KnownPlaces, options: PlaceOptions): Projection {
  const fuzzy = fuzzyGraph(graph);
  const placed = startAmongNeighbors(fuzzy, map);
  // A map of few papers has room; made coarser than it is, all of it would push a new paper out to the edge.
  const scale = Math.max(1, SPACING / (options.spacing ?? spacingOf(map, options.seed)));
  const places = new Float32Array(2 * graph.count);
  for (let row = 0; row < graph.count; row++) {
    places[2 * row] = placed.x[row] * scale;
    places[2 * row + 1] = placed.y[row] * scale;
  }
  const springs = springsOf(fuzzy, EPOCHS, (row) => map.known[row] === 0);
  const curve = fitUmapCurve(options.minDist);
  const layout = {
    epochs: EPOCHS,
    curve,
    seed: options.seed,
    negativeSampleRate: NEGATIVES,
    rate: 1,
    tailsMove: false,
  };
  layOut(places, springs, layout, () => undefined);
  for (let row = 0; row < graph.count; row++) {
    if (map.known[row]) continue;
    placed.x[row] = places[2 * row] / scale;
    placed.y[row] = places[2 * row + 1] / scale;
  }
  return placed;
}

/**
 * Where rows without a place may start: at the geometric median of their neighbors, weighed by how much they belong
 * together, which unlike the mean is among the most of them where they lie in two places. Rows that only know rows
 * without a place come after those; rows that no chain of neighbors joins to the map stand around it.
 */
export function startAmongNeighbors(graph: FuzzyGraph, map: KnownPlaces): Projection {
  const { count, offsets, others } = graph;
  const x = Float32Array.from(map.x, (value, row) => (map.known[row] ? value : 0));
  const y = Float32Array.from(map.y, (value, row) => (map.known[row] ? value : 0));
  const placed = map.known.slice();
  const edge = 1.1 * farthest(x, y) || 1;
  const touchesPlaced = (row: number) => others.subarray(offsets[row], offsets[row + 1]).some((o) => placed[o]);
  let wave: number[] = [];
  for (let row = 0; row < count; row++) if (!placed[row] && touchesPlaced(row)) wave.push(row);
  for (let next = 0, islands = 0; ; ) {
    if (wave.length === 0) {
      while (next < count && placed[next]) next++;
      if (next === count) break;
      x[next] = edge * Math.cos(islands * GOLDEN_ANGLE);
      y[next] = edge * Math.sin(islands++ * GOLDEN_ANGLE);
      placed[next] = 1;
      wave = [next];
    } else {
      const medians = wave.map((row) => medianOfPlaced(graph, row, x, y, placed));
      wave.forEach((row, i) => {
        [x[row], y[row]] = medians[i];
        placed[row] = 1;
      });
    }
    const following = new Set<number>();
    for (const row of wave) {
      for (let at = offsets[row]; at < offsets[row + 1]; at++) if (!placed[others[at]]) following.add(others[at]);
    }
    wave = [...following];
  }
  const start = { x, y };
  separateEqualPlaces(start, map.known);
  return start;
}

/** Weiszfeld, Sur le point pour lequel la somme des distances de n points donnés est minimum, 1937. */
function medianOfPlaced(
  { offsets, others, weights }: FuzzyGraph,
  row: number,
  x: Float32Array,
  y: Float32Array,
  placed: Uint8Array,
): [number, number] {
  let [middleX, middleY] = [0, 0];
  for (let round = 0; round <= MEDIAN_ROUNDS; round++) {
    let [sumX, sumY, sum] = [0, 0, 0];
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const other = others[at];
      if (!placed[other]) continue;
      // The first round is the mean. A neighbor further off than any double could tell still has a say.
      const distance = round === 0 ? 1 : Math.max(1e-3, Math.hypot(x[other] - middleX, y[other] - middleY));
      const share = Math.max(1e-6, weights[at]) / distance;
      sumX += share * x[other];
      sumY += share * y[other];
      sum += share;
    }
    middleX = sumX / sum;
    middleY = sumY / sum;
  }
  return [middleX, middleY];
}

/** The median distance from a known paper to the nearest other one, of a sample; 1 where there are not two places. */
export function spacingOf({ x, y, known }: KnownPlaces, seed: number): number {
  const rows = Int32Array.from(x.keys()).filter((row) => known[row] === 1);
  const there = { x: Float32Array.from(rows, (row) => x[row]), y: Float32Array.from(rows, (row) => y[row]) };
  const near = mapNeighbors(there);
  const distances = Float64Array.from(sampleRows(rows.length, SPACING_SAMPLE, seededRandom(seed)), (at) => {
    const [other] = near.nearest(at, 1);
    return other === undefined ? 0 : Math.hypot(there.x[at] - there.x[other], there.y[at] - there.y[other]);
  }).sort();
  return distances[distances.length >> 1] || 1;
}

function farthest(x: Float32Array, y: Float32Array): number {
  let most = 0;
  for (let row = 0; row < x.length; row++) most = Math.max(most, Math.hypot(x[row], y[row]));
  return most;
}

/** So many papers stand for the whole map in pushing the new paper away. */
const PUSHING = 2000;

/**
 * Where one new paper stands on a map of any size: as `placeNewPapers` would put it, with its neighbors and a sample of
 * the others in the place of all.
 *
 * @param neighbors its nearest rows, the nearest first; at least one
 * @param options with the spacing of the whole map
 * @returns map units; equal input gives the same place
 */
export function placeOne(
  map: Projection,
  neighbors: Neighbors,
  options: PlaceOptions & { readonly spacing: number },
): { x: number; y: number } {
  const sample = sampleRows(map.x.length, PUSHING, seededRandom(options.seed));
  const there = Int32Array.from(new Set([...neighbors.rows, ...sample]));
  const newRow = there.length;
  const [count, k] = [newRow + 1, neighbors.rows.length];
  const rows = new Int32Array(count * k);
  const similarities = new Float32Array(count * k);
  // Whom the others name pulls nobody here: only the newRow moves.
  for (let row = 0; row < newRow; row++) {
    for (let i = 0; i < k; i++) rows[row * k + i] = (row + 1 + i) % newRow;
  }
  for (let i = 0; i < k; i++) {
    rows[newRow * k + i] = i;
    similarities[newRow * k + i] = neighbors.similarities[i];
  }
  const known = new Uint8Array(count).fill(1);
  known[newRow] = 0;
  const x = Float32Array.from({ length: count }, (_, at) => (at < newRow ? map.x[there[at]] : 0));
  const y = Float32Array.from({ length: count }, (_, at) => (at < newRow ? map.y[there[at]] : 0));
  const placed = placeNewPapers({ count, k, rows, similarities }, { x, y, known }, options);
  return { x: placed.x[newRow], y: placed.y[newRow] };
}
