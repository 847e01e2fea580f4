/**
 * Hidden gems: papers that are central in the kNN graph, but have less attention (comments, upvotes or citations) than is
 * usual for their date and neighborhood.
 */
import { lowerBound } from '../../pipeline/core/algorithms/sorting.ts';
import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, createYieldTimer } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { type AttentionMeasure, attentionMeasures, type FieldColumns } from '../../pipeline/core/field-columns.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { PaperColumns } from '../../pipeline/core/paper-columns.ts';
import { isDateWithin, parseDateSpan } from '../../pipeline/core/query/dates.ts';
import { createLazyTask } from '../../pipeline/runtime/idle-and-lazy-tasks.ts';
import type { HiddenGemsRequest, HiddenGemsResponse } from '../schemas/explore.ts';
import type { PositionedPaperLookup } from './positioned-paper.ts';

/** The data from which hidden gems are found. All columns are by row. */
export interface HiddenGemsInput {
  readonly graph: KnnGraph;
  /** The number of comments, upvotes or citations of each paper; −1 if not known. */
  readonly counts: ArrayLike<number>;
  /** The date of each paper as a number of days, counted from any fixed day; NaN if not known. */
  readonly days: Float64Array;
}

/** A paper with less attention than expected, and the numbers that show it. */
export interface HiddenGem {
  readonly row: number;
  /** The number that is usual for the paper's date and neighborhood. */
  readonly expected: number;
  /** The number of papers that have this paper among their nearest neighbors. */
  readonly inDegree: number;
  /** How overlooked the paper is: above 0, higher is more. */
  readonly score: number;
}

/**
 * Standard deviation, in days, of the Gaussian that weights papers by their distance in time. Older papers have more
 * attention only because they had more time to get them.
 */
const BANDWIDTH_DAYS = 90;
/**
 * Shrinkage: this many virtual neighbors with exactly the usual attention are added to the real ones, because
 * few neighbors are weak evidence.
 */
const PRIOR_NEIGHBORS = 3;
/** A gem has at least the in-degree at this quantile. A paper that is a neighbor of few others is not central. */
const MIN_IN_DEGREE_QUANTILE = 0.5;

/**
 * Finds hidden gems, by descending score. Let a = ln(1 + count), for papers with a known count:
 *
 *     usual(p)    = mean of a over all papers, weighted by a Gaussian of their distance in time from p (σ = 90 days)
 *     around(p)   = Σ (a − usual) over the neighbors of p ÷ (number of these neighbors + 3)
 *     expected(p) = usual(p) + around(p)
 *     score(p)    = (expected(p) − a(p)) · percentile of p's in-degree (ties count half)
 *
 * A gem has a positive score, a count at least one less than expected (e^expected − 1), and at least the median
 * in-degree in the kNN graph.
 */
export function* findHiddenGems({ graph, counts, days }: HiddenGemsInput): CooperativeTask<HiddenGem[]> {
  const { count, k, neighbors } = graph;
  const known = Array.from({ length: counts.length }, (_, row) => row).filter((row) => counts[row] >= 0);
  const attention = Float64Array.from(counts, (number) => Math.log1p(Math.max(0, number)));
  const usual = usualAttention(known, attention, days);
  const inDegrees = new Int32Array(count);
  for (const row of neighbors) inDegrees[row]++;
  const sortedInDegrees = inDegrees.toSorted();
  const shareBelow = (inDegree: number) => lowerBound(sortedInDegrees, inDegree) / count;
  const minInDegree = sortedInDegrees[Math.floor(MIN_IN_DEGREE_QUANTILE * count)];
  const gems: HiddenGem[] = [];
  const isDue = createYieldTimer();
  for (const [i, row] of known.entries()) {
    if (isDue()) yield i / known.length;
    let [sum, others] = [0, PRIOR_NEIGHBORS];
    for (let at = row * k; at < (row + 1) * k; at++) {
      const neighbor = neighbors[at];
      if (counts[neighbor] < 0) continue;
      sum += attention[neighbor] - usual(days[neighbor]);
      others++;
    }
    const expected = usual(days[row]) + sum / others;
    const inDegree = inDegrees[row];
    const percentile = (shareBelow(inDegree) + shareBelow(inDegree + 1)) / 2;
    const isOverlooked = Math.expm1(expected) - counts[row] >= 1;
    if (!isOverlooked || inDegree < minInDegree) continue;
    const score = (expected - attention[row]) * percentile;
    if (score > 0) gems.push({ row, expected: Math.expm1(expected), inDegree, score });
  }
  return gems.sort((a, b) => b.score - a.score || a.row - b.row);
}

/**
 * Creates a function that returns, for a day, the mean of ln(1 + comments) over all papers, weighted by their distance
 * in time from that day. For an unknown day it returns the unweighted mean.
 */
function usualAttention(
  known: readonly number[],
  attention: Float64Array,
  days: Float64Array,
): (day: number) => number {
  const byDay = new Map<number, { sum: number; papers: number }>();
  let total = 0;
  for (const row of known) {
    total += attention[row];
    if (Number.isNaN(days[row])) continue;
    const sofar = byDay.get(days[row]) ?? { sum: 0, papers: 0 };
    byDay.set(days[row], { sum: sofar.sum + attention[row], papers: sofar.papers + 1 });
  }
  const mean = total / Math.max(1, known.length);
  const cache = new Map<number, number>();
  return (day) => {
    if (Number.isNaN(day)) return mean;
    const cached = cache.get(day);
    if (cached !== undefined) return cached;
    let [sum, weight] = [0, 0];
    for (const [other, { sum: sumOfDay, papers }] of byDay) {
      const kernel = Math.exp(-((day - other) ** 2) / (2 * BANDWIDTH_DAYS ** 2));
      sum += kernel * sumOfDay;
      weight += kernel * papers;
    }
    const usual = weight > 0 ? sum / weight : mean;
    cache.set(day, usual);
    return usual;
  };
}

/** Fewer papers with a known count do not show what is usual. */
const MIN_PAPERS_WITH_COUNT = 20;
const DAY_MS = 86_400_000;

interface HiddenGemsSource {
  readonly graph: KnnGraph;
  readonly columns: Pick<PaperColumns, 'dates'>;
  readonly fields: FieldColumns;
  /** Returns a function that tests whether a row is in a topic; undefined for an unknown topic. */
  isIn(topic: number): ((row: number) => boolean) | undefined;
  readonly positionedPaperOf: PositionedPaperLookup;
}

/**
 * Creates a function that lists hidden gems, which are computed once for each measure of attention. The function throws
 * not_found for an unknown topic, and bad_request for text that is not a date and for a measure that no paper has.
 */
export function createHiddenGemsFinder({ graph, columns, fields, isIn, positionedPaperOf }: HiddenGemsSource) {
  const { dates } = columns;
  const papersWith = (measure: AttentionMeasure) =>
    fields.infos.find(({ name, type }) => name === measure && type === 'number')?.papers ?? 0;
  const measures = attentionMeasures.filter((measure) => papersWith(measure) > 0);
  // Without a choice, the first that enough papers have.
  const usual = measures.find((measure) => papersWith(measure) >= MIN_PAPERS_WITH_COUNT) ?? measures[0] ?? 'comments';
  const gemsBy = new Map(measures.map((measure) => [measure, createGemsTask(graph, fields, measure, dates)]));
  return async ({ topic, since, by, limit }: HiddenGemsRequest): Promise<Omit<HiddenGemsResponse, 'snapshot'>> => {
    const isInTopic = topic === undefined ? () => true : isIn(topic);
    if (!isInTopic) throw new PaperfieldError('not_found', `no topic has the id '${topic}'`);
    if (since !== undefined && !parseDateSpan(since)) {
      throw new PaperfieldError('bad_request', `since: '${since}' is not a date; expected 2025, 2025-01 or 2025-01-07`);
    }
    if (by !== undefined && !measures.includes(by)) {
      const known = measures.length > 0 ? `; known are ${measures.join(', ')}` : '';
      throw new PaperfieldError('bad_request', `by: no paper has a number of ${by}${known}`);
    }
    const measure = by ?? usual;
    const isAvailable = papersWith(measure) >= MIN_PAPERS_WITH_COUNT;
    const found = isAvailable ? await gemsBy.get(measure)?.ready() : undefined;
    const bounds = since === undefined ? [] : [{ kind: 'since', date: since } as const];
    const gems = (found?.gems ?? []).filter(({ row }) => isInTopic(row) && isDateWithin(dates[row], bounds));
    return {
      measure,
      measures,
      papersWithCount: papersWith(measure),
      isAvailable,
      total: gems.length,
      gems: gems.slice(0, limit).map(({ row, expected, inDegree, score }) => ({
        ...positionedPaperOf(row),
        count: found?.counts[row] ?? 0,
        expectedCount: roundToDigits(expected, 1),
        inDegree,
        score: roundToDigits(score, 4),
      })),
    };
  };
}

function createGemsTask(
  graph: KnnGraph,
  fields: FieldColumns,
  measure: AttentionMeasure,
  dates: PaperColumns['dates'],
) {
  return createLazyTask(function* (): CooperativeTask<{ readonly gems: HiddenGem[]; readonly counts: Float64Array }> {
    const data = fields.read(measure);
    // A negative number of citations is no number of citations.
    const values = data.type === 'number' ? data.values : new Float64Array(graph.count).fill(Number.NaN);
    const counts = Float64Array.from(values, (value) => (value >= 0 ? value : -1));
    const dayOf = new Map([...new Set(dates)].map((date) => [date, firstDayOf(date)]));
    const days = Float64Array.from(dates, (date) => dayOf.get(date) ?? Number.NaN);
    return { counts, gems: yield* findHiddenGems({ graph, counts, days }) };
  });
}

/** The first day of a date, in days since 1970-01-01; NaN for null and for text that is not a date. */
function firstDayOf(date: string | null): number {
  return Date.parse(parseDateSpan(date ?? '')?.from ?? '') / DAY_MS;
}
