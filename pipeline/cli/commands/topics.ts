import type { TopicIndex } from '../../../server/topics/topics.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { Table } from '../../core/table.ts';
import type { TopicNode } from '../../core/topic-tree.ts';
import type { Command } from '../command-line.ts';
import { cutFlags, encodeTable, outFlag, parseCut, parseFormat, writeOutput } from '../output/table-export.ts';

const formats = ['text', 'json', 'csv', 'arrow'] as const;

export const topicsCommand: Command = {
  name: 'topics',
  summary: 'print or export the tree of topics',
  operand: '',
  options: ['dataDir'],
  flags: {
    ...cutFlags,
    format: {
      type: 'string',
      description: 'text, csv, arrow: the tree down to the selected topics; json: the API response [text]',
    },
    json: { type: 'boolean', description: 'The same as --format json' },
    out: outFlag,
  },
  async run({ config, flags, print, write }) {
    if (flags.json && flags.format !== undefined)
      throw new PaperfieldError('bad_request', '--json and --format: give only one of them');
    const format = flags.json ? 'json' : parseFormat(flags.format, formats);
    const request = await parseCut(flags);
    const { cutTopics, cutWithAncestors } = await import('../../../server/topics/topics.ts');
    const { withSnapshotMap } = await import('../output/snapshot-map.ts');
    await withSnapshotMap(config.dataDir, async ({ topics, manifest }) => {
      const isWholeTree = Object.values(request).every((value) => value === undefined);
      const nodes = isWholeTree ? topics.tree.nodes : cutWithAncestors(topics.tree, cutTopics(topics.tree, request));
      const content =
        format === 'json'
          ? `${JSON.stringify({ snapshot: manifest.id, ...topics.list(request) })}\n`
          : format === 'text'
            ? outline(topics, nodes)
            : await encodeTable(topicTable(topics, nodes), format);
      writeOutput(content, flags.out, `${nodes.length} topics`, { print, write });
    });
  },
};

/** One line per topic, subtopics indented below their topic. */
function outline({ tree, summarize, list }: TopicIndex, nodes: readonly TopicNode[]): string {
  const { topics, outliers } = list({});
  // Not by level: a topic without a super-topic is on the level of topics, but at the root of the tree.
  const depths = new Map<number | null, number>([[null, -1]]);
  const lines = nodes.map((node) => {
    const depth = (depths.get(node.parent) ?? -1) + 1;
    depths.set(node.id, depth);
    const { id, name, size, growth, representativePapers } = summarize(node);
    const facts = [`${size} papers`, ...(growth === null ? [] : [`×${growth.toFixed(2)}`])].join(', ');
    const title = representativePapers.slice(0, 1).map((paper) => paper.title);
    return [`${'  '.repeat(depth)}${id}  ${name} (${facts})`, ...title].join(': ');
  });
  const counts = `${topics.length} topics at level ${tree.chosenLevel} of ${tree.levels.length}, ${outliers} papers in none`;
  const legend = 'id, name (papers, × growth of the share of all papers): representative paper';
  return [`${counts}. ${legend}`, ...lines].map((line) => `${line}\n`).join('');
}

function topicTable({ tree, records, summarize }: TopicIndex, nodes: readonly TopicNode[]): Table {
  const summaries = nodes.map(summarize);
  const papers = summaries.map(({ representativePapers }) => representativePapers.at(0));
  const keywords = summaries.map((topic) => topic.keywords.map(({ text }) => text).join('; '));
  return [
    { name: 'id', type: 'int32', values: summaries.map(({ id }) => id) },
    { name: 'parent', type: 'int32', values: summaries.map(({ parent }) => parent) },
    { name: 'level', type: 'int32', values: summaries.map(({ level }) => level) },
    { name: 'name', type: 'text', values: summaries.map(({ name }) => name) },
    { name: 'generatedName', type: 'text', values: summaries.map(({ generatedName }) => generatedName) },
    { name: 'size', type: 'int32', values: summaries.map(({ size }) => size) },
    { name: 'growth', type: 'float64', values: summaries.map(({ growth }) => growth) },
    { name: 'splitResolution', type: 'float64', values: nodes.map(({ id }) => tree.nodes[id].splitResolution) },
    { name: 'x', type: 'float32', values: summaries.map(({ x }) => x) },
    { name: 'y', type: 'float32', values: summaries.map(({ y }) => y) },
    { name: 'x0', type: 'float32', values: summaries.map(({ bounds }) => bounds.x0) },
    { name: 'y0', type: 'float32', values: summaries.map(({ bounds }) => bounds.y0) },
    { name: 'x1', type: 'float32', values: summaries.map(({ bounds }) => bounds.x1) },
    { name: 'y1', type: 'float32', values: summaries.map(({ bounds }) => bounds.y1) },
    { name: 'keywords', type: 'text', values: keywords },
    { name: 'representativeId', type: 'text', values: papers.map((paper) => paper?.id ?? null) },
    { name: 'representativeTitle', type: 'text', values: papers.map((paper) => paper?.title ?? null) },
    { name: 'sentence', type: 'text', values: nodes.map(({ id }) => records[id].sentence?.text ?? null) },
  ];
}
