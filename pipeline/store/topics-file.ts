/** `topics.json` and `topics.bin`: the tree of topics, what is told about each, and the topic of every paper. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { TopicRecord, TopicRecords } from '../core/topic-records.ts';
import { OUTLIER, type TopicNode } from '../core/topic-tree.ts';
import type { TopicMonth } from '../topics/history.ts';
import { writeAtomically } from './atomic-write.ts';
import { readColumns, writeColumns } from './columns.ts';

const count = z.number().int().min(0);
/** A topic's months as columns: `at` are places in the file's list of months. */
const monthColumns = z.object({ at: z.array(count), papers: z.array(count), shares: z.array(z.number()) });
/** As snapshots of this format had them first. */
const monthList = z.array(z.object({ month: z.string(), papers: count, share: z.number() }));
const topicSchema = z.object({
  id: count,
  /** The id of the topic that it is a part of. */
  parent: count.nullable(),
  level: count,
  splitResolution: z.number().nullable(),
  name: z.string(),
  generatedName: z.string(),
  userKey: z.string().nullable(),
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: count,
  central: z.array(count),
  sentence: z.object({ row: count, text: z.string() }).nullable(),
  months: z.union([monthColumns, monthList]),
  growth: z.number().nullable(),
});
const fileSchema = z.object({
  nextId: count,
  chosenLevel: count,
  levels: z.array(z.object({ resolution: z.number(), topics: count })),
  months: z.array(z.string()).default([]),
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), stability: z.number() })),
  topics: z.array(topicSchema),
});

const NAMES = { json: 'topics.json', columns: 'topics.bin' };

export function writeTopics(folder: string, { tree, named, nextId }: TopicRecords): void {
  const { nodes, chosenLevel, levels, sweep, leafOfRow, nearestOfRow } = tree;
  const months = [...new Set(named.flatMap((topic) => topic.months.map(({ month }) => month)))].sort();
  const placeOf = new Map(months.map((month, place) => [month, place]));
  const lines = nodes.map(({ parent, level, splitResolution }, at) => {
    const { id, months: own, ...told } = named[at];
    const columns: z.infer<typeof monthColumns> = {
      at: own.map(({ month }) => placeOf.get(month) ?? 0),
      papers: own.map(({ papers }) => papers),
      shares: own.map(({ share }) => share),
    };
    const above = parent === null ? null : named[parent].id;
    return JSON.stringify({ id, parent: above, level, splitResolution, ...told, months: columns });
  });
  // One topic a line: a fifth of the bytes of one value a line, and still to be read and compared.
  const head = JSON.stringify({ nextId, chosenLevel, levels, sweep, months }).slice(0, -1);
  writeAtomically(join(folder, NAMES.json), `${head},"topics":[\n${lines.join(',\n')}\n]}\n`);
  writeColumns(join(folder, NAMES.columns), { leaf: leafOfRow, nearest: nearestOfRow });
}

/**
 * @param papers how many rows there are
 * @throws PaperfieldError corrupt
 */
export function readTopics(folder: string, papers: number): TopicRecords {
  const path = join(folder, NAMES.json);
  const fault = (detail: string, cause?: unknown) =>
    new PaperfieldError('corrupt', `${path}: cannot be read (${detail}); build again`, { cause });
  let file: z.infer<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // A fault of the form is one of every topic: the first tells it.
    const first = error instanceof z.ZodError ? new z.ZodError(error.issues.slice(0, 1)) : undefined;
    throw fault(first ? z.prettifyError(first) : messageOf(error), error);
  }
  const nodes = nodesOf(file.topics);
  if (!nodes) throw fault('a topic stands before the one that it is a part of');
  const columns = readColumns(join(folder, NAMES.columns));
  const [leafOfRow, nearestOfRow] = [columns.int32('leaf', papers), columns.int32('nearest', papers)];
  for (let row = 0; row < papers; row++) {
    for (const node of [leafOfRow[row], nearestOfRow[row]])
      if (node < OUTLIER || node >= nodes.length) throw fault(`row ${row} is in topic ${node} of ${nodes.length}`);
  }
  const { chosenLevel, levels, sweep, nextId } = file;
  const named = file.topics.map(({ parent: _, level: __, splitResolution: ___, ...told }): TopicRecord => {
    const months = monthsOf(told.months, file.months);
    if (!months) throw fault(`topic ${told.id} has months that the file does not tell`);
    return { ...told, months };
  });
  return { tree: { nodes, leafOfRow: leafOfRow, nearestOfRow, levels, chosenLevel, sweep }, named, nextId };
}

/** The months of a topic; undefined where its columns do not fit each other, or the list. */
function monthsOf(told: z.infer<typeof topicSchema>['months'], months: readonly string[]): TopicMonth[] | undefined {
  if (Array.isArray(told)) return told;
  const { at, papers, shares } = told;
  const isWhole = papers.length === at.length && shares.length === at.length && at.every((one) => one < months.length);
  return isWhole ? at.map((one, i) => ({ month: months[one], papers: papers[i], share: shares[i] })) : undefined;
}

/** The nodes of topics in preorder; undefined where they are in no such order. */
function nodesOf(topics: readonly z.infer<typeof topicSchema>[]): TopicNode[] | undefined {
  const placeOf = new Map(topics.map(({ id }, at) => [id, at]));
  const ends = topics.map((_, at) => at + 1);
  for (let at = topics.length - 1; at >= 0; at--) {
    const { parent } = topics[at];
    const above = parent === null ? null : placeOf.get(parent);
    if (above === undefined || (above !== null && above >= at)) return undefined;
    if (above !== null) ends[above] = Math.max(ends[above], ends[at]);
  }
  return topics.map(({ parent, level, size, splitResolution }, id) => ({
    id,
    parent: parent === null ? null : (placeOf.get(parent) ?? null),
    level,
    end: ends[id],
    size,
    splitResolution,
  }));
}
