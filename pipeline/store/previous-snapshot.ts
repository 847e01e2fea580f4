import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Projection } from '../core/map-positions.ts';
import type { TopicRecords } from '../core/topic-records.ts';
import { readColumns } from './columns.ts';
import { currentSnapshotFolder, currentSnapshotId } from './data-folder.ts';
import { openPaperDatabase } from './paper-database.ts';
import { fileNames, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** What the next snapshot takes up from the one that serves: where its papers stood, and which topics they were in. */
export interface PreviousSnapshot {
  readonly manifest: Manifest;
  /** By row, as in `map` and `topics`. */
  readonly ids: readonly string[];
  readonly map: Projection;
  readonly topics: TopicRecords;
}

/** The snapshot that `current` names; undefined where there is none that this version can read. */
export function readPreviousSnapshot(dataDir: string): PreviousSnapshot | undefined {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    const folder = currentSnapshotFolder(dataDir);
    const manifest = readManifest(folder);
    const count = manifest.counts.papers;
    const columns = readColumns(join(folder, fileNames.map));
    const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
    const topics = readTopics(folder, count);
    const papers = openPaperDatabase(join(folder, fileNames.papers));
    const ids = papers.ids();
    papers.close();
    return ids.length === count ? { manifest, ids, map, topics } : undefined;
  } catch (error) {
    // Damaged or of another version: the build makes a sound one, and begins anew.
    if (error instanceof PaperfieldError) return undefined;
    throw error;
  }
}

/** What a snapshot held: its papers, and its topics with their sizes. */
export interface HeldBefore {
  readonly ids: ReadonlySet<string>;
  readonly sizeOfTopic: ReadonlyMap<number, number>;
}

/**
 * What another snapshot of the same data folder held; undefined where it is gone, or cannot be read any more.
 *
 * @param folder of the snapshot that is open
 * @param id of the other; it has been checked to be the name of one, and no path
 */
export function readHeldBefore(folder: string, id: string): HeldBefore | undefined {
  const other = join(dirname(folder), id);
  if (!existsSync(other)) return undefined;
  try {
    const { counts } = readManifest(other);
    const { named } = readTopics(other, counts.papers);
    const papers = openPaperDatabase(join(other, fileNames.papers));
    const ids = new Set(papers.ids());
    papers.close();
    return { ids, sizeOfTopic: new Map(named.map((topic) => [topic.id, topic.size])) };
  } catch {
    // Of another version, damaged, or being removed at this moment.
    return undefined;
  }
}
