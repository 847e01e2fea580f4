import type { OpenTopics } from '../../../server/topics/topics.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { Table } from '../../core/table.ts';
import type { TopicNode } from '../../core/topic-tree.ts';
import type { Command } from '../command-line.ts';
import { askedCut, askedFormat, cutFlags, deliver, encoded, OUT, withTopics } from '../output/table-export.ts';

const formats = ['text', 'json', 'csv', 'arrow'] as const;

export const topicsCommand: Command = {
  name: 'topics',
  summary: 'prints the tree of topics, or exports it',
  operand: '',
  options: ['dataDir'],
  flags: {
    ...cutFlags,
    format: {
      type: 'string',
      sentence: 'text, csv, arrow: all topics down to those asked for; json: as the API [text]',
    },
    json: { type: 'boolean', sentence: 'As --format json' },
    out: OUT,
  },
  async run({ config, flags, print, write }) {
    if (flags.json && flags.format !== undefined)
      throw new PaperfieldError('bad_request', '--json and --format: give one of them');
    const format = flags.json ? 'json' : askedFormat(flags.format, formats);
    const request = await askedCut(flags);
    const { cutOf, outlineOf } = await import('../../../server/topics/cut.ts');
    await withTopics(config.dataDir, async (topics, { manifest }) => {
      const isWhole = Object.values(request).every((value) => value === undefined);
      const nodes = isWhole ? topics.tree.nodes : outlineOf(topics.tree, cutOf(topics.tree, request));
      const content =
        format === 'json'
          ? `${JSON.stringify({ snapshot: manifest.id, ...topics.answer(request) })}\n`
          : format === 'text'
            ? outline(topics, nodes)
            : await encoded(topicTable(topics, nodes), format);
      deliver(content, flags.out, `${nodes.length} topics`, { print, write });
    });
  },
};

/** A line a topic, its parts indented below it. */
function outline({ tree, tell, answer }: OpenTopics, nodes: readonly TopicNode[]): string {
  const { topics, outliers } = answer({});
  // By what is above it: a topic without a field stands on the level of topics, and yet is part of nothing.
  const depths = new Map<number | null, number>([[null, -1]]);
  const lines = nodes.map((node) => {
    const depth = (depths.get(node.parent) ?? -1) + 1;
    depths.set(node.id, depth);
    const { id, name, size, growth, central } = tell(node);
    const facts = [`${size} papers`, ...(growth === null ? [] : [`×${growth.toFixed(2)}`])].join(', ');
    return [`${'  '.repeat(depth)}${id}  ${name} (${facts})`, ...central.slice(0, 1).map(({ title }) => title)].join(
      ': ',
    );
  });
  const levels = `${topics.length} topics at level ${tree.chosenLevel} of ${tree.levels.length}`;
  const head = `${levels}, ${outliers} papers in none. id, name (papers, × how the share of all papers grew): central paper`;
  return [head, ...lines].map((line) => `${line}\n`).join('');
}

function topicTable({ tree, named, tell }: OpenTopics, nodes: readonly TopicNode[]): Table {
  const told = nodes.map(tell);
  return [
    { name: 'id', type: 'int32', values: told.map(({ id }) => id) },
    { name: 'parent', type: 'int32', values: told.map(({ parent }) => parent) },
    { name: 'level', type: 'int32', values: told.map(({ level }) => level) },
    { name: 'name', type: 'text', values: told.map(({ name }) => name) },
    { name: 'generatedName', type: 'text', values: told.map(({ generatedName }) => generatedName) },
    { name: 'size', type: 'int32', values: told.map(({ size }) => size) },
    { name: 'growth', type: 'float64', values: told.map(({ growth }) => growth) },
    { name: 'splitResolution', type: 'float64', values: nodes.map(({ id }) => tree.nodes[id].splitResolution) },
    { name: 'x', type: 'float32', values: told.map(({ x }) => x) },
    { name: 'y', type: 'float32', values: told.map(({ y }) => y) },
    { name: 'x0', type: 'float32', values: told.map(({ bounds }) => bounds.x0) },
    { name: 'y0', type: 'float32', values: told.map(({ bounds }) => bounds.y0) },
    { name: 'x1', type: 'float32', values: told.map(({ bounds }) => bounds.x1) },
    { name: 'y1', type: 'float32', values: told.map(({ bounds }) => bounds.y1) },
    { name: 'keywords', type: 'text', values: told.map(({ keywords }) => keywords.map(({ text }) => text).join('; ')) },
    { name: 'centralId', type: 'text', values: told.map(({ central }) => central[0]?.id ?? null) },
    { name: 'centralTitle', type: 'text', values: told.map(({ central }) => central[0]?.title ?? null) },
    { name: 'sentence', type: 'text', values: nodes.map(({ id }) => named[id].sentence?.text ?? null) },
  ];
}
