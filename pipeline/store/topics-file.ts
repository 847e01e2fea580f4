/** `topics.json` and `topics.bin`: the tree of topics, the record of each topic, and the topic of every paper. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { SnapshotTopics, TopicMonth, TopicRecord } from '../core/topic-tree.ts';
import { OUTLIER, type TopicNode } from '../core/topic-tree.ts';
import { writeAtomically } from './atomic-write.ts';
import { readColumnFile, writeColumnFile } from './column-file.ts';
import { snapshotFileNames } from './snapshot-files.ts';

const count = z.number().int().min(0);
/** The months of a topic as parallel arrays. `indexes` are positions in the file's list of all months. */
const topicMonthsSchema = z.object({ indexes: z.array(count), papers: z.array(count), shares: z.array(z.number()) });
const topicSchema = z.object({
  id: count,
  /** The id of the parent topic; null for a topic at the root of the tree. */
  parent: count.nullable(),
  level: count,
  splitResolution: z.number().nullable(),
  name: z.string(),
  generatedName: z.string(),
  userKey: z.string().nullable(),
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: count,
  representative: z.array(count),
  sentence: z.object({ row: count, text: z.string() }).nullable(),
  months: topicMonthsSchema,
  growth: z.number().nullable(),
});
const fileSchema = z.object({
  nextId: count,
  chosenLevel: count,
  levels: z.array(z.object({ resolution: z.number(), topics: count })),
  months: z.array(z.string()),
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), stability: z.number() })),
  topics: z.array(topicSchema),
});

type TopicEntry = z.infer<typeof topicSchema>;

export function writeTopics(folder: string, { tree, records, nextId }: SnapshotTopics): void {
  const { nodes, chosenLevel, levels, sweep, leafOfRow, nearestOfRow } = tree;
  const months = [...new Set(records.flatMap((topic) => topic.months.map(({ month }) => month)))].sort();
  const indexOfMonth = new Map(months.map((month, index) => [month, index]));
  const lines = nodes.map(({ parent, level, splitResolution }, node) => {
    const { id, months: topicMonths, ...record } = records[node];
    const columns: TopicEntry['months'] = {
      indexes: topicMonths.map(({ month }) => indexOfMonth.get(month) ?? 0),
      papers: topicMonths.map(({ papers }) => papers),
      shares: topicMonths.map(({ share }) => share),
    };
    const parentId = parent === null ? null : records[parent].id;
    return JSON.stringify({ id, parent: parentId, level, splitResolution, ...record, months: columns });
  });
  // The file has one topic per line. This takes a fifth of the bytes of indented JSON, and is still readable and easy
  // to compare.
  const head = JSON.stringify({ nextId, chosenLevel, levels, sweep, months }).slice(0, -1);
  writeAtomically(join(folder, snapshotFileNames.topics), `${head},"topics":[\n${lines.join(',\n')}\n]}\n`);
  writeColumnFile(join(folder, snapshotFileNames.topicColumns), { leaf: leafOfRow, nearest: nearestOfRow });
}

/**
 * Reads the tree of topics, the record of each topic, and the topic of every paper.
 *
 * @param paperCount the number of papers of the snapshot
 * @throws PaperfieldError corrupt, if a file is missing, damaged, or refers to topics or months that do not exist
 */
export function readTopics(folder: string, paperCount: number): SnapshotTopics {
  const path = join(folder, snapshotFileNames.topics);
  const fault = (detail: string, cause?: unknown) =>
    new PaperfieldError('corrupt', `${path}: cannot be read (${detail}); build again`, { cause });
  let file: z.infer<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // A field that is wrong in one topic is usually wrong in all of them, so only the first fault is reported.
    const first = error instanceof z.ZodError ? new z.ZodError(error.issues.slice(0, 1)) : undefined;
    throw fault(first ? z.prettifyError(first) : errorMessage(error), error);
  }
  const nodes = nodesOf(file.topics);
  if (!nodes) throw fault('topics are not in preorder: one comes before its parent');
  const columns = readColumnFile(join(folder, snapshotFileNames.topicColumns));
  const leafOfRow = columns.int32('leaf', paperCount);
  const nearestOfRow = columns.int32('nearest', paperCount);
  for (let row = 0; row < paperCount; row++) {
    for (const node of [leafOfRow[row], nearestOfRow[row]])
      if (node < OUTLIER || node >= nodes.length) throw fault(`row ${row} is in topic ${node} of ${nodes.length}`);
  }
  const { chosenLevel, levels, sweep, nextId } = file;
  const records = file.topics.map(({ parent: _, level: __, splitResolution: ___, ...entry }): TopicRecord => {
    const months = monthsOf(entry.months, file.months);
    if (!months)
      throw fault(`topic ${entry.id} has columns of months that do not fit each other or the list of months`);
    return { ...entry, months };
  });
  return { tree: { nodes, leafOfRow, nearestOfRow, levels, chosenLevel, sweep }, records, nextId };
}

/** The months of a topic; undefined if its arrays differ in length or refer to months that are not in `months`. */
function monthsOf(
  { indexes, papers, shares }: TopicEntry['months'],
  months: readonly string[],
): TopicMonth[] | undefined {
  if (papers.length !== indexes.length || shares.length !== indexes.length) return undefined;
  if (indexes.some((index) => index >= months.length)) return undefined;
  return indexes.map((index, i) => ({ month: months[index], papers: papers[i], share: shares[i] }));
}

/** The nodes of the topic tree. The topics must be in preorder; undefined if one of them comes before its parent. */
function nodesOf(topics: readonly TopicEntry[]): TopicNode[] | undefined {
  const indexOfId = new Map(topics.map(({ id }, index) => [id, index]));
  const ends = topics.map((_, index) => index + 1);
  for (let index = topics.length - 1; index >= 0; index--) {
    const { parent } = topics[index];
    const parentIndex = parent === null ? null : indexOfId.get(parent);
    if (parentIndex === undefined || (parentIndex !== null && parentIndex >= index)) return undefined;
    if (parentIndex !== null) ends[parentIndex] = Math.max(ends[parentIndex], ends[index]);
  }
  return topics.map(({ parent, level, size, splitResolution }, id) => ({
    id,
    parent: parent === null ? null : (indexOfId.get(parent) ?? null),
    level,
    end: ends[id],
    size,
    splitResolution,
  }));
}
