import type { Steps } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import { dateSpan, isWithin } from '../../pipeline/core/query/dates.ts';
import { openAhead } from '../../pipeline/runtime/lazy-task.ts';
import type { PaperFacts } from '../../pipeline/store/paper-database.ts';
import type { Placed } from '../hits.ts';
import type { GemsAnswer, GemsRequest } from '../schemas/explore.ts';

/** What is known of papers, by row. */
export interface Discussed {
  readonly graph: KnnGraph;
  /** −1 where it is not known. */
  readonly comments: Int32Array;
  /** Days since any day; NaN where the date is not known. */
  readonly days: Float64Array;
}

/** A paper that was discussed less than one would expect. */
export interface Gem {
  readonly row: number;
  /** Comments that a paper of its date and neighborhood usually has. */
  readonly expected: number;
  /** How many papers have it among their nearest. */
  readonly inDegree: number;
  /** Above 0; larger is more of a gem. */
  readonly score: number;
}

/** Papers so many days apart count e^−½ for what is usual at a date: older papers had longer to be discussed. */
const DAYS = 90;
/** Neighbors of usual attention that every neighborhood is thought to have besides its own: three say little. */
const PRIOR = 3;
/** A gem is named by at least as many papers as this share of all. */
const CENTRAL = 0.5;
/** Rows between two steps: some milliseconds. */
const ROWS_A_STEP = 2048;

/**
 * Papers with few comments for their neighborhood and date that are central enough to be worth it, the best first.
 * With a = ln(1 + comments), over papers whose comments are known:
 *
 *     usual(p)    = the mean a of all, weighed by how near in time they are (a Gaussian of 90 days)
 *     around(p)   = Σ (a − usual) over p's neighbors ÷ (their number + 3)
 *     expected(p) = usual(p) + around(p)
 *     score(p)    = (expected(p) − a(p)) · share of papers named by fewer than p is, those by as many halved
 *
 * A gem has a score above 0, fewer comments than expected (e^expected − 1) by one at least, and is named as neighbor by
 * no fewer papers than half of all are.
 */
export function* hiddenGems({ graph, comments, days }: Discussed): Steps<Gem[]> {
  const { count, k, rows } = graph;
  const known = Array.from(comments.keys()).filter((row) => comments[row] >= 0);
  const attention = Float64Array.from(comments, (number) => Math.log1p(Math.max(0, number)));
  const usual = usualByDay(known, attention, days);
  const named = new Int32Array(count);
  for (const row of rows) named[row]++;
  const ascending = named.toSorted();
  const gems: Gem[] = [];
  for (const [i, row] of known.entries()) {
    if (i % ROWS_A_STEP === 0) yield i / known.length;
    let [sum, others] = [0, PRIOR];
    for (let at = row * k; at < (row + 1) * k; at++) {
      if (comments[rows[at]] < 0) continue;
      sum += attention[rows[at]] - usual(days[rows[at]]);
      others++;
    }
    const expected = usual(days[row]) + sum / others;
    const central = (shareBelow(ascending, named[row]) + shareBelow(ascending, named[row] + 1)) / 2;
    const isMissed = Math.expm1(expected) - comments[row] >= 1;
    if (!isMissed || named[row] < ascending[Math.floor(CENTRAL * count)]) continue;
    const score = (expected - attention[row]) * central;
    if (score > 0) gems.push({ row, expected: Math.expm1(expected), inDegree: named[row], score });
  }
  return gems.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** A function of the day: the weighed mean over known papers; for a paper without a date their plain mean. */
function usualByDay(known: readonly number[], attention: Float64Array, days: Float64Array): (day: number) => number {
  const sums = new Map<number, { sum: number; papers: number }>();
  let whole = 0;
  for (const row of known) {
    whole += attention[row];
    if (Number.isNaN(days[row])) continue;
    const one = sums.get(days[row]) ?? { sum: 0, papers: 0 };
    sums.set(days[row], { sum: one.sum + attention[row], papers: one.papers + 1 });
  }
  const mean = whole / Math.max(1, known.length);
  const told = new Map<number, number>();
  return (day) => {
    if (Number.isNaN(day)) return mean;
    const known = told.get(day);
    if (known !== undefined) return known;
    let [sum, weight] = [0, 0];
    for (const [other, { sum: attended, papers }] of sums) {
      const near = Math.exp(-((day - other) ** 2) / (2 * DAYS ** 2));
      sum += near * attended;
      weight += near * papers;
    }
    const usual = weight > 0 ? sum / weight : mean;
    told.set(day, usual);
    return usual;
  };
}

function shareBelow(ascending: Int32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low / ascending.length;
}

/** Of fewer papers with known comments nobody can say what is usual. */
const LEAST_KNOWN = 20;
const DAY_MS = 86_400_000;

interface GemSource {
  readonly graph: KnnGraph;
  facts(): PaperFacts;
  /** The rows of a topic, or undefined for an id that no topic has. */
  isIn(topic: number): ((row: number) => boolean) | undefined;
  placed: Placed;
}

/** A function that tells hidden gems; they are found when they are first asked for. */
export function openGems(source: GemSource): (request: GemsRequest) => Promise<Omit<GemsAnswer, 'snapshot'>> {
  const all = openAhead(function* (): Steps<{ readonly gems: readonly Gem[]; readonly known: number }> {
    const { comments, dates } = source.facts();
    const known = comments.reduce((sum, number) => sum + (number >= 0 ? 1 : 0), 0);
    const dayOf = new Map([...new Set(dates)].map((date) => [date, firstDayOf(date)]));
    const days = Float64Array.from(dates, (date) => dayOf.get(date) ?? Number.NaN);
    const gems = known < LEAST_KNOWN ? [] : yield* hiddenGems({ graph: source.graph, comments, days });
    return { known, gems };
  });
  return async ({ topic, since, limit }) => {
    const isIn = topic === undefined ? () => true : source.isIn(topic);
    if (!isIn) throw new PaperfieldError('not_found', `no topic has the id '${topic}'`);
    if (since !== undefined && !dateSpan(since)) {
      throw new PaperfieldError('bad_request', `since: '${since}' is no date; write 2025, 2025-01 or 2025-01-07`);
    }
    const found = await all.ready();
    const { comments, dates } = source.facts();
    const bounds = since === undefined ? [] : [{ kind: 'since', date: since } as const];
    const gems = found.gems.filter(({ row }) => isIn(row) && isWithin(dates[row], bounds));
    return {
      known: found.known,
      isAvailable: found.known >= LEAST_KNOWN,
      total: gems.length,
      gems: gems.slice(0, limit).map(({ row, expected, inDegree, score }) => ({
        ...source.placed(row),
        comments: comments[row],
        expected: Math.round(expected * 10) / 10,
        inDegree,
        score: Math.round(score * 1e4) / 1e4,
      })),
    };
  };
}

/** In days since 1970-01-01; NaN for what is no date. */
function firstDayOf(date: string | null): number {
  return Date.parse(dateSpan(date ?? '')?.from ?? '') / DAY_MS;
}
