/** Which labels the map has at which zoom: first super-topics, then topics, then subtopics, then titles of papers. */
import type { TopicSummary } from '../../../server/schemas/topics.ts';

/** The topics of one level of the hierarchy. */
export interface LabelLevel {
  /**
   * The level relative to the displayed topics: 0 for these, −1 for their super-topics, 1 and more for their subtopics.
   */
  rank: number;
  topics: readonly TopicSummary[];
}

export interface TopicLabel {
  topic: TopicSummary;
  rank: number;
  /** The range of zooms at which the label may be visible, relative to the fitted map. */
  minZoom: number;
  maxZoom: number;
}

/** How many labels a screen has room for. */
const LABELS_PER_SCREEN = { wide: 28, narrow: 9 };
/** Maximum number of labels of one level, so that placing them does not take long. */
const MAX_TOPICS = 400;
/** Maximum number of titles of papers, so that placing them does not take long. */
const MAX_TITLES = 700;
/**
 * The map is hardly ever seen at a lower zoom than this. Super-topics that would be visible only below it get no
 * labels.
 */
const MIN_USEFUL_ZOOM = 0.6;
/**
 * Super-topics disappear at this fraction of the zoom at which topics appear, so that both are never visible together.
 */
const SUPER_TOPIC_END = 0.96;
/** The lowest zoom at which subtopics are labeled, relative to the fitted map. */
const MIN_SUBTOPIC_ZOOM = 1.2;
/** The lowest zoom at which titles of papers are shown, relative to the fitted map. */
const MIN_TITLE_ZOOM = 2.2;

/** The lowest zoom at which there is room for this many labels, if they are spread over the map. */
function zoomFor(labels: number, narrow: boolean): number {
  return Math.sqrt(labels / (narrow ? LABELS_PER_SCREEN.narrow : LABELS_PER_SCREEN.wide));
}

/**
 * The topics to label, in descending priority, and the zooms at which they may be labeled. A topic that exists on
 * several levels is labeled once, on the displayed level if it exists there.
 *
 * @param levels the displayed level (rank 0) and those of the other levels that have loaded
 * @param superTopics the number of super-topics; 0 if there are none, or if they could not be loaded
 */
export function chooseTopicLabels(levels: readonly LabelLevel[], superTopics: number, narrow: boolean): TopicLabel[] {
  const displayed = levels.find(({ rank }) => rank === 0)?.topics ?? [];
  const above = levels.find(({ rank }) => rank < 0)?.topics ?? [];
  const changeZoom = zoomFor(displayed.length, narrow);
  const hasSuperTopics = superTopics > 0 && changeZoom > MIN_USEFUL_ZOOM;
  const isSuperTopic = new Set(above.map(({ id }) => id));

  const labeled = new Set<number>();
  const labels: TopicLabel[] = [];
  const add = (topics: readonly TopicSummary[], rank: number, minZoomOf: (id: number) => number, maxZoom: number) => {
    const largest = [...topics].sort((a, b) => b.size - a.size).slice(0, MAX_TOPICS);
    for (const topic of largest) {
      if (labeled.has(topic.id)) continue;
      labeled.add(topic.id);
      labels.push({ topic, rank, minZoom: minZoomOf(topic.id), maxZoom });
    }
  };
  add(displayed, 0, (id) => (hasSuperTopics && !isSuperTopic.has(id) ? changeZoom : 0), Infinity);
  if (hasSuperTopics) add(above, -1, () => 0, changeZoom * SUPER_TOPIC_END);
  const below = levels.filter(({ rank }) => rank > 0).sort((a, b) => a.rank - b.rank);
  for (const { rank, topics } of below) {
    const minZoom = Math.max(MIN_SUBTOPIC_ZOOM, changeZoom, zoomFor(topics.length, narrow));
    add(topics, rank, () => minZoom, Infinity);
  }
  return labels;
}

/**
 * The titles of papers that are central to a labeled topic, each with that topic, and the zoom from which they are
 * visible.
 */
export function chooseTitleLabels(labels: readonly TopicLabel[], narrow: boolean) {
  const seen = new Set<string>();
  const titles: { id: string; title: string; topic: number }[] = [];
  for (const { topic, rank } of labels) {
    if (rank < 0) continue;
    for (const { id, title } of topic.representativePapers) {
      if (seen.has(id) || titles.length >= MAX_TITLES) continue;
      seen.add(id);
      titles.push({ id, title, topic: topic.id });
    }
  }
  return { titles, minZoom: Math.max(MIN_TITLE_ZOOM, zoomFor(titles.length, narrow)) };
}
