/** The files in a zip file, by its directory. Nothing is written to disk, so that a name cannot lead out of a folder. */
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { errorMessage } from '../../core/errors.ts';

/** A file in a zip file, or what is wrong with it; with an empty name, what is wrong with the zip file itself. */
export type ZipMember =
  | {
      readonly name: string;
      /** @throws Error, if it is damaged */
      readonly bytes: AsyncGenerator<Uint8Array>;
    }
  | { readonly name: string; readonly problem: string };

/** How many files a zip file may have. */
const MAX_ENTRIES = 100_000;

/** How much memory their names, comments and the like may take, in bytes. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;

/**
 * The files in a zip file in the order of their names, without folders, hidden files and what macOS adds. The content of
 * one must be read before the next is asked for.
 *
 * @param source the path of the zip file, or its content
 */
export async function* filesInZip(source: string | Buffer): AsyncGenerator<ZipMember> {
  let zip: ZipFile;
  try {
    // Names are decoded here: yauzl stops at the first one that leads out of the folder.
    const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false };
    zip = await (typeof source === 'string'
      ? yauzl.openPromise(source, options)
      : yauzl.fromBufferPromise(source, options));
  } catch (error) {
    yield { name: '', problem: `a zip file that cannot be read (${errorMessage(error)}); get the file again` };
    return;
  }
  zip.on('error', () => undefined);
  try {
    const { entries, problem } = await sortedEntries(zip);
    for (const { name, entry } of entries) {
      const reason = whyUnreadable(entry);
      yield reason === undefined ? { name, bytes: bytesOf(zip, entry) } : { name, problem: reason };
    }
    if (problem !== undefined) yield { name: '', problem };
  } finally {
    zip.close();
  }
}

interface NamedEntry {
  readonly name: string;
  readonly entry: Entry;
}

async function sortedEntries(zip: ZipFile): Promise<{ readonly entries: NamedEntry[]; readonly problem?: string }> {
  const entries: NamedEntry[] = [];
  let problem: string | undefined;
  let directoryBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      directoryBytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      if (entries.length === MAX_ENTRIES || directoryBytes > MAX_DIRECTORY_BYTES) {
        problem = `has more than ${MAX_ENTRIES} files, or very long names; those after them were not read; unpack it`;
        break;
      }
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      if (!name.endsWith('/') && !isHidden(name)) entries.push({ name, entry });
    }
  } catch (error) {
    problem = `its list of files is damaged (${errorMessage(error)}); get the file again`;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { entries, ...(problem !== undefined && { problem }) };
}

function isHidden(name: string): boolean {
  const parts = name.split('/');
  return parts.some((part) => /^\.(?!\.?$)/.test(part)) || parts.includes('__MACOSX');
}

/** Methods of compression that yauzl does not know, by their number in zip files. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'xz'],
  [98, 'PPMd'],
]);

function whyUnreadable(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return 'encrypted; unpack it with its password';
  if (!entry.canDecodeFileData()) {
    const method = METHODS.get(entry.compressionMethod) ?? `method ${entry.compressionMethod}`;
    return `compressed with ${method}, which is rare in zip files and cannot be read; unpack it`;
  }
  // The upper half has the mode of Unix.
  return ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000 ? 'a link to another file' : undefined;
}

async function* bytesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw new Error('its checksum is another one');
}
