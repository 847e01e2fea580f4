import { type Steps, spans } from '../../pipeline/core/cooperative.ts';
import type { Projection } from '../../pipeline/core/map-positions.ts';
import { isBlank } from '../../pipeline/core/query/ast.ts';
import { parseQuery } from '../../pipeline/core/query/parser.ts';
import { type MapGrid, mapGrid, rowsFromCells, smoothedField } from '../../pipeline/map/heatmap.ts';
import { inTurns } from '../../pipeline/runtime/scheduling.ts';
import { supportReader } from '../../pipeline/search/calibration/match-features.ts';
import { percentileOf, strengthOf } from '../../pipeline/search/calibration/null-distribution.ts';
import type { Answer, Asker } from '../../pipeline/search/engine.ts';
import { scaleOf, standardized } from '../../pipeline/search/fusion.ts';
import { type MadeQuestion, makeQuestion } from '../../pipeline/search/prepare-query.ts';
import { meaningOf } from '../../pipeline/search/vector/semantic-score.ts';
import type { HeatmapAnswer } from '../schemas/explore.ts';
import type { SearchMode } from '../schemas/search.ts';

type Vectors = readonly Float32Array[];

/** Papers compared between two steps: some milliseconds, of which what is usual for a vector takes an eighth. */
const ROWS_A_STEP = 2048;

/**
 * How much some papers have to do with a query, in [0, 1], by place in `rows`. Where search judges its hits it is their
 * relevance: the share of unrelated questions that get a weaker answer than the paper is (pairs of words aside, which
 * would mean reading every text). Where it does not, 1 is the best of these papers: by BM25 where only words are asked,
 * else by standard deviations above the usual cosine. A query of filters alone gives 1 to what they let through; what
 * they shut out has 0.
 *
 * @throws PaperfieldError bad_request, not_found, as search does
 */
export async function relevanceOf(asker: Asker, q: string, mode: SearchMode, rows: Int32Array): Promise<Float32Array> {
  const query = parseQuery(q);
  const question = await makeQuestion(asker, query, q, mode);
  const isJudged = mode !== 'keyword' && query.like.length === 0 && question.near.length > 0;
  const values = isBlank(query)
    ? new Float32Array(rows.length).fill(1)
    : mode === 'keyword' || question.near.length + (question.far?.length ?? 0) === 0
      ? upToBest(wordScores(asker, question, rows))
      : isJudged && asker.nullDistribution
        ? await inTurns(percentiles(asker, question, query.freeText, asker.nullDistribution, rows))
        : upToBest(await inTurns(meanings(asker, question, rows)));
  const { filter } = question;
  return filter ? values.map((value, at) => (filter.mask[rows[at]] === 0 ? 0 : value)) : values;
}

function wordScores({ corpus }: Asker, { asked }: MadeQuestion, rows: Int32Array): Float32Array {
  return corpus.scorer.score(asked.terms).scoresOf(rows);
}

/** What `meaningOf` says of many rows, part by part. */
function* nearness({ corpus }: Asker, rows: Int32Array, near: Vectors, far: Vectors): Steps<Float32Array> {
  const cosines = new Float32Array(rows.length);
  yield* spans(rows.length, ROWS_A_STEP, (from, to) => {
    cosines.set(meaningOf(corpus, rows.subarray(from, to), near, far).cosine, from);
  });
  return cosines;
}

function* meanings(asker: Asker, { near, far = [] }: MadeQuestion, rows: Int32Array): Steps<Float32Array> {
  const cosine = yield* nearness(asker, rows, near, far);
  const usual = scaleOf(cosine);
  return cosine.map((one) => standardized(one, usual));
}

function* percentiles(
  asker: Asker,
  { asked, near }: MadeQuestion,
  text: string,
  background: NonNullable<Asker['nullDistribution']>,
  rows: Int32Array,
): Steps<Float32Array> {
  const values = yield* nearness(asker, rows, near.slice(0, 1), []);
  const read = supportReader(asker.words, asked, text);
  yield* spans(rows.length, ROWS_A_STEP, (from, to) => {
    for (let at = from; at < to; at++) {
      values[at] = percentileOf(strengthOf(read(rows[at], values[at], 0), background), background);
    }
  });
  return values;
}

/** As shares of the largest; what is 0 or less is 0. */
function upToBest(scores: Float32Array): Float32Array {
  const best = scores.reduce((most, score) => Math.max(most, score), 0);
  return scores.map((score) => (best > 0 && score > 0 ? score / best : 0));
}

/** Cells along the longer side. */
const CELLS = 96;
/** So many papers are compared with the query: of more, as many of each cell. */
const LOOKED_AT = 40_000;
/** Steps of a value that is there; 0 is no value. */
const STEPS = 254;

interface FieldSource {
  readonly asker: Asker;
  readonly map: Projection;
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/**
 * A function that tells how much the papers around each cell of the map have to do with a query. Where nothing here is
 * about it no place is warm. The map is cut into cells when that is first asked for.
 */
export function openField({
  asker,
  map,
  ask,
}: FieldSource): (q: string, mode: SearchMode) => Promise<Omit<HeatmapAnswer, 'snapshot'>> {
  let grid: MapGrid | undefined;
  let rows: Int32Array = new Int32Array(0);
  return async (q, mode) => {
    const { isAbout } = await ask(q, mode);
    if (!grid) {
      grid = mapGrid(map, CELLS);
      rows = rowsFromCells(grid, LOOKED_AT);
    }
    const relevance = isAbout ? await relevanceOf(asker, q, mode, rows) : new Float32Array(rows.length);
    return {
      query: q,
      mode,
      status: isAbout ? 'answered' : 'no_match',
      columns: grid.columns,
      rows: grid.rows,
      cell: grid.cell,
      bounds: { ...grid.bounds },
      values: Buffer.from(bytesOf(smoothedField(grid, rows, relevance))).toString('base64'),
    };
  };
}

function bytesOf(field: Float32Array): Uint8Array {
  return Uint8Array.from(field, (value) => (Number.isNaN(value) ? 0 : 1 + Math.round(STEPS * value)));
}
