import { rowCount, type Table } from '../../core/table.ts';
import { OUTLIER, type TopicNode } from '../../core/topic-tree.ts';
import type { Command } from '../command-line.ts';
import type { SnapshotMap } from '../output/snapshot-map.ts';
import { cutFlags, encodeTable, outFlag, parseCut, parseFormat, writeOutput } from '../output/table-export.ts';

const formats = ['csv', 'json', 'arrow'] as const;

export const mapCommand: Command = {
  name: 'map',
  summary: 'export all papers with their positions on the map and their topics',
  operand: '',
  options: ['dataDir'],
  flags: {
    ...cutFlags,
    format: { type: 'string', description: 'csv, json or arrow [csv]' },
    out: outFlag,
  },
  async run({ config, flags, print, write }) {
    const format = parseFormat(flags.format, formats);
    const request = await parseCut(flags);
    const { cutTopics } = await import('../../../server/topics/topics.ts');
    const { withSnapshotMap } = await import('../output/snapshot-map.ts');
    await withSnapshotMap(config.dataDir, async (snapshotMap) => {
      const table = paperTable(snapshotMap, cutTopics(snapshotMap.topics.tree, request).nodes);
      const content = format === 'json' ? toJson(table) : await encodeTable(table, format);
      writeOutput(content, flags.out, `${rowCount(table)} papers`, { print, write });
    });
  },
};

/** @param cut the topics of the columns `topic` and `topicName` */
function paperTable({ topics, papers, map, neighborRecall }: SnapshotMap, cut: readonly TopicNode[]): Table {
  const all = Array.from(map.x, (_, row) => papers.paper(row));
  const topic = new Array<number | null>(all.length).fill(null);
  for (const node of cut) for (const row of topics.members.rowsOf(node)) topic[row] = topics.records[node.id].id;
  const nameOf = new Map(topics.records.map(({ id, name }) => [id, name]));
  const namesOf = (ids: readonly (number | null)[]) => ids.map((id) => (id === null ? null : (nameOf.get(id) ?? null)));
  const idsOf = (column: Int32Array) => Array.from(column, (id) => (id === OUTLIER ? null : id));
  const leafTopic = idsOf(topics.leafIdOfRow);
  const nearestTopic = idsOf(topics.nearestIdOfRow);
  const rounded = Array.from(neighborRecall, (share) => Math.round(share * 1000) / 1000);
  return [
    { name: 'id', type: 'text', values: all.map(({ id }) => id) },
    { name: 'title', type: 'text', values: all.map(({ title }) => title) },
    { name: 'date', type: 'text', values: all.map(({ date }) => date ?? null) },
    { name: 'x', type: 'float32', values: [...map.x] },
    { name: 'y', type: 'float32', values: [...map.y] },
    { name: 'neighborRecall', type: 'float32', values: rounded },
    { name: 'topic', type: 'int32', values: topic },
    { name: 'topicName', type: 'text', values: namesOf(topic) },
    { name: 'leafTopic', type: 'int32', values: leafTopic },
    { name: 'leafTopicName', type: 'text', values: namesOf(leafTopic) },
    { name: 'nearestTopic', type: 'int32', values: nearestTopic },
    { name: 'nearestTopicName', type: 'text', values: namesOf(nearestTopic) },
  ];
}

/** A JSON list with one object per row, one row per line. */
function toJson(table: Table): string {
  const objects = Array.from({ length: rowCount(table) }, (_, row) =>
    JSON.stringify(Object.fromEntries(table.map(({ name, values }) => [name, values[row]]))),
  );
  return `[\n${objects.join(',\n')}\n]\n`;
}
