/** The commands `topics` and `map`, which print or export the topics and the papers of the current snapshot. */
import { z } from 'zod';
import type { TopicsRequest } from '../../../server/schemas/topics.ts';
import type { TopicIndex } from '../../../server/topics/topics.ts';
import { roundToDigits } from '../../core/algorithms/statistics.ts';
import { PaperfieldError } from '../../core/errors.ts';
import { type Table, tableRowCount, toCsv } from '../../core/export-table.ts';
import { OUTLIER, type TopicNode } from '../../core/topic-tree.ts';
import { writeAtomically } from '../../store/atomic-write.ts';
import type { Command, CommandCall, Flag, FlagValues } from '../command-line.ts';
import type { SnapshotForExport } from '../output/snapshot-map.ts';

/** Flags that select one level of detail from the tree of topics. They equal the parameters of `GET /api/topics`. */
const cutFlags = {
  level: { type: 'string', description: 'Topics of this level: 0 is the coarsest' },
  count: { type: 'string', description: 'At least this many topics, and as few more as possible' },
  resolution: { type: 'string', description: 'Topics at this resolution: larger values give more and smaller topics' },
} satisfies Record<string, Flag>;

const outFlag: Flag = { type: 'string', description: 'File to write, atomically [standard output]' };

const topicFormats = ['text', 'json', 'csv', 'arrow'] as const;

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
    const format = flags.json ? 'json' : parseFormat(flags.format, topicFormats);
    const request = await parseCut(flags);
    const { cutTopics, addAncestorsToCut } = await import('../../../server/topics/topics.ts');
    const { withSnapshotForExport } = await import('../output/snapshot-map.ts');
    await withSnapshotForExport(config.dataDir, async ({ topics, manifest }) => {
      const isWholeTree = Object.values(request).every((value) => value === undefined);
      const nodes = isWholeTree ? topics.tree.nodes : addAncestorsToCut(topics.tree, cutTopics(topics.tree, request));
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

/** The topics as text: one line per topic, with subtopics indented below their topic. */
function outline({ tree, summarize, list }: TopicIndex, nodes: readonly TopicNode[]): string {
  const { topics, outliers } = list({});
  // Lines are indented by depth in the tree, not by `level`: a topic without a super-topic is at the root of the tree,
  // but its level is not 0.
  const depths = new Map<number | null, number>([[null, -1]]);
  const lines = nodes.map((node) => {
    const depth = (depths.get(node.parent) ?? -1) + 1;
    depths.set(node.id, depth);
    const { id, name, size, growth, representativePapers } = summarize(node);
    const facts = [`${size} papers`, ...(growth === null ? [] : [`×${growth.toFixed(2)}`])].join(', ');
    const title = representativePapers.slice(0, 1).map((paper) => paper.title);
    return [`${'  '.repeat(depth)}${id}  ${name} (${facts})`, ...title].join(': ');
  });
  const counts = `${topics.length} topics at level ${tree.chosenLevel} of ${tree.levels.length}, ${outliers} papers without a topic`;
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

const mapFormats = ['csv', 'json', 'arrow'] as const;

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
    const format = parseFormat(flags.format, mapFormats);
    const request = await parseCut(flags);
    const { cutTopics } = await import('../../../server/topics/topics.ts');
    const { withSnapshotForExport } = await import('../output/snapshot-map.ts');
    await withSnapshotForExport(config.dataDir, async (snapshot) => {
      const table = paperTable(snapshot, cutTopics(snapshot.topics.tree, request).nodes);
      const content = format === 'json' ? toJson(table) : await encodeTable(table, format);
      writeOutput(content, flags.out, `${tableRowCount(table)} papers`, { print, write });
    });
  },
};

/**
 * The papers as a table, one row each, with their positions on the map and their topics.
 *
 * @param cut the topics from which the columns `topic` and `topicName` are filled
 */
function paperTable({ topics, papers, map, neighborRecall }: SnapshotForExport, cut: readonly TopicNode[]): Table {
  const all = Array.from(map.x, (_, row) => papers.paper(row));
  const topic = new Array<number | null>(all.length).fill(null);
  for (const node of cut) for (const row of topics.members.rowsOf(node)) topic[row] = topics.records[node.id].id;
  const nameOf = new Map(topics.records.map(({ id, name }) => [id, name]));
  const namesOf = (ids: readonly (number | null)[]) => ids.map((id) => (id === null ? null : (nameOf.get(id) ?? null)));
  const idsOf = (column: Int32Array) => Array.from(column, (id) => (id === OUTLIER ? null : id));
  const leafTopic = idsOf(topics.leafIdOfRow);
  const nearestTopic = idsOf(topics.nearestIdOfRow);
  const rounded = Array.from(neighborRecall, (share) => roundToDigits(share, 3));
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

/** The table as a JSON list with one object per table row, each on a line of its own. */
function toJson(table: Table): string {
  const objects = Array.from({ length: tableRowCount(table) }, (_, row) =>
    JSON.stringify(Object.fromEntries(table.map(({ name, values }) => [name, values[row]]))),
  );
  return `[\n${objects.join(',\n')}\n]\n`;
}

/**
 * The level of detail that the flags `--level`, `--count` and `--resolution` select.
 *
 * @throws PaperfieldError bad_request, if a value is invalid or more than one of them is given
 */
async function parseCut({ level, count, resolution }: FlagValues): Promise<TopicsRequest> {
  const { topicsRequest } = await import('../../../server/schemas/topics.ts');
  const request = topicsRequest.safeParse({ level, count, resolution });
  if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
  return request.data;
}

/**
 * The format that `--format` names; the first of `formats` if the flag is missing.
 *
 * @throws PaperfieldError bad_request, if the value is not one of `formats`
 */
function parseFormat<Format extends string>(value: FlagValues[string], formats: readonly Format[]): Format {
  const format = value === undefined ? formats[0] : formats.find((one) => one === value);
  if (format) return format;
  throw new PaperfieldError('bad_request', `--format ${String(value)}: expected ${formats.join(', ')}`);
}

async function encodeTable(table: Table, format: 'csv' | 'arrow'): Promise<string | Uint8Array> {
  if (format === 'csv') return toCsv(table);
  const { encodeArrowTable } = await import('../output/arrow.ts');
  return encodeArrowTable(table);
}

/**
 * Writes content to the file that `--out` names and prints one line about it, or writes the content to standard output
 * if the flag is missing.
 *
 * @param description what the file contains, such as `326 papers`
 * @throws PaperfieldError bad_request, if `--out` is empty, or if bytes would go to a terminal
 */
function writeOutput(
  content: string | Uint8Array,
  out: FlagValues[string],
  description: string,
  { print, write }: Pick<CommandCall, 'print' | 'write'>,
): void {
  if (typeof out !== 'string') {
    write(content);
    return;
  }
  if (out === '') throw new PaperfieldError('bad_request', '--out: expected the name of a file');
  writeAtomically(out, content);
  print(`${out}: ${description}`);
}
