/** One snapshot as the page knows it: papers on the map, topics, and the tone of each. */
import type { TopicAnswer, TopicsAnswer } from '../../server/schemas/search.ts';
import { dealTones, TONES } from '../map/color/palette.ts';
import type { Columns } from '../map/map-columns.ts';
import { readIds } from '../map/map-columns.ts';
import type { Papers } from '../map/scene.ts';
import { createWorld } from '../map/world.ts';
import { createTopicTree, groupRows, type TopicTree, topicsOfCut } from '../topic/topic-tree.ts';

type ShownTopics = Pick<TopicsAnswer, 'snapshot' | 'topics' | 'outliers' | 'tree' | 'levels' | 'chosenLevel'>;

export interface Levels {
  shown: number;
  chosen: number;
  count: number;
  /** How many topics each level has. */
  sizes: readonly number[];
}

export interface Atlas {
  snapshot: string;
  /** The map as the server told it, in map units. */
  columns: Columns;
  papers: Papers;
  /** The largest first. */
  topics: readonly TopicAnswer[];
  tones: ReadonlyMap<number, number>;
  /** All topics, those that are shown and those above and below them. */
  tree: TopicTree;
  /** Of a shown topic, or of a part of one; null for what lies above them. */
  toneOf(topic: number): number | null;
  outliers: number;
  /** How fine the topics are, and how fine they can be. */
  levels: Levels;
  topic(id: number | null): TopicAnswer | undefined;
  rowOf(id: string): number | undefined;
  /** The topic of a paper among those that are shown; null for none. */
  topicOf(id: string): number | null;
  idOf(row: number): string;
  /** True where a topic, by the deepest that a paper is in, is another or a part of it. */
  isWithin(leaf: number, topic: number): boolean;
}

export const noColumns: Columns = {
  snapshot: '',
  ids: readIds(new Uint8Array(0), 0),
  x: new Float32Array(0),
  y: new Float32Array(0),
  topic: new Int32Array(0),
  leafTopic: new Int32Array(0),
  nearestTopic: new Int32Array(0),
  neighborRecall: new Uint8Array(0),
  date: new Int32Array(0),
  comments: new Int32Array(0),
};

export const noTopics: ShownTopics = { snapshot: '', topics: [], outliers: 0, tree: [], levels: [], chosenLevel: 0 };

/** @param level how fine the topics of the answer are; null as the papers part by themselves */
export function createAtlas(columns: Columns, answer: ShownTopics, level: number | null): Atlas {
  const topics = [...answer.topics].sort((a, b) => b.size - a.size || a.id - b.id);
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const dealt = dealTones(topics.map(({ x, y }) => [x, y] as const));
  const tones = new Map(topics.map((topic, i) => [topic.id, dealt[i]!]));
  const parents = new Map(answer.tree.map(({ id, parent }) => [id, parent]));
  const topicOfRow = level === null ? columns.topic : topicsOfCut(columns.leafTopic, answer);
  const color = new Uint8Array(columns.ids.n);
  for (let row = 0; row < color.length; row++) color[row] = tones.get(topicOfRow[row]!) ?? TONES;

  const grouped = groupRows(topicOfRow);
  const further = new Map<number, readonly number[]>();
  const tree = createTopicTree(answer.tree);
  const rowsWithin = (topic: number): number[] => {
    const parts = tree.within(topic);
    const found: number[] = [];
    if (parts.size === 0) return found;
    columns.leafTopic.forEach((leaf, row) => {
      if (parts.has(leaf)) found.push(row);
    });
    return found;
  };

  return {
    snapshot: answer.snapshot || columns.snapshot,
    columns,
    papers: {
      world: createWorld(columns),
      topic: topicOfRow,
      color,
      rowsOf(topic) {
        const known = grouped(topic);
        if (known.length > 0) return known;
        const found = further.get(topic) ?? rowsWithin(topic);
        further.set(topic, found);
        return found;
      },
    },
    topics,
    tones,
    tree,
    toneOf(topic) {
      const shown = tree.pathTo(topic).find(({ id }) => tones.has(id));
      return shown ? tones.get(shown.id)! : null;
    },
    outliers: answer.outliers,
    levels: {
      shown: level ?? answer.chosenLevel,
      chosen: answer.chosenLevel,
      count: answer.levels.length,
      sizes: answer.levels.map((each) => each.topics),
    },
    topic: (id) => (id === null ? undefined : byId.get(id)),
    rowOf: columns.ids.rowOf,
    topicOf(id) {
      const topic = topicOfRow[columns.ids.rowOf(id) ?? -1];
      return topic === undefined || topic < 0 ? null : topic;
    },
    idOf: columns.ids.at,
    isWithin(leaf, topic) {
      let at: number | null | undefined = leaf;
      while (at !== topic && at !== null && at !== undefined) at = parents.get(at);
      return at === topic;
    },
  };
}
