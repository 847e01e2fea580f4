/** One snapshot as the page knows it: papers on the map, topics, and the tone of each. */
import type { TopicAnswer, TopicsAnswer } from '../server/contract.ts';
import type { Columns } from './map/columns.ts';
import { dealTones, TONES } from './map/palette.ts';
import type { Papers } from './map/scene.ts';
import { createWorld } from './map/world.ts';

export interface Atlas {
  snapshot: string;
  papers: Papers;
  /** The largest first. */
  topics: readonly TopicAnswer[];
  tones: ReadonlyMap<number, number>;
  outliers: number;
  topic(id: number | null): TopicAnswer | undefined;
  rowOf(id: string): number | undefined;
  idOf(row: number): string;
}

export const noColumns: Columns = {
  snapshot: '',
  ids: [],
  x: new Float32Array(0),
  y: new Float32Array(0),
  topic: new Int32Array(0),
  leaf: new Int32Array(0),
  nearest: new Int32Array(0),
  trust: new Uint8Array(0),
};

export function createAtlas(columns: Columns, answer: Pick<TopicsAnswer, 'snapshot' | 'topics' | 'outliers'>): Atlas {
  const topics = [...answer.topics].sort((a, b) => b.size - a.size || a.id - b.id);
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const dealt = dealTones(topics.map(({ x, y }) => [x, y] as const));
  const tones = new Map(topics.map((topic, i) => [topic.id, dealt[i]!]));
  const rows = new Map(columns.ids.map((id, row) => [id, row]));

  const colour = new Uint8Array(columns.ids.length);
  const rowsOf = new Map<number, number[]>();
  columns.topic.forEach((topic, row) => {
    colour[row] = tones.get(topic) ?? TONES;
    const known = rowsOf.get(topic);
    if (known) known.push(row);
    else rowsOf.set(topic, [row]);
  });

  return {
    snapshot: answer.snapshot || columns.snapshot,
    papers: {
      world: createWorld(columns),
      topic: columns.topic,
      colour,
      rowsOf: (topic) => rowsOf.get(topic) ?? [],
    },
    topics,
    tones,
    outliers: answer.outliers,
    topic: (id) => (id === null ? undefined : byId.get(id)),
    rowOf: (id) => rows.get(id),
    idOf: (row) => columns.ids[row]!,
  };
}
