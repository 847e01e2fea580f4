/** Reads the parts of the current snapshot that the commands `topics` and `map` export. */
import { join } from 'node:path';
import type { TopicIndex } from '../../../server/topics/topics.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { MapPositions } from '../../core/map-positions.ts';
import { readColumnFile } from '../../store/column-file.ts';
import { currentSnapshotFolder } from '../../store/data-folder.ts';
import { openPaperDatabase, type PaperDatabase } from '../../store/paper-database.ts';
import { readManifest, snapshotFileNames } from '../../store/snapshot-files.ts';
import { readTopics } from '../../store/topics-file.ts';

/** The papers, map and topics of a snapshot. Its vectors and indexes, which are most of its bytes, are not read. */
export interface SnapshotForExport {
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly map: MapPositions;
  /** By row, in [0, 1]: the share of a paper's nearest papers by vector that are also near it on the map. */
  readonly neighborRecall: Float32Array;
  /** The topics in the form in which the server answers requests about them. */
  readonly topics: TopicIndex;
}

/**
 * Opens the current snapshot without its vectors and indexes, passes it to `use`, and closes it.
 *
 * @throws PaperfieldError not_found, if there is no snapshot; corrupt, if it cannot be read
 */
export async function withSnapshotForExport<T>(
  dataDir: string,
  use: (snapshot: SnapshotForExport) => T | Promise<T>,
): Promise<T> {
  const { createTopicIndex } = await import('../../../server/topics/topics.ts');
  const folder = currentSnapshotFolder(dataDir);
  const manifest = readManifest(folder);
  const count = manifest.counts.papers;
  const columns = readColumnFile(join(folder, snapshotFileNames.map));
  const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
  const neighborRecall = columns.float32('trust', count);
  const topics = readTopics(folder, count);
  const papers = openPaperDatabase(join(folder, snapshotFileNames.papers));
  try {
    const topicIndex = createTopicIndex({ topics, map, paper: papers.paper });
    return await use({ manifest, papers, map, neighborRecall, topics: topicIndex });
  } finally {
    papers.close();
  }
}
