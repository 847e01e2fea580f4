/** Papers and topics of one snapshot, on the topic level that is shown. */
import type { MapFieldResponse } from '../../server/schemas/columns.ts';
import type { TopicSummary, TopicsResponse } from '../../server/schemas/topics.ts';
import { createWorld } from '../map/camera.ts';
import { assignTones, TONE_COUNT } from '../map/color/palette.ts';
import { decodePaperIds, type MapColumns } from '../map/map-columns.ts';
import type { MapPapers } from '../map/scene.ts';
import {
  createTopicTreeLookup,
  findShownTopics,
  indexRowsByTopic,
  type TopicTreeLookup,
} from '../topic/topic-lookup.ts';

type ShownTopics = Pick<TopicsResponse, 'snapshot' | 'topics' | 'outliers' | 'tree' | 'levels' | 'chosenLevel'>;

export interface TopicLevels {
  shown: number;
  /** The level that is shown by default. */
  chosen: number;
  count: number;
  /** The number of topics of each level. */
  sizes: readonly number[];
}

export interface MapData {
  snapshot: string;
  /** The columns of the map as the server sent them, with positions in map units. */
  columns: MapColumns;
  /** The columns of the user's data that were loaded to color papers by them, by name. */
  fields: Map<string, MapFieldResponse>;
  papers: MapPapers;
  /** The topics of the shown level, the largest first. */
  topics: readonly TopicSummary[];
  /** The tone (an index into the palette) of each of `topics`, by topic id. */
  tones: ReadonlyMap<number, number>;
  /** The topics of all levels, as a tree. */
  tree: TopicTreeLookup;
  /**
   * The tone of a topic of the shown level. For a subtopic it is that of the shown topic that contains it. null for a
   * topic above the shown level.
   */
  toneOf(topic: number): number | null;
  /** The number of papers that are in no topic of the shown level. */
  outliers: number;
  levels: TopicLevels;
  /** The topic with an id, if it is of the shown level; otherwise undefined. */
  topic(id: number | null): TopicSummary | undefined;
  rowOf(id: string): number | undefined;
  /** The topic of a paper on the shown level; null if it is in none. */
  topicOf(id: string): number | null;
  idOf(row: number): string;
  /**
   * Whether a paper is in a topic, which may be of any level.
   *
   * @param leafTopic the paper's topic at the deepest level
   */
  isWithin(leafTopic: number, topic: number): boolean;
}

export const emptyColumns: MapColumns = {
  snapshot: '',
  ids: decodePaperIds(new Uint8Array(0), 0),
  x: new Float32Array(0),
  y: new Float32Array(0),
  topic: new Int32Array(0),
  leafTopic: new Int32Array(0),
  nearestTopic: new Int32Array(0),
  neighborRecall: new Uint8Array(0),
  date: new Int32Array(0),
  comments: new Int32Array(0),
};

export const emptyTopics: ShownTopics = { snapshot: '', topics: [], outliers: 0, tree: [], levels: [], chosenLevel: 0 };

/**
 * Combines papers and topics, and gives each topic a tone.
 *
 * @param level the level of the response's topics; null: the default level
 */
export function createMapData(columns: MapColumns, response: ShownTopics, level: number | null): MapData {
  const topics = [...response.topics].sort((a, b) => b.size - a.size || a.id - b.id);
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const assigned = assignTones(topics.map(({ x, y }) => [x, y] as const));
  const tones = new Map(topics.map((topic, i) => [topic.id, assigned[i]]));
  const parents = new Map(response.tree.map(({ id, parent }) => [id, parent]));
  const topicOfRow = level === null ? columns.topic : findShownTopics(columns.leafTopic, response);
  const color = Uint8Array.from(topicOfRow, (topic) => tones.get(topic) ?? TONE_COUNT);

  const rowsOfShownTopic = indexRowsByTopic(topicOfRow);
  const rowsOfOtherTopics = new Map<number, readonly number[]>();
  const tree = createTopicTreeLookup(response.tree);
  const findRows = (topic: number): number[] => {
    const subtree = tree.subtreeOf(topic);
    const rows: number[] = [];
    if (subtree.size === 0) return rows;
    columns.leafTopic.forEach((leaf, row) => {
      if (subtree.has(leaf)) rows.push(row);
    });
    return rows;
  };

  return {
    snapshot: response.snapshot || columns.snapshot,
    columns,
    fields: new Map(),
    papers: {
      world: createWorld(columns),
      topic: topicOfRow,
      color,
      rowsOfTopic(topic) {
        const shown = rowsOfShownTopic(topic);
        if (shown.length > 0) return shown;
        const rows = rowsOfOtherTopics.get(topic) ?? findRows(topic);
        rowsOfOtherTopics.set(topic, rows);
        return rows;
      },
    },
    topics,
    tones,
    tree,
    toneOf(topic) {
      const shown = tree.pathTo(topic).find(({ id }) => tones.has(id));
      return (shown && tones.get(shown.id)) ?? null;
    },
    outliers: response.outliers,
    levels: {
      shown: level ?? response.chosenLevel,
      chosen: response.chosenLevel,
      count: response.levels.length,
      sizes: response.levels.map((each) => each.topics),
    },
    topic: (id) => (id === null ? undefined : byId.get(id)),
    rowOf: columns.ids.rowOf,
    topicOf(id) {
      const topic = topicOfRow[columns.ids.rowOf(id) ?? -1];
      return topic === undefined || topic < 0 ? null : topic;
    },
    idOf: columns.ids.at,
    isWithin(leafTopic, topic) {
      let ancestor: number | null | undefined = leafTopic;
      while (ancestor !== topic && ancestor !== null && ancestor !== undefined) ancestor = parents.get(ancestor);
      return ancestor === topic;
    },
  };
}
