/** The files of a snapshot folder: their names, and the manifest's form. Described in data/README.md. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { onwards, type Rest } from '../core/cooperative.ts';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { TopicChanges } from '../topics/match-topics.ts';

/** Version of the folder's layout. 3: topics are a tree, with columns of their own, and the map says how far it holds. */
export const SNAPSHOT_FORMAT = 3;

export const fileNames = {
  manifest: 'manifest.json',
  papers: 'papers.sqlite',
  vectors: 'vectors.bin',
  index: 'hnsw.bin',
  graph: 'graph.bin',
  map: 'map.bin',
  words: 'words.bin',
  topics: 'topics.json',
  topicColumns: 'topics.bin',
  changes: 'changes.json',
  receipts: 'receipts.jsonl',
} as const;

const count = z.number().int().min(0);
const scale = z.object({ mean: z.number(), deviation: z.number() });
const manifestSchema = z.object({
  format: z.number(),
  id: z.string(),
  createdAt: z.string(),
  inputHash: z.string(),
  model: z.object({
    name: z.string(),
    source: z.string(),
    fingerprint: z.string(),
    dimensions: count,
    leadingDimensions: count,
  }),
  counts: z.object({
    papers: count,
    topics: count,
    outliers: count,
    skippedRows: count,
    incompleteRows: count,
    mergedRows: count,
  }),
  options: z.record(z.string(), z.unknown()),
  search: z.object({
    nullDistribution: z
      .object({ coverage: scale, nearness: scale, pairs: scale, strengths: z.array(z.number()) })
      .nullable(),
    weights: z.array(z.object({ upToWords: z.number(), keyword: z.number().min(0).max(1), pairs: z.number().min(0) })),
  }),
  quality: z.object({
    recallAt10: z.number().nullable(),
    recallAt100: z.number().nullable(),
    titleRecallAt1: z.number().nullable(),
    knownItemMrrKeyword: z.number().nullable(),
    knownItemMrrSemantic: z.number().nullable(),
    knownItemMrrHybrid: z.number().nullable(),
    trustworthiness: z.number().nullable(),
    neighborRecall: z.number().nullable(),
    distanceCorrelation: z.number().nullable(),
  }),
  previous: z
    .object({
      snapshot: z.string(),
      drift: z.object({ median: z.number(), p95: z.number(), shared: count }).nullable(),
      map: z.enum(['extended', 'refit', 'frozen', 'fresh']),
      newPapers: count,
      keptTopics: count,
    })
    .nullable(),
  files: z.record(z.string(), z.string()),
}) satisfies z.ZodType<Manifest>;

const part = z.object({ id: count, papers: count, share: z.number() });
const event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('born'), id: count, size: count, from: z.array(part) }),
  z.object({ kind: z.literal('died'), id: count, size: count, into: z.array(part) }),
  z.object({ kind: z.enum(['grew', 'shrank']), id: count, was: count, is: count }),
  z.object({ kind: z.literal('split'), id: count, into: z.array(part) }),
  z.object({ kind: z.literal('merged'), id: count, from: z.array(part) }),
]);
const changesSchema = z.object({
  names: z.array(z.object({ id: count, name: z.string() })),
  levels: z.array(z.object({ level: z.number().int(), events: z.array(event) })),
}) satisfies z.ZodType<TopicChanges>;

/** @throws PaperfieldError corrupt, where the manifest is missing, damaged or of another version */
export function readManifest(folder: string): Manifest {
  const manifest = readJson(join(folder, fileNames.manifest), manifestSchema);
  if (manifest.format !== SNAPSHOT_FORMAT) {
    throw new PaperfieldError(
      'corrupt',
      `${folder}: has format ${manifest.format}, this version reads ${SNAPSHOT_FORMAT}; build again`,
    );
  }
  return manifest;
}

/** @throws PaperfieldError corrupt */
export function readChanges(folder: string): TopicChanges {
  return readJson(join(folder, fileNames.changes), changesSchema);
}

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${detail}); build again`, { cause: error });
  }
}

/** Bytes read at once: enough for the disk, few enough for a turn of others in between. */
const HASHED_AT_ONCE = 2 ** 20;

/**
 * SHA-256 of files of a folder, hexadecimal, by name.
 *
 * @throws PaperfieldError corrupt, where one is missing or cannot be read
 */
export async function hashFiles(
  folder: string,
  names: readonly string[],
  rest: Rest = onwards,
): Promise<Record<string, string>> {
  const paths = names.map((name) => join(folder, name));
  const whole = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const hashes: Record<string, string> = {};
  let done = 0;
  for (const [i, path] of paths.entries()) {
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(path)) {
      hash.update(chunk);
      done += chunk.byteLength;
      await rest(Math.min(1, done / whole));
    }
    hashes[names[i]] = hash.digest('hex');
  }
  return hashes;
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: HASHED_AT_ONCE });
  try {
    yield* stream;
  } catch (error) {
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${messageOf(error)}); build again`, {
      cause: error,
    });
  } finally {
    stream.destroy();
  }
}
