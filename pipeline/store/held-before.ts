import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openPaperDatabase } from './paper-database.ts';
import { fileNames, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

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
