/** Which names stand on the map at which zoom: fields from afar, then topics, then their parts, then titles. */
import type { TopicAnswer } from '../../../server/schemas/search.ts';

/** Topics of one level of the tree. */
export interface NameLevel {
  /** 0 for the topics that are shown, −1 for the fields above them, 1 and more for their parts. */
  rank: number;
  topics: readonly TopicAnswer[];
}

export interface LeveledTopic {
  topic: TopicAnswer;
  rank: number;
  /** Zooms as multiples of the fitted map: it may be seen from the one up to the other. */
  floor: number;
  ceiling: number;
}

/** Names that a screen holds, and a phone's. */
const ROOM = { wide: 28, narrow: 9 };
/** Names of one level that are placed at all, and titles of papers. */
const MOST = 400;
const MOST_TITLES = 700;
/** The map cannot be seen from much farther away: fields that would be shown only there are not. */
const AFAR = 0.6;
/** Fields go a little before topics come, so that both are never seen at once. */
const BETWEEN = 0.96;

/** The zoom from which so many names, spread over the map, have room. */
function zoomFor(names: number, narrow: boolean): number {
  return Math.sqrt(names / (narrow ? ROOM.narrow : ROOM.wide));
}

/**
 * Names in the order of their importance. A topic that stands at several levels is named at the one that is shown.
 *
 * @param levels the one of rank 0 among them; fields and parts may still be on their way
 * @param fields how many fields there are above the topics; 0: none, or they cannot be had
 */
export function namesByZoom(levels: readonly NameLevel[], fields: number, narrow: boolean): LeveledTopic[] {
  const own = levels.find(({ rank }) => rank === 0)?.topics ?? [];
  const above = levels.find(({ rank }) => rank < 0)?.topics ?? [];
  const change = zoomFor(own.length, narrow);
  const hasFields = fields > 0 && change > AFAR;
  const isField = new Set(above.map(({ id }) => id));
  const largest = (topics: readonly TopicAnswer[]) => [...topics].sort((a, b) => b.size - a.size).slice(0, MOST);

  const named = new Set<number>();
  const names: LeveledTopic[] = [];
  const add = (topics: readonly TopicAnswer[], rank: number, floorOf: (id: number) => number, ceiling: number) => {
    for (const topic of largest(topics)) {
      if (named.has(topic.id)) continue;
      named.add(topic.id);
      names.push({ topic, rank, floor: floorOf(topic.id), ceiling });
    }
  };
  add(own, 0, (id) => (hasFields && !isField.has(id) ? change : 0), Infinity);
  if (hasFields) add(above, -1, () => 0, change * BETWEEN);
  const parts = levels.filter(({ rank }) => rank > 0).sort((a, b) => a.rank - b.rank);
  for (const { rank, topics } of parts) {
    const floor = Math.max(1.2, change, zoomFor(topics.length, narrow));
    add(topics, rank, () => floor, Infinity);
  }
  return names;
}

/** Papers whose titles stand on the map from close by, each with the topic it is central to. */
export function titlesOf(names: readonly LeveledTopic[], narrow: boolean) {
  const seen = new Set<string>();
  const titles: { id: string; title: string; topic: number }[] = [];
  for (const { topic, rank } of names) {
    if (rank < 0) continue;
    for (const { id, title } of topic.central) {
      if (seen.has(id) || titles.length >= MOST_TITLES) continue;
      seen.add(id);
      titles.push({ id, title, topic: topic.id });
    }
  }
  return { titles, floor: Math.max(2.2, zoomFor(titles.length, narrow)) };
}
