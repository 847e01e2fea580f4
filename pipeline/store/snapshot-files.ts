/** Names and checksums of the files in a snapshot folder, and readers of the manifest and of the topic changes. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Checkpoint, noopCheckpoint } from '../core/cooperative.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { TopicChanges } from '../topics/match-topics.ts';

/** Version of the file names and contents of a snapshot. Only snapshots of this version are opened. */
export const SNAPSHOT_FORMAT_VERSION = 6;

export const snapshotFileNames = {
  manifest: 'manifest.json',
  papers: 'papers.sqlite',
  vectors: 'vectors.bin',
  hnsw: 'hnsw.bin',
  graph: 'graph.bin',
  map: 'map.bin',
  invertedIndex: 'inverted-index.bin',
  topics: 'topics.json',
  topicColumns: 'topics.bin',
  topicChanges: 'topic-changes.json',
  fieldNames: 'fields.json',
  fields: 'fields.bin',
  issues: 'ingest-issues.jsonl',
} as const;

const count = z.number().int().min(0);
const scoreStats = z.object({ mean: z.number(), deviation: z.number() });
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
    parts: z.array(z.object({ dimensions: count, weight: z.number().gt(0).lte(1) })).nullable(),
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
      .object({ coverage: scoreStats, similarity: scoreStats, proximity: scoreStats, scores: z.array(z.number()) })
      .nullable(),
  }),
  quality: z.object({
    recallAt10: z.number().nullable(),
    recallAt100: z.number().nullable(),
    recallAt10StandardError: z.number().nullable(),
    recallAt100StandardError: z.number().nullable(),
    titleRecallAt1: z.number().nullable(),
    knownItemMrrKeyword: z.number().nullable(),
    knownItemMrrSemantic: z.number().nullable(),
    knownItemMrrHybrid: z.number().nullable(),
    knownItemMrrHybridStandardError: z.number().nullable(),
    trustworthiness: z.number().nullable(),
    trustworthinessStandardError: z.number().nullable(),
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

const paperFlow = z.object({ id: count, papers: count, share: z.number() });
const topicEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('born'), id: count, size: count, from: z.array(paperFlow) }),
  z.object({ kind: z.literal('died'), id: count, size: count, into: z.array(paperFlow) }),
  z.object({ kind: z.enum(['grew', 'shrank']), id: count, previousSize: count, size: count }),
  z.object({ kind: z.literal('split'), id: count, into: z.array(paperFlow) }),
  z.object({ kind: z.literal('merged'), id: count, from: z.array(paperFlow) }),
]);
const topicChangesSchema = z.object({
  names: z.array(z.object({ id: count, name: z.string() })),
  levels: z.array(z.object({ level: z.number().int(), events: z.array(topicEvent) })),
}) satisfies z.ZodType<TopicChanges>;

/**
 * The only manifest field that all formats have. It is checked before the rest, because other formats have other
 * fields.
 */
const formatSchema = z.object({ format: z.number() });

/**
 * Reads and validates the manifest of a snapshot.
 *
 * @throws PaperfieldError corrupt, if the manifest is missing, damaged or of another format
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, snapshotFileNames.manifest);
  const { format } = readJson(path, formatSchema);
  if (format !== SNAPSHOT_FORMAT_VERSION) {
    throw new PaperfieldError(
      'corrupt',
      `snapshot ${basename(folder)} has format ${format}, this version reads ${SNAPSHOT_FORMAT_VERSION}: ` +
        "run 'paperfield build' again with your sources",
    );
  }
  const { checksum, ...fields } = readJson(path, z.looseObject({ checksum: z.string() }));
  if (checksum !== checksumOf(fields)) {
    throw new PaperfieldError('corrupt', `${path}: is damaged, its checksum is wrong; ${DAMAGE_REMEDY}`);
  }
  return readJson(path, manifestSchema);
}

/** What to do about a damaged file of a snapshot, as the end of a message. */
export const DAMAGE_REMEDY = "build again, or go back with 'paperfield snapshots rollback'";

/**
 * The text of `manifest.json`. It contains a checksum of all other fields, because the weights and statistics in a
 * manifest change what is found, and no other file has its checksum.
 */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, null, 2)}\n`;
}

/** SHA-256 of the fields of a manifest in their order, hexadecimal. */
function checksumOf(fields: object): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

/**
 * Reads from a manifest of any format the checksums of the other files.
 *
 * @throws PaperfieldError corrupt, if the manifest is missing or damaged
 */
export function readFileChecksums(folder: string): Readonly<Record<string, string>> {
  return readJson(join(folder, snapshotFileNames.manifest), z.object({ files: z.record(z.string(), z.string()) }))
    .files;
}

/**
 * Reads how the topics of a snapshot differ from those of the previous snapshot.
 *
 * @throws PaperfieldError corrupt, if the file is missing or damaged
 */
export function readTopicChanges(folder: string): TopicChanges {
  return readJson(join(folder, snapshotFileNames.topicChanges), topicChangesSchema);
}

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${detail}); build again`, { cause: error });
  }
}

/** Bytes read and hashed between two checkpoints, at which the work may pause: 1 MB takes about a millisecond. */
const HASH_CHUNK_BYTES = 2 ** 20;

/**
 * SHA-256 checksums of files of a folder, hexadecimal, by file name.
 *
 * @throws PaperfieldError corrupt, if a file is missing or cannot be read
 */
export async function hashFiles(
  folder: string,
  names: readonly string[],
  checkpoint: Checkpoint = noopCheckpoint,
): Promise<Record<string, string>> {
  const paths = names.map((name) => join(folder, name));
  const totalBytes = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const checksums: Record<string, string> = {};
  let doneBytes = 0;
  for (const [i, path] of paths.entries()) {
    const hash = createHash('sha256');
    for await (const chunk of readChunks(path)) {
      hash.update(chunk);
      doneBytes += chunk.byteLength;
      await checkpoint(Math.min(1, doneBytes / totalBytes));
    }
    checksums[names[i]] = hash.digest('hex');
  }
  return checksums;
}

async function* readChunks(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: HASH_CHUNK_BYTES });
  try {
    yield* stream;
  } catch (error) {
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${errorMessage(error)}); build again`, {
      cause: error,
    });
  } finally {
    stream.destroy();
  }
}
