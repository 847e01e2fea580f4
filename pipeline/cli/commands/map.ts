import type { OpenTopics } from '../../../server/topics/topics.ts';
import { rowCount, type Table } from '../../core/table.ts';
import { OUTLIER, type TopicNode } from '../../core/topic-tree.ts';
import type { Command } from '../command-line.ts';
import type { SnapshotMap } from '../output/table-export.ts';
import { askedCut, askedFormat, cutFlags, deliver, encoded, OUT, withTopics } from '../output/table-export.ts';

const formats = ['csv', 'json', 'arrow'] as const;

export const mapCommand: Command = {
  name: 'map',
  summary: 'exports every paper with its place on the map and its topic',
  operand: '',
  options: ['dataDir'],
  flags: {
    ...cutFlags,
    format: { type: 'string', sentence: 'csv, json or arrow [csv]' },
    out: OUT,
  },
  async run({ config, flags, print, write }) {
    const format = askedFormat(flags.format, formats);
    const request = await askedCut(flags);
    const { cutOf } = await import('../../../server/topics/cut.ts');
    await withTopics(config.dataDir, async (topics, snapshot) => {
      const table = paperTable(topics, cutOf(topics.tree, request).nodes, snapshot);
      const content = format === 'json' ? jsonOf(table) : await encoded(table, format);
      deliver(content, flags.out, `${rowCount(table)} papers`, { print, write });
    });
  },
};

/** @param cut the topics that `topic` is about */
function paperTable(topics: OpenTopics, cut: readonly TopicNode[], { papers, map, trust }: SnapshotMap): Table {
  const read = Array.from(map.x, (_, row) => papers.paper(row));
  const topic = new Array<number | null>(read.length).fill(null);
  const names = new Map(topics.named.map(({ id, name }) => [id, name]));
  for (const node of cut) for (const row of topics.members.rowsOf(node)) topic[row] = topics.named[node.id].id;
  const idsOf = (column: Int32Array) => Array.from(column, (id) => (id === OUTLIER ? null : id));
  const namesOf = (ids: readonly (number | null)[]) => ids.map((id) => (id === null ? null : (names.get(id) ?? null)));
  const [leaf, nearest] = [idsOf(topics.leafIdOfRow), idsOf(topics.nearestIdOfRow)];
  return [
    { name: 'id', type: 'text', values: read.map(({ id }) => id) },
    { name: 'title', type: 'text', values: read.map(({ title }) => title) },
    { name: 'date', type: 'text', values: read.map(({ date }) => date ?? null) },
    { name: 'x', type: 'float32', values: [...map.x] },
    { name: 'y', type: 'float32', values: [...map.y] },
    { name: 'trust', type: 'float32', values: Array.from(trust, (share) => Math.round(share * 1000) / 1000) },
    { name: 'topic', type: 'int32', values: topic },
    { name: 'topicName', type: 'text', values: namesOf(topic) },
    { name: 'leaf', type: 'int32', values: leaf },
    { name: 'leafName', type: 'text', values: namesOf(leaf) },
    { name: 'nearest', type: 'int32', values: nearest },
    { name: 'nearestName', type: 'text', values: namesOf(nearest) },
  ];
}

/** A list with one line a paper. */
function jsonOf(table: Table): string {
  const objects = Array.from({ length: rowCount(table) }, (_, row) =>
    JSON.stringify(Object.fromEntries(table.map(({ name, values }) => [name, values[row]]))),
  );
  return `[\n${objects.join(',\n')}\n]\n`;
}
