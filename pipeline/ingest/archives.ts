/** Opens sources that are compressed with gzip or Zstandard, and zip files. Nothing is ever written to disk. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { cannotReadError, errorMessage, PaperfieldError } from '../core/errors.ts';
import { zstdDecompressed } from './zstd-stream.ts';

/** A file after decompression, or why it has none. */
export type DecompressedFile =
  | {
      /** Without the ending of the compression; within a zip file its path there, which may be any text. */
      readonly name: string;
      /**
       * The content, which must be read before the next file is asked for.
       *
       * @throws PaperfieldError bad_input, if the file cannot be read, is damaged, or grows beyond the limits
       */
      readonly bytes: AsyncIterable<Uint8Array>;
    }
  | { readonly name: string; readonly problem: string };

/** Decompression stops when it exceeds both. Together, so that small files of few words are not suspected. */
export interface DecompressionLimits {
  /** How many times its compressed size a file may have. Default: 200, five times what text reaches. */
  readonly maxRatio?: number;
  /** How many bytes may be decompressed at all. Default: 256 MiB. */
  readonly maxBytes?: number;
}

/** How many files a zip file may have. */
const MAX_ZIP_ENTRIES = 100_000;

/** How often a file may be compressed. */
const MAX_LEVELS = 3;

/**
 * Opens a source: a file that is not compressed as it is, what `.gz` and `.zst` hold, and every file in a zip file in
 * the order of their names, also those that are compressed themselves; without hidden ones and links. Compression is
 * recognized by the content: files whose names end with `.gz` though a browser has decompressed them are common.
 *
 * @throws PaperfieldError bad_input, if there is no such file
 */
export async function* decompressed(path: string, limits: DecompressionLimits = {}): AsyncGenerator<DecompressedFile> {
  const name = basename(path);
  const { size, head } = await beginningOf(path);
  const budget = new Budget(name, size, limits);
  if (kindOf(head) === 'zip') yield* isDocument(name) ? [documentProblem(name)] : filesInZip(path, name, budget);
  else yield* contentsOf(name, fileBytes(path), budget, 0);
}

/** Length of the beginning of a file from which its kind is known: that of the first header of a tar file. */
const HEAD_BYTES = 512;

async function beginningOf(path: string): Promise<{ readonly size: number; readonly head: Uint8Array }> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 });
      return { size: (await file.stat()).size, head: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw cannotReadError(path, error);
  }
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk;
  } catch (error) {
    throw cannotReadError(path, error);
  }
}

type Kind = 'gzip' | 'zstd' | 'zip' | 'tar' | 'xz' | 'bzip2' | '7z' | 'rar' | 'plain';

/** The first bytes of each kind, one character for each. */
const MAGIC: readonly (readonly [kind: Kind, start: string])[] = [
  ['gzip', '\x1f\x8b\x08'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  // The first file, no file at all, the first of several parts.
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['zip', 'PK\x07\x08'],
  ['xz', '\xfd7zXZ\x00'],
  ['bzip2', 'BZh91AY&SY'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['rar', 'Rar!\x1a\x07'],
];

/** What a file is, by its first bytes. */
function kindOf(head: Uint8Array): Kind {
  const text = Buffer.from(head).toString('latin1');
  const known = MAGIC.find(([, start]) => text.startsWith(start))?.[0];
  if (known) return known;
  if (text.startsWith('ustar', 257)) return 'tar';
  // A frame of Zstandard that is to be skipped may be the first one.
  return text.startsWith('\x2a\x4d\x18', 1) && text[0] >= '\x50' && text[0] <= '\x5f' ? 'zstd' : 'plain';
}

/** Documents and packages that are zip files inside. */
function isDocument(name: string): boolean {
  return /\.(?:docx|xlsx|xlsm|pptx|od[pst]|epub|jar|npz|whl|apk|key|numbers|pages)$/i.test(name);
}

function documentProblem(name: string): DecompressedFile {
  return { name, problem: 'a document or package that cannot be read; export its papers as CSV, RIS or the like' };
}

/** The file itself, or what it holds if it is compressed. `bytes` is closed in the end, read or not. */
async function* contentsOf(
  name: string,
  bytes: AsyncGenerator<Uint8Array>,
  budget: Budget,
  level: number,
): AsyncGenerator<DecompressedFile> {
  try {
    const { head, all } = await peeked(bytes);
    const kind = kindOf(head);
    if (kind === 'plain') yield { name: name.replace(/(?<=.)\.(?:gz|zst)$/i, ''), bytes: all };
    else if (kind !== 'gzip' && kind !== 'zstd') yield { name, problem: PROBLEMS[kind] };
    else if (level === MAX_LEVELS) yield { name, problem: `compressed more than ${MAX_LEVELS} times; unpack it` };
    else {
      const inner = (kind === 'gzip' ? gunzipped : zstdDecompressed)(all);
      const innerName = name.replace(kind === 'gzip' ? /(?<=.)\.gz$/i : /(?<=.)\.zst$/i, '').replace(/\.tgz$/i, '.tar');
      yield* contentsOf(innerName, budget.limited(named(inner, name), kind), budget, level + 1);
    }
  } catch (error) {
    // The content is known only once the first bytes are decompressed: those of a damaged file cannot be.
    if (!(error instanceof PaperfieldError)) throw error;
    yield { name, problem: error.message.replace(`${name}: `, '') };
  } finally {
    await bytes.return(undefined);
  }
}

const PROBLEMS: Readonly<Record<Exclude<Kind, 'plain' | 'gzip' | 'zstd'>, string>> = {
  zip: 'a zip file within another one, or compressed once more; unpack it',
  tar: 'a tar archive; unpack it (tar -xf)',
  xz: 'compressed with xz; it is read if its name ends with .xz and it is in no other archive',
  bzip2: 'compressed with bzip2; unpack it (bunzip2)',
  '7z': 'a 7z archive; unpack it',
  rar: 'a RAR archive; unpack it',
};

/** The first bytes, and all bytes, which are those and what follows them. */
async function peeked(bytes: AsyncGenerator<Uint8Array>) {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { done, value } = await bytes.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* parts;
    yield* bytes;
  }
  return { head: Buffer.concat(parts).subarray(0, HEAD_BYTES), all: all() };
}

/** Errors with the name of the file in which they are. */
async function* named(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw error instanceof PaperfieldError ? error : cannotReadError(name, error);
  }
}

/** Size of the chunks of decompressed bytes: with the default, 16 KiB, reading takes half as long again. */
const GUNZIP_CHUNK_BYTES = 64 * 1024;

/** Decompresses gzip, of which a file may have several members one after the other. */
async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false });
  // `pipeline` passes errors on, and closes the source when the stream that it returns is closed.
  yield* pipeline(source, createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES }), () => undefined);
}

/** Counts what is decompressed of a source, and stops what looks like a decompression bomb. */
class Budget {
  readonly #name: string;
  readonly #compressed: number;
  readonly #limits: Required<DecompressionLimits>;
  #count = 0;

  constructor(name: string, compressed: number, { maxRatio = 200, maxBytes = 256 * 2 ** 20 }: DecompressionLimits) {
    this.#name = name;
    this.#compressed = compressed;
    this.#limits = { maxRatio, maxBytes };
  }

  get isExceeded(): boolean {
    return this.#count > this.#limits.maxBytes && this.#count > this.#limits.maxRatio * this.#compressed;
  }

  async *limited(bytes: AsyncIterable<Uint8Array>, kind: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#count += chunk.length;
      if (this.isExceeded) {
        const what = `${inMebibytes(this.#compressed)} of ${kind} grows beyond ${inMebibytes(this.#count)}`;
        const message = `${this.#name}: ${what}: looks like a decompression bomb; unpack it yourself if it is not`;
        throw new PaperfieldError('bad_input', message);
      }
      yield chunk;
    }
  }
}

function inMebibytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return `${mebibytes >= 10 ? Math.round(mebibytes) : Math.max(0.01, mebibytes).toFixed(2)} MiB`;
}

// Zip

/** Every file in a zip file. What cannot be read of it is a problem with its name. */
async function* filesInZip(path: string, name: string, budget: Budget): AsyncGenerator<DecompressedFile> {
  let zip: ZipFile;
  try {
    // Names are decoded here: yauzl stops at the first one that leads out of the folder, though nothing is written.
    zip = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
  } catch (error) {
    yield { name, problem: `cannot be read (${errorMessage(error)}); get the file again` };
    return;
  }
  zip.on('error', () => undefined);
  try {
    const { entries, problem } = await sortedEntries(zip);
    for (const entry of entries) {
      if (budget.isExceeded) break;
      const reason = whyUnreadable(entry);
      if (reason !== undefined) yield { name: entry.name, problem: reason };
      else yield* contentsOf(entry.name, budget.limited(named(entryBytes(zip, entry), entry.name), 'zip'), budget, 1);
    }
    if (problem !== undefined) yield { name, problem };
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
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.length === MAX_ZIP_ENTRIES) {
        problem = `has more than ${MAX_ZIP_ENTRIES} files; those after them were not read`;
        break;
      }
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      const parts = name.split('/');
      const isHidden = parts.some((part) => /^\.(?!\.?$)/.test(part)) || parts.includes('__MACOSX');
      if (!name.endsWith('/') && !isHidden) entries.push({ name, entry });
    }
  } catch (error) {
    problem = `its list of files is damaged (${errorMessage(error)}); get the file again`;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { entries, ...(problem !== undefined && { problem }) };
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

function whyUnreadable({ name, entry }: NamedEntry): string | undefined {
  const method = entry.compressionMethod;
  if (entry.isEncrypted()) return 'encrypted; unpack it with its password';
  if (!entry.canDecodeFileData()) {
    return `compressed with ${METHODS.get(method) ?? `method ${method}`}, which cannot be read; unpack it`;
  }
  // The upper half has the mode of Unix.
  if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000) return 'a link to another file';
  return isDocument(name) ? 'a document or package that cannot be read' : undefined;
}

async function* entryBytes(zip: ZipFile, { entry }: NamedEntry): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw new Error('damaged: its checksum is another one');
}
