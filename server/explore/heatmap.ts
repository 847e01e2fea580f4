/**
 * The heatmap of a query: the relevance of a sample of papers, smoothed by kernel regression over a grid on the map.
 */

import { partitionPoint } from '../../pipeline/core/algorithms/sorting.ts';
import { computeScoreStats, zScore } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, processInChunks } from '../../pipeline/core/cooperative.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import { isFilterOnly } from '../../pipeline/core/query/parser.ts';
import { runInTimeSlices } from '../../pipeline/runtime/scheduling.ts';
import {
  createMatchFeatureExtractor,
  type NullDistribution,
  percentileAmongOffTopic,
  rawMatchScore,
} from '../../pipeline/search/calibration/answerability.ts';
import { semanticScores } from '../../pipeline/search/candidates.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import { isCalibrated, type SearchResult } from '../../pipeline/search/engine.ts';
import { termCoverage } from '../../pipeline/search/lexical/bm25.ts';
import type { PreparedQuery } from '../../pipeline/search/prepare-query.ts';
import type { HeatmapResponse } from '../schemas/map.ts';

/**
 * A grid of square cells over the map, and the papers in each cell. Cells are numbered line by line, starting at the
 * smallest y, and within a line by ascending x.
 */
export interface MapGrid {
  readonly columns: number;
  /** The number of lines of cells. (Elsewhere in this file, `row` is the number of a paper.) */
  readonly rows: number;
  /**
   * The bounds of all papers, in map units. The cells of the last column and the last line may extend beyond the bounds
   * by less than one cell.
   */
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
  /** The side length of a cell, in map units. */
  readonly cellSize: number;
  /** The cell of each paper, by row. */
  readonly cellOf: Int32Array;
  /** The papers of cell c are `members[starts[c]]` … `members[starts[c + 1] − 1]`, by ascending row. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/**
 * Divides the map into a grid of cells.
 *
 * @param maxCells the number of cells along the longer side of the map
 */
export function createMapGrid({ x, y }: MapPositions, maxCells: number): MapGrid {
  const count = x.length;
  const [x0, x1] = extent(x);
  const [y0, y1] = extent(y);
  const cellSize = Math.max(x1 - x0, y1 - y0) / maxCells || 1;
  const cellsAlong = (length: number) => Math.max(1, Math.min(maxCells, Math.ceil(length / cellSize)));
  const [columns, rows] = [cellsAlong(x1 - x0), cellsAlong(y1 - y0)];
  const cellOf = new Int32Array(count);
  const starts = new Int32Array(columns * rows + 1);
  for (let row = 0; row < count; row++) {
    const column = Math.min(columns - 1, Math.floor((x[row] - x0) / cellSize));
    const line = Math.min(rows - 1, Math.floor((y[row] - y0) / cellSize));
    cellOf[row] = line * columns + column;
    starts[cellOf[row] + 1]++;
  }
  for (let cell = 0; cell < columns * rows; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice();
  const members = new Int32Array(count);
  for (let row = 0; row < count; row++) members[next[cellOf[row]]++] = row;
  return { columns, rows, bounds: { x0, y0, x1, y1 }, cellSize, cellOf, starts, members };
}

/** The smallest and the largest value; zeros if there are no values. */
function extent(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? [0, 0] : [low, high];
}

/**
 * Draws a stratified sample of the papers: the same number from each cell, evenly spread over the cell's members, or
 * all papers of a cell with fewer. The sample has at most `maxRows` papers, but at least one from each cell that has
 * papers.
 */
export function sampleFromCells({ starts, members }: MapGrid, maxRows: number): Int32Array {
  const sampleSize = (perCell: number) => {
    let sum = 0;
    for (let cell = 0; cell + 1 < starts.length; cell++) sum += Math.min(perCell, starts[cell + 1] - starts[cell]);
    return sum;
  };
  // The number of papers drawn from each cell is the largest one that keeps the sample within `maxRows`.
  const tooMany = partitionPoint(2, members.length + 1, (perCell) => sampleSize(perCell) > maxRows);
  const perCell = Math.max(1, tooMany - 1);
  const rows = new Int32Array(sampleSize(perCell));
  let at = 0;
  for (let cell = 0; cell + 1 < starts.length; cell++) {
    const size = starts[cell + 1] - starts[cell];
    const wanted = Math.min(perCell, size);
    for (let i = 0; i < wanted; i++) rows[at++] = members[starts[cell] + Math.floor((i * size) / wanted)];
  }
  return rows;
}

/** The Gaussian kernel is cut off at this many standard deviations. */
const KERNEL_CUTOFF = 3;
/**
 * A cell has a value if one paper is within this many standard deviations of it, or several papers a little farther
 * away.
 */
const NEAR = 2;
/**
 * The kernel is so wide that about this many papers are within one standard deviation where the density is the map's
 * average.
 */
const PAPERS_PER_KERNEL = 3;
/** Limits of the kernel's standard deviation, in cells. */
const [MIN_BANDWIDTH, MAX_BANDWIDTH] = [1.2, 4];

/**
 * Kernel regression (Nadaraya, 1964; Watson, 1964): computes for each cell the mean of a value over the papers around
 * it, weighted by a Gaussian of the distance between cell centers.
 *
 * @param rows the papers whose value is known, at least one from each cell that has papers; they represent all papers
 *   of their cell
 * @param values the values of `rows`, in the same order
 * @returns `columns` × `rows` means, between the smallest and the largest of `values`; NaN for a cell without papers
 *   nearby
 */
export function kernelRegression(grid: MapGrid, rows: Int32Array, values: ArrayLike<number>): Float32Array {
  const { columns, rows: lines, cellOf, starts, members } = grid;
  const cells = columns * lines;
  const papers = Float64Array.from({ length: cells }, (_, cell) => starts[cell + 1] - starts[cell]);
  const sampled = new Int32Array(cells);
  const sums = new Float64Array(cells);
  rows.forEach((row, at) => {
    sampled[cellOf[row]]++;
    sums[cellOf[row]] += values[at];
  });
  for (let cell = 0; cell < cells; cell++) if (sampled[cell] > 0) sums[cell] *= papers[cell] / sampled[cell];
  const sigma = bandwidth(cells, members.length);
  const kernel = Float64Array.from({ length: Math.ceil(KERNEL_CUTOFF * sigma) + 1 }, (_, d) =>
    Math.exp((-d * d) / (2 * sigma * sigma)),
  );
  const minWeight = Math.exp((-NEAR * NEAR) / 2);
  const weights = blurred(papers, columns, lines, kernel);
  const weightedSums = blurred(sums, columns, lines, kernel);
  return Float32Array.from(weightedSums, (sum, cell) =>
    weights[cell] >= minWeight ? sum / weights[cell] : Number.NaN,
  );
}

/** Computes the kernel's standard deviation, in cells. */
function bandwidth(cells: number, papers: number): number {
  const wanted = Math.sqrt((PAPERS_PER_KERNEL * cells) / (2 * Math.PI * Math.max(1, papers)));
  return Math.max(MIN_BANDWIDTH, Math.min(MAX_BANDWIDTH, wanted));
}

/** Blurs a grid. A Gaussian kernel is separable, so first the lines and then the columns are convolved. */
function blurred(values: Float64Array, columns: number, lines: number, kernel: Float64Array): Float64Array {
  const alongLines = convolved(values, kernel, lines, columns, columns, 1);
  return convolved(alongLines, kernel, columns, lines, 1, columns);
}

/**
 * Convolves the lines or the columns of a grid with a symmetric kernel.
 *
 * @param runs the number of lines (or columns)
 * @param length the number of cells in each of them
 * @param stride the distance in the array from the first cell of one line to the first cell of the next
 * @param step the distance in the array between adjacent cells of a line
 */
function convolved(
  values: Float64Array,
  kernel: Float64Array,
  runs: number,
  length: number,
  stride: number,
  step: number,
) {
  const result = new Float64Array(values.length);
  for (let run = 0; run < runs; run++) {
    for (let from = 0; from < length; from++) {
      const value = values[run * stride + from * step];
      if (value === 0) continue;
      const last = Math.min(length - 1, from + kernel.length - 1);
      for (let to = Math.max(0, from - kernel.length + 1); to <= last; to++) {
        result[run * stride + to * step] += value * kernel[Math.abs(to - from)];
      }
    }
  }
  return result;
}

type Vectors = readonly Float32Array[];

/**
 * Computes the relevance of some papers to a query, in [0, 1], one value per entry of `rows`. If search calibrates the
 * hits of this query, the relevance is the percentile of a hit among off-topic queries (without proximity, which would
 * require reading every text). If not, it is relative to the best of these papers: by BM25 in keyword mode, else by
 * z-scored cosine. For a query that has only filters it is 1. Papers that do not pass the filters get 0.
 */
async function relevanceOf(context: SearchContext, prepared: PreparedQuery, rows: Int32Array): Promise<Float32Array> {
  const { filter } = prepared;
  const values = await unfilteredRelevance(context, prepared, rows);
  return filter ? values.map((value, i) => (filter.mask[rows[i]] === 0 ? 0 : value)) : values;
}

async function unfilteredRelevance(
  context: SearchContext,
  prepared: PreparedQuery,
  rows: Int32Array,
): Promise<Float32Array> {
  const { query, mode, vectors, negativeVectors = [] } = prepared;
  if (isFilterOnly(query)) return new Float32Array(rows.length).fill(1);
  if (mode === 'keyword' || vectors.length + negativeVectors.length === 0) {
    return relativeToBest(context.index.scorer.score(prepared.terms.terms).scoresOf(rows));
  }
  const nulls = context.nullDistribution;
  if (isCalibrated(prepared) && nulls) return runInTimeSlices(percentiles(context, prepared, nulls, rows));
  return relativeToBest(await runInTimeSlices(zScoredCosines(context, vectors, negativeVectors, rows)));
}

function* cosines(
  context: SearchContext,
  rows: Int32Array,
  vectors: Vectors,
  negative: Vectors,
): CooperativeTask<Float32Array> {
  const values = new Float32Array(rows.length);
  yield* processInChunks(rows.length, (from, to) => {
    values.set(semanticScores(context.index, rows.subarray(from, to), vectors, negative).cosine, from);
  });
  return values;
}

function* zScoredCosines(
  context: SearchContext,
  vectors: Vectors,
  negative: Vectors,
  rows: Int32Array,
): CooperativeTask<Float32Array> {
  const values = yield* cosines(context, rows, vectors, negative);
  const stats = computeScoreStats(values);
  return values.map((value) => zScore(value, stats));
}

function* percentiles(
  context: SearchContext,
  { terms, vectors, query }: PreparedQuery,
  nulls: NullDistribution,
  rows: Int32Array,
): CooperativeTask<Float32Array> {
  const values = yield* cosines(context, rows, vectors.slice(0, 1), []);
  const { invertedIndex } = context.index;
  yield* processInChunks(rows.length, (from, to) => {
    const some = rows.subarray(from, to);
    const cosine = values.subarray(from, to);
    const { coverage } = termCoverage(invertedIndex, terms, some);
    const papers = { rows: some, cosine, coverage, proximity: new Float32Array(some.length) };
    const featuresOf = createMatchFeatureExtractor(invertedIndex, terms, query.freeText, papers);
    for (let i = 0; i < some.length; i++) {
      cosine[i] = percentileAmongOffTopic(rawMatchScore(featuresOf(i), nulls), nulls);
    }
  });
  return values;
}

/** Divides scores by the largest score. Scores below 0 become 0. */
function relativeToBest(scores: Float32Array): Float32Array {
  const best = scores.reduce((max, score) => Math.max(max, score), 0);
  return scores.map((score) => (best > 0 && score > 0 ? score / best : 0));
}

/** The number of cells along the longer side of the map. */
const CELLS = 96;
/** The most papers that are scored. On a map with more papers, a sample of each cell is scored. */
const MAX_SCORED = 40_000;
/**
 * The value of a cell, from 0 to 1, is encoded as the byte 1 + 254 · value, rounded. The byte 0 stands for no value.
 */
const BYTE_STEPS = 254;

/**
 * Creates a function that computes the heatmap of a search result: how relevant the papers around each cell are to the
 * query. If no paper is about the query, the relevance is 0 everywhere. The grid is made at the first call.
 */
export function createHeatmapBuilder(context: SearchContext, map: MapPositions) {
  let grid: MapGrid | undefined;
  let rows: Int32Array = new Int32Array(0);
  return async ({ prepared, status }: SearchResult): Promise<Omit<HeatmapResponse, 'snapshot'>> => {
    if (!grid) {
      grid = createMapGrid(map, CELLS);
      rows = sampleFromCells(grid, MAX_SCORED);
    }
    const isAnswered = status === 'answered';
    const relevance = isAnswered ? await relevanceOf(context, prepared, rows) : new Float32Array(rows.length);
    const heat = kernelRegression(grid, rows, relevance);
    return {
      query: prepared.source,
      mode: prepared.mode,
      status: isAnswered ? 'answered' : 'no_match',
      columns: grid.columns,
      rows: grid.rows,
      cellSize: grid.cellSize,
      bounds: { ...grid.bounds },
      values: Buffer.from(
        Uint8Array.from(heat, (value) => (Number.isNaN(value) ? 0 : 1 + Math.round(BYTE_STEPS * value))),
      ).toString('base64'),
    };
  };
}
