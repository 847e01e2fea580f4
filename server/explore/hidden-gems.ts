/** Hidden gems: under-discussed papers, which have fewer comments than expected of their date and neighborhood. */
import { lowerBound } from '../../pipeline/core/algorithms/sorting.ts';
import { roundTo } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, createYieldTimer } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { PaperColumns } from '../../pipeline/core/paper-columns.ts';
import { dateSpan, isWithin } from '../../pipeline/core/query/dates.ts';
import { createLazyTask } from '../../pipeline/runtime/lazy-task.ts';
import type { HiddenGemsRequest, HiddenGemsResponse } from '../schemas/explore.ts';
import type { PositionedPaperOf } from './positioned-paper.ts';

/** By row. */
export interface DiscussedPapers {
  readonly graph: KnnGraph;
  /** −1 if not known. */
  readonly comments: Int32Array;
  /** Date in days since any day; NaN if not known. */
  readonly days: Float64Array;
}

export interface HiddenGem {
  readonly row: number;
  /** The number of comments to expect of its date and neighborhood. */
  readonly expected: number;
  /** The number of papers that have it among their nearest neighbors. */
  readonly inDegree: number;
  /** Above 0; higher is more under-discussed. */
  readonly score: number;
}

/** Standard deviation of the Gaussian that weights papers by age: older papers had more time to be discussed. */
const BANDWIDTH_DAYS = 90;
/** Shrinkage: this many neighbors without any deviation are added, because a few neighbors are weak evidence. */
const PRIOR_NEIGHBORS = 3;
/** A gem has at least the in-degree of this quantile: papers that are neighbors of hardly any other are not central. */
const MIN_IN_DEGREE_QUANTILE = 0.5;

/**
 * Finds under-discussed papers, by descending score. With a = ln(1 + comments), over papers whose comments are known:
 *
 *     usual(p)    = the mean of a over all papers, weighted by a Gaussian of their distance in time (σ = 90 days)
 *     around(p)   = Σ (a − usual) over the neighbors of p ÷ (their number + 3)
 *     expected(p) = usual(p) + around(p)
 *     score(p)    = (expected(p) − a(p)) · percentile of p's in-degree (ties count half)
 *
 * A gem has a positive score, at least one comment less than expected (e^expected − 1), and at least the median in-degree
 * in the kNN graph.
 */
export function* findHiddenGems({ graph, comments, days }: DiscussedPapers): CooperativeTask<HiddenGem[]> {
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

/** The weighted mean of attention as a function of the day; for an unknown day the plain mean. */
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

/** Fewer papers with known comments do not show what is usual. */
const MIN_PAPERS_WITH_COMMENTS = 20;
const DAY_MS = 86_400_000;

interface HiddenGemsSource {
  readonly graph: KnnGraph;
  readonly columns: Pick<PaperColumns, 'comments' | 'dates'>;
  /** A test whether a row is in a topic; undefined for an unknown topic. */
  isIn(topic: number): ((row: number) => boolean) | undefined;
  readonly positionedPaperOf: PositionedPaperOf;
}

/**
 * A function that lists hidden gems; they are found on its first call. It throws not_found for an unknown topic, and
 * bad_request for what is not a date.
 */
export function createHiddenGems({ graph, columns, isIn, positionedPaperOf }: HiddenGemsSource) {
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
    if (since !== undefined && !dateSpan(since)) {
      throw new PaperfieldError('bad_request', `since: '${since}' is not a date; expected 2025, 2025-01 or 2025-01-07`);
    }
    const { gems: allGems, known } = await lazyGems.ready();
    const bounds = since === undefined ? [] : [{ kind: 'since', date: since } as const];
    const gems = allGems.filter(({ row }) => isInTopic(row) && isWithin(dates[row], bounds));
    return {
      papersWithComments: known,
      isAvailable: known >= MIN_PAPERS_WITH_COMMENTS,
      total: gems.length,
      gems: gems.slice(0, limit).map(({ row, expected, inDegree, score }) => ({
        ...positionedPaperOf(row),
        comments: comments[row],
        expectedComments: roundTo(expected, 1),
        inDegree,
        score: roundTo(score, 4),
      })),
    };
  };
}

/** The first day of a date, in days since 1970-01-01; NaN for what is not a date. */
function firstDayOf(date: string | null): number {
  return Date.parse(dateSpan(date ?? '')?.from ?? '') / DAY_MS;
}
