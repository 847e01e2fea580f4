/** `topics.json` and `topics.bin`: the tree of topics, what is told about each, and the topic of every paper. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { NamedTopic, Topics } from '../core/named-topics.ts';
import { OUTLIER, type TopicNode } from '../core/topics.ts';
import { writeAtomically } from './atomic-write.ts';
import { readColumns, writeColumns } from './columns.ts';

const count = z.number().int().min(0);
const topicSchema = z.object({
  id: count,
  /** The id of the topic that it is a part of. */
  parent: count.nullable(),
  level: count,
  splitsAt: z.number().nullable(),
  name: z.string(),
  generatedName: z.string(),
  givenAs: z.string().nullable(),
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: count,
  central: z.array(count),
  sentence: z.object({ row: count, text: z.string() }).nullable(),
  months: z.array(z.object({ month: z.string(), papers: count, share: z.number() })),
  growth: z.number().nullable(),
});
const fileSchema = z.object({
  nextId: count,
  chosenLevel: count,
  levels: z.array(z.object({ resolution: z.number(), topics: count })),
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), steadiness: z.number() })),
  topics: z.array(topicSchema),
});

const NAMES = { json: 'topics.json', columns: 'topics.bin' };

export function writeTopics(folder: string, { tree, named, nextId }: Topics): void {
  const { nodes, chosenLevel, levels, sweep, leafOfRow, nearestOfRow } = tree;
  const topics = nodes.map(({ parent, level, splitsAt }, at): z.infer<typeof topicSchema> => {
    const { id, ...told } = named[at];
    return { id, parent: parent === null ? null : named[parent].id, level, splitsAt, ...copied(told) };
  });
  const file = { nextId, chosenLevel, levels, sweep, topics };
  writeAtomically(join(folder, NAMES.json), `${JSON.stringify(file, null, 1)}\n`);
  writeColumns(join(folder, NAMES.columns), { leaf: leafOfRow, nearest: nearestOfRow });
}

function copied({ keywords, central, months, ...rest }: Omit<NamedTopic, 'id'>) {
  return { ...rest, keywords: [...keywords], central: [...central], months: [...months] };
}

/**
 * @param papers how many rows there are
 * @throws PaperfieldError corrupt
 */
export function readTopics(folder: string, papers: number): Topics {
  const path = join(folder, NAMES.json);
  const fault = (detail: string, cause?: unknown) =>
    new PaperfieldError('corrupt', `${path}: cannot be read (${detail}); build again`, { cause });
  let file: z.infer<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw fault(error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error), error);
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
  const named = file.topics.map(({ parent: _, level: __, splitsAt: ___, ...told }): NamedTopic => told);
  return { tree: { nodes, leafOfRow, nearestOfRow, levels, chosenLevel, sweep }, named, nextId };
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
  return topics.map(({ parent, level, size, splitsAt }, id) => ({
    id,
    parent: parent === null ? null : (placeOf.get(parent) ?? null),
    level,
    end: ends[id],
    size,
    splitsAt,
  }));
}
