import { OUTLIER } from '../core/topic-tree.ts';

/** How much was written about a topic in one month. */
export interface TopicMonth {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly papers: number;
  /** Of all papers of that month, in (0, 1]. */
  readonly share: number;
}

/** A topic over time. */
export interface TopicHistory {
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /**
   * How many times as large the topic's share of all papers is of late as it was before: 1 is unchanged, 2 twice, ½ half.
   * Null where too few papers have a month.
   */
  readonly growth: number | null;
}

/** 'Of late' are the fewest latest months that hold this share of all papers with a month … */
const RECENT_SHARE = 1 / 3;
/** … and no more than so many months; 'before' are the months in front of them, at most twice as many. */
const MOST_RECENT_MONTHS = 12;
/** Either time needs so many papers, and the topic so many in both together; fewer tell nothing about growth. */
const LEAST_PAPERS = 20;
const LEAST_OF_TOPIC = 8;

/**
 * The history of every topic. Dates are ISO 8601 as exact as they are known: those that name no month (`2025`) are passed
 * over, as are papers without a date.
 *
 * Growth: of the papers A of late and B before, a and b are the topic's. With π = (a + b) / (A + B), its share over both,
 * 1 / π papers that hold one of the topic's are added to either time, so that few papers make no large number:
 * ((a + 1) / (A + 1/π)) / ((b + 1) / (B + 1/π)), rounded to three places. A topic of all papers has growth 1, and one that
 * grew r times when read forwards grew 1/r times when read backwards.
 *
 * @param dates by row
 * @param parentOf by topic, −1 for a top one, parents before their subtopics
 * @param leafOfRow the deepest topic by row, OUTLIER for none; a paper is its leaf's and all that are above it
 */
export function topicHistories(
  dates: readonly (string | undefined)[],
  parentOf: Int32Array,
  leafOfRow: Int32Array,
): TopicHistory[] {
  const named = [...new Set(dates.flatMap((date) => monthOf(date) ?? []))].sort();
  const placeOf = new Map(named.map((month, place) => [month, place]));
  const papersOfMonth = new Int32Array(named.length);
  const papersOfTopic: Map<number, number>[] = Array.from(parentOf, () => new Map());
  dates.forEach((date, row) => {
    const place = placeOf.get(monthOf(date) ?? '');
    if (place === undefined) return;
    papersOfMonth[place]++;
    if (leafOfRow[row] === OUTLIER) return;
    for (let topic = leafOfRow[row]; topic >= 0; topic = parentOf[topic]) {
      papersOfTopic[topic].set(place, (papersOfTopic[topic].get(place) ?? 0) + 1);
    }
  });
  const times = timesOf(papersOfMonth);
  return papersOfTopic.map((counts) => {
    const places = [...counts].sort((a, b) => a[0] - b[0]);
    return {
      months: places.map(([place, papers]) => ({
        month: named[place],
        papers,
        share: rounded(papers / papersOfMonth[place], 5),
      })),
      growth: times ? growthOf(places, times) : null,
    };
  });
}

/** `YYYY-MM` of a date that is so exact. */
function monthOf(date: string | undefined): string | undefined {
  return date === undefined ? undefined : /^\d{4}-(?:0[1-9]|1[0-2])(?=$|-)/.exec(date)?.[0];
}

/** Where 'of late' and 'before' begin, by place of a month, and how many papers they hold. */
interface Times {
  readonly recentFrom: number;
  readonly earlierFrom: number;
  readonly recent: number;
  readonly earlier: number;
}

function timesOf(papersOfMonth: Int32Array): Times | undefined {
  const all = papersOfMonth.reduce((sum, papers) => sum + papers, 0);
  let recentFrom = papersOfMonth.length;
  let recent = 0;
  while (recentFrom > 0 && recent < all * RECENT_SHARE && papersOfMonth.length - recentFrom < MOST_RECENT_MONTHS) {
    recent += papersOfMonth[--recentFrom];
  }
  const earlierFrom = Math.max(0, recentFrom - 2 * (papersOfMonth.length - recentFrom));
  const earlier = papersOfMonth.subarray(earlierFrom, recentFrom).reduce((sum, papers) => sum + papers, 0);
  return recent >= LEAST_PAPERS && earlier >= LEAST_PAPERS ? { recentFrom, earlierFrom, recent, earlier } : undefined;
}

function growthOf(places: readonly [number, number][], times: Times): number | null {
  let recent = 0;
  let earlier = 0;
  for (const [place, papers] of places) {
    if (place >= times.recentFrom) recent += papers;
    else if (place >= times.earlierFrom) earlier += papers;
  }
  if (recent + earlier < LEAST_OF_TOPIC) return null;
  const added = (times.recent + times.earlier) / (recent + earlier);
  const now = (recent + 1) / (times.recent + added);
  const before = (earlier + 1) / (times.earlier + added);
  return rounded(now / before, 3);
}

function rounded(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}
