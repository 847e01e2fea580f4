import { type CooperativeTask, inChunks } from '../../pipeline/core/cooperative.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import { isFilterOnly } from '../../pipeline/core/query/ast.ts';
import { createMapGrid, kernelRegression, type MapGrid, sampleFromCells } from '../../pipeline/map/heatmap.ts';
import { runInTimeSlices } from '../../pipeline/runtime/scheduling.ts';
import {
  createFeatureExtractor,
  matchScore,
  type NullDistribution,
  percentile,
} from '../../pipeline/search/calibration/answerability.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import { isCalibrated, type SearchResult } from '../../pipeline/search/engine.ts';
import { scoreStats, zScore } from '../../pipeline/search/fusion.ts';
import type { PreparedQuery } from '../../pipeline/search/prepare-query.ts';
import { semanticScores } from '../../pipeline/search/retrieve.ts';
import type { HeatmapResponse } from '../schemas/map.ts';

type Vectors = readonly Float32Array[];

/**
 * The relevance of some papers to a query, in [0, 1], one value per entry of `rows`. Where search calibrates its hits, it is
 * their percentile among off-topic queries (without proximity, which would mean reading every text). Where it does not, 1
 * is the best of these papers, by BM25 in keyword mode, else by z-scored cosine. A query of filters only gives 1 to what
 * passes. What is filtered out has 0.
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
  yield* inChunks(rows.length, (from, to) => {
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
  const stats = scoreStats(values);
  return values.map((value) => zScore(value, stats));
}

function* percentiles(
  context: SearchContext,
  { terms, vectors, query }: PreparedQuery,
  nulls: NullDistribution,
  rows: Int32Array,
): CooperativeTask<Float32Array> {
  const values = yield* cosines(context, rows, vectors.slice(0, 1), []);
  const featuresOf = createFeatureExtractor(context.index.invertedIndex, terms, query.freeText);
  yield* inChunks(rows.length, (from, to) => {
    for (let i = from; i < to; i++) values[i] = percentile(matchScore(featuresOf(rows[i], values[i], 0), nulls), nulls);
  });
  return values;
}

/** As shares of the maximum; 0 for what is 0 or less. */
function relativeToBest(scores: Float32Array): Float32Array {
  const best = scores.reduce((max, score) => Math.max(max, score), 0);
  return scores.map((score) => (best > 0 && score > 0 ? score / best : 0));
}

/** Cells along the longer side of the map. */
const CELLS = 96;
/** At most this many papers are scored: of a larger map the same share of each cell. */
const MAX_SCORED = 40_000;
/** A byte is 0 for no value, else 1 + value · 254. */
const BYTE_STEPS = 254;

/**
 * A function that computes how relevant the papers around each cell of the map are to a query, from the result of searching
 * it. All cells are 0 if no paper is about the query. The grid is made on first use.
 */
export function createHeatmap(context: SearchContext, map: MapPositions) {
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
