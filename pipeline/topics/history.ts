/** Topics over time. */
import { roundTo } from '../core/round.ts';
import type { TopicMonth } from '../core/topic-tree.ts';
import { OUTLIER, type TopicHierarchy } from '../core/topic-tree.ts';

/** A topic over time. */
export interface TopicHistory {
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /**
   * The topic's share of all recent papers divided by its share of all earlier papers: 1 is unchanged, 2 has doubled, 0.5
   * has halved. Null if too few papers have a month.
   */
  readonly growth: number | null;
}

/** The recent period: the fewest latest months that have this share of all papers with a month … */
const RECENT_SHARE = 1 / 3;
/** … but no more than this number of months. The earlier period is at most twice as many months directly before it. */
const MAX_RECENT_MONTHS = 12;
/** Minimum number of papers in each period, and of papers of the topic in both; fewer do not show growth. */
const MIN_PAPERS = 20;
const MIN_TOPIC_PAPERS = 8;

/**
 * Counts the papers of every topic by month, and measures its growth. Dates are ISO 8601 with any precision; papers whose
 * date has no month (`2025`) and papers without a date are ignored.
 *
 * Growth: A recent and B earlier papers have a month, of which a and b are in the topic, in all the share
 * π = (a + b) / (A + B). It is ((a + 1) / (A + 1/π)) / ((b + 1) / (B + 1/π)), rounded to three decimals: both periods are
 * smoothed by 1/π papers of which one is in the topic, so that small numbers do not give a large ratio. A topic of all
 * papers has growth 1, and swapping the periods gives the reciprocal.
 *
 * @param dates by row
 * @returns by topic
 */
export function topicHistories(
  dates: readonly (string | undefined)[],
  { parentOf, leafOfRow }: TopicHierarchy,
): TopicHistory[] {
  const monthNames = [...new Set(dates.flatMap((date) => monthOf(date) ?? []))].sort();
  const indexOf = new Map(monthNames.map((month, i) => [month, i]));
  const papersOfMonth = new Int32Array(monthNames.length);
  // By topic: papers by month.
  const countsOf: Map<number, number>[] = Array.from(parentOf, () => new Map());
  dates.forEach((date, row) => {
    const month = indexOf.get(monthOf(date) ?? '');
    if (month === undefined) return;
    papersOfMonth[month]++;
    if (leafOfRow[row] === OUTLIER) return;
    for (let topic = leafOfRow[row]; topic >= 0; topic = parentOf[topic]) {
      countsOf[topic].set(month, (countsOf[topic].get(month) ?? 0) + 1);
    }
  });
  const periods = periodsOf(papersOfMonth);
  return countsOf.map((counts) => {
    const byMonth = [...counts].sort((a, b) => a[0] - b[0]);
    return {
      months: byMonth.map(([month, papers]) => ({
        month: monthNames[month],
        papers,
        share: roundTo(papers / papersOfMonth[month], 5),
      })),
      growth: periods ? growthOf(byMonth, periods) : null,
    };
  });
}

/** `YYYY-MM`, if the date is that precise. */
function monthOf(date: string | undefined): string | undefined {
  return date === undefined ? undefined : /^\d{4}-(?:0[1-9]|1[0-2])(?=$|-)/.exec(date)?.[0];
}

/** The recent and the earlier period. */
interface Periods {
  /** The first month of each, as an index; the earlier one ends where the recent one starts. */
  readonly recentStart: number;
  readonly earlierStart: number;
  /** Papers in each. */
  readonly recent: number;
  readonly earlier: number;
}

/** Undefined if one of the periods has too few papers. */
function periodsOf(papersOfMonth: Int32Array): Periods | undefined {
  const total = papersOfMonth.reduce((sum, papers) => sum + papers, 0);
  const monthCount = papersOfMonth.length;
  let recentStart = monthCount;
  let recent = 0;
  while (recentStart > 0 && recent < total * RECENT_SHARE && monthCount - recentStart < MAX_RECENT_MONTHS) {
    recent += papersOfMonth[--recentStart];
  }
  const earlierStart = Math.max(0, recentStart - 2 * (monthCount - recentStart));
  const earlier = papersOfMonth.subarray(earlierStart, recentStart).reduce((sum, papers) => sum + papers, 0);
  return recent >= MIN_PAPERS && earlier >= MIN_PAPERS ? { recentStart, earlierStart, recent, earlier } : undefined;
}

/** @param byMonth months, as indices, and the topic's papers in each */
function growthOf(byMonth: readonly [number, number][], periods: Periods): number | null {
  let recent = 0;
  let earlier = 0;
  for (const [month, papers] of byMonth) {
    if (month >= periods.recentStart) recent += papers;
    else if (month >= periods.earlierStart) earlier += papers;
  }
  if (recent + earlier < MIN_TOPIC_PAPERS) return null;
  const smoothing = (periods.recent + periods.earlier) / (recent + earlier);
  const recentShare = (recent + 1) / (periods.recent + smoothing);
  const earlierShare = (earlier + 1) / (periods.earlier + smoothing);
  return roundTo(recentShare / earlierShare, 3);
}
