import { join } from 'node:path';
import { PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Topics } from '../core/named-topics.ts';
import type { Projection } from '../core/projection.ts';
import { readColumns } from './columns.ts';
import { currentSnapshotFolder, currentSnapshotId } from './data-folder.ts';
import { openPaperDatabase } from './paper-database.ts';
import { fileNames, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** What the next snapshot takes up from the one that serves: where its papers stood, and which topics they were in. */
export interface FormerSnapshot {
  readonly manifest: Manifest;
  /** By row, as in `map` and `topics`. */
  readonly ids: readonly string[];
  readonly map: Projection;
  readonly topics: Topics;
}

/** The snapshot that `current` names; undefined where there is none that this version can read. */
export function readFormerSnapshot(dataDir: string): FormerSnapshot | undefined {
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
