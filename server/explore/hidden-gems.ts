/**
 * Hidden gems: papers that are central in the kNN graph, but have fewer comments than is usual for their date and
 * neighborhood.
 */
import { lowerBound } from '../../pipeline/core/algorithms/sorting.ts';
import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, createYieldTimer } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { PaperColumns } from '../../pipeline/core/paper-columns.ts';
import { isDateWithin, parseDateSpan } from '../../pipeline/core/query/dates.ts';
import { createLazyTask } from '../../pipeline/runtime/idle-and-lazy-tasks.ts';
import type { HiddenGemsRequest, HiddenGemsResponse } from '../schemas/explore.ts';
import type { PositionedPaperLookup } from './positioned-paper.ts';

/** The data from which hidden gems are found. All columns are by row. */
export interface HiddenGemsInput {
  readonly graph: KnnGraph;
  /** The number of comments of each paper; −1 if not known. */
  readonly comments: Int32Array;
  /** The date of each paper as a number of days, counted from any fixed day; NaN if not known. */
  readonly days: Float64Array;
}

/** A paper with fewer comments than expected, and the numbers that show it. */
export interface HiddenGem {
  readonly row: number;
  /** The number of comments that is usual for the paper's date and neighborhood. */
  readonly expected: number;
  /** The number of papers that have this paper among their nearest neighbors. */
  readonly inDegree: number;
  /** How under-discussed the paper is: above 0, higher is more. */
  readonly score: number;
}

/**
 * Standard deviation, in days, of the Gaussian that weights papers by their distance in time. Older papers have more
 * comments only because they had more time to get them.
 */
const BANDWIDTH_DAYS = 90;
/**
 * Shrinkage: this many virtual neighbors with exactly the usual number of comments are added to the real ones, because
 * few neighbors are weak evidence.
 */
const PRIOR_NEIGHBORS = 3;
/** A gem has at least the in-degree at this quantile. A paper that is a neighbor of few others is not central. */
const MIN_IN_DEGREE_QUANTILE = 0.5;

/**
 * Finds hidden gems, by descending score. Let a = ln(1 + comments), for papers with a known number of comments:
 *
 *     usual(p)    = mean of a over all papers, weighted by a Gaussian of their distance in time from p (σ = 90 days)
 *     around(p)   = Σ (a − usual) over the neighbors of p ÷ (number of these neighbors + 3)
 *     expected(p) = usual(p) + around(p)
 *     score(p)    = (expected(p) − a(p)) · percentile of p's in-degree (ties count half)
 *
 * A gem has a positive score, at least one comment less than expected (e^expected − 1), and at least the median
 * in-degree in the kNN graph.
 */
export function* findHiddenGems({ graph, comments, days }: HiddenGemsInput): CooperativeTask<HiddenGem[]> {
  const { count, k, neighbors } = graph;
  const known = Array.from(comments.keys()).filter((row) => comments[row] >= 0);
  const attention = Float64Array.from(comments, (number) => Math.log1p(Math.max(0, number)));
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
      if (comments[neighbor] < 0) continue;
      sum += attention[neighbor] - usual(days[neighbor]);
      others++;
    }
    const expected = usual(days[row]) + sum / others;
    const inDegree = inDegrees[row];
    const percentile = (shareBelow(inDegree) + shareBelow(inDegree + 1)) / 2;
    const isUnderDiscussed = Math.expm1(expected) - comments[row] >= 1;
    if (!isUnderDiscussed || inDegree < minInDegree) continue;
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

/** Fewer papers with a known number of comments do not show how many comments are usual. */
const MIN_PAPERS_WITH_COMMENTS = 20;
const DAY_MS = 86_400_000;

interface HiddenGemsSource {
  readonly graph: KnnGraph;
  readonly columns: Pick<PaperColumns, 'comments' | 'dates'>;
  /** Returns a function that tests whether a row is in a topic; undefined for an unknown topic. */
  isIn(topic: number): ((row: number) => boolean) | undefined;
  readonly positionedPaperOf: PositionedPaperLookup;
}

/**
 * Creates a function that lists hidden gems, which are computed at its first call. The function throws not_found for an
 * unknown topic, and bad_request for text that is not a date.
 */
export function createHiddenGemsFinder({ graph, columns, isIn, positionedPaperOf }: HiddenGemsSource) {
  const { comments, dates } = columns;
  const lazyGems = createLazyTask(function* (): CooperativeTask<{
    readonly gems: HiddenGem[];
    readonly known: number;
  }> {
    const known = comments.reduce((sum, number) => sum + (number >= 0 ? 1 : 0), 0);
    const dayOf = new Map([...new Set(dates)].map((date) => [date, firstDayOf(date)]));
    const days = Float64Array.from(dates, (date) => dayOf.get(date) ?? Number.NaN);
    const gems = known < MIN_PAPERS_WITH_COMMENTS ? [] : yield* findHiddenGems({ graph, comments, days });
    return { known, gems };
  });
  return async ({ topic, since, limit }: HiddenGemsRequest): Promise<Omit<HiddenGemsResponse, 'snapshot'>> => {
    const isInTopic = topic === undefined ? () => true : isIn(topic);
    if (!isInTopic) throw new PaperfieldError('not_found', `no topic has the id '${topic}'`);
    if (since !== undefined && !parseDateSpan(since)) {
      throw new PaperfieldError('bad_request', `since: '${since}' is not a date; expected 2025, 2025-01 or 2025-01-07`);
    }
    const { gems: allGems, known } = await lazyGems.ready();
    const bounds = since === undefined ? [] : [{ kind: 'since', date: since } as const];
    const gems = allGems.filter(({ row }) => isInTopic(row) && isDateWithin(dates[row], bounds));
    return {
      papersWithComments: known,
      isAvailable: known >= MIN_PAPERS_WITH_COMMENTS,
      total: gems.length,
      gems: gems.slice(0, limit).map(({ row, expected, inDegree, score }) => ({
        ...positionedPaperOf(row),
        comments: comments[row],
        expectedComments: roundToDigits(expected, 1),
        inDegree,
        score: roundToDigits(score, 4),
      })),
    };
  };
}

/** The first day of a date, in days since 1970-01-01; NaN for null and for text that is not a date. */
function firstDayOf(date: string | null): number {
  return Date.parse(parseDateSpan(date ?? '')?.from ?? '') / DAY_MS;
}
