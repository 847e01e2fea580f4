/**
 * Reads a library of Zotero: its database `zotero.sqlite`, of versions 5 to 10.
 *
 * What Zotero does:
 * - It locks the file as long as it runs. Therefore a copy is read, together with the journal beside it: without `-wal`,
 *   which Zotero 10 writes, the copy would lack what was added last.
 * - Values are in a table by item and field; titles, dates and venues have other fields in some types (`bookTitle`).
 * - Dates have the numbers first: '2019-07-00 July 2019'. `dateAdded` is in UTC.
 * - Attachments, notes and annotations are items, too: they are no rows. Neither are the items of feeds.
 * - Items in the trash stay in all tables, and are in `deletedItems` as well: each is a problem, so that none is missed.
 *   Collections in the trash (`deletedCollections`, since Zotero 7) are left out of the field `collections`.
 * - Names in one part (`fieldMode` 1) are those of organizations.
 * - arXiv ids, PubMed ids and DOIs of types without such a field are lines in `extra`; so are citation keys before
 *   Zotero 8, which has a field for them. Better BibTeX kept those that were not pinned in a file of its own.
 * - Libraries of groups have the field `group`. A paper may be in several libraries, with another key in each.
 */
import { createWriteStream } from 'node:fs';
import { constants, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cannotReadError, errorMessage } from '../../../core/errors.ts';
import { openDatabaseCopy, type ReadOnlyDatabase } from '../../../runtime/read-only-database.ts';
import { sourceExcerpt } from '../../issues.ts';
import type { RecordReader, SourceProblem, SourceRecord } from '../source-record.ts';
import { fieldsOfZoteroItem, type ZoteroItem } from './zotero-item.ts';
import { DELETED_PROBLEM } from './zotero-json.ts';
import { ZoteroTables } from './zotero-tables.ts';

type Reader = AsyncGenerator<SourceRecord | SourceProblem>;

/**
 * Reads the papers of a library, also while Zotero runs. The file itself is not opened as a database, and stays as it
 * is. `line` is the number of the paper among those of the library, in the order in which they were added.
 *
 * @param path the path of `zotero.sqlite`
 * @throws PaperfieldError bad_input, if the file cannot be copied; the signal's reason, if it is aborted
 */
export async function* readZoteroDatabase(path: string, signal?: AbortSignal): Reader {
  signal?.throwIfAborted();
  yield* withCopy(async (copy) => copyLibrary(path, copy), signal);
}

/**
 * Reads the papers of a library whose content comes as a stream: out of an archive, a backup. See `readZoteroDatabase`.
 *
 * @throws what `bytes` throws
 */
export const readZoteroDatabaseBytes: RecordReader = (bytes) =>
  withCopy(async (copy) => {
    await pipeline(bytes, createWriteStream(copy));
    return undefined;
  });

/** @param makeCopy makes the copy, and gives the problem of it */
async function* withCopy(makeCopy: (copy: string) => Promise<string | undefined>, signal?: AbortSignal): Reader {
  const folder = await mkdtemp(join(tmpdir(), 'paperfield-zotero-'));
  try {
    const copy = join(folder, 'zotero.sqlite');
    const problem = await makeCopy(copy);
    if (problem !== undefined) yield { line: 1, problem, excerpt: '' };
    else yield* readCopy(copy, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How often a library is copied that changes while it is copied. */
const MAX_COPIES = 3;

/** The journals that may be beside a database. `-shm` is made anew. */
const ENDINGS = ['', '-wal', '-journal'];

async function copyLibrary(path: string, copy: string): Promise<string | undefined> {
  try {
    for (let attempt = 0; attempt < MAX_COPIES; attempt++) {
      const before = await stateOf(path);
      for (const [i, ending] of ENDINGS.entries()) {
        await rm(`${copy}${ending}`, { force: true });
        if (before[i] !== '') await copyFile(`${path}${ending}`, `${copy}${ending}`, constants.COPYFILE_FICLONE);
      }
      if ((await stateOf(path)).join() === before.join()) return undefined;
    }
  } catch (error) {
    throw cannotReadError(path, error);
  }
  return 'Zotero changes the library all the time, perhaps because it synchronizes; try again when it is done';
}

/** Size and time of change of the database and its journals; '' for those that do not exist. */
async function stateOf(path: string): Promise<string[]> {
  return Promise.all(
    ENDINGS.map(async (ending) => {
      try {
        const { size, mtimeMs } = await stat(`${path}${ending}`);
        return `${size} ${mtimeMs}`;
      } catch (error) {
        if (ending === '') throw error;
        return '';
      }
    }),
  );
}

async function* readCopy(copy: string, signal?: AbortSignal): Reader {
  let database: ReadOnlyDatabase | undefined;
  let line = 1;
  try {
    database = openDatabaseCopy(copy);
    const tables = new ZoteroTables(database);
    const unreadable = tables.whyUnreadable();
    if (unreadable !== undefined) {
      yield { line, problem: unreadable, excerpt: '' };
      return;
    }
    for (const stored of tables.items()) {
      signal?.throwIfAborted();
      if ('damage' in stored) yield { line, problem: damageProblem(stored.damage), excerpt: '' };
      else if (stored.isDeleted) yield { line, problem: DELETED_PROBLEM, excerpt: excerptOfItem(stored.item) };
      else yield { line, fields: fieldsOfZoteroItem(stored.item), excerpt: excerptOfItem(stored.item) };
      line++;
    }
  } catch (error) {
    signal?.throwIfAborted();
    yield { line, problem: damageProblem(errorMessage(error)), excerpt: '' };
  } finally {
    database?.close();
  }
}

function damageProblem(reason: string): string {
  return (
    `the database is damaged or no SQLite database (${sourceExcerpt(reason)}); what can be read of it was read; ` +
    'restore zotero.sqlite.bak, which Zotero keeps beside it'
  );
}

function excerptOfItem({ key, itemType, fields }: ZoteroItem): string {
  return sourceExcerpt(`${key} ${itemType} ${fields.get('title') ?? ''}`);
}
