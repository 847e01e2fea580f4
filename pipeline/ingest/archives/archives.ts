/**
 * Opens sources that are compressed with gzip, Zstandard or xz, and zip files. Compression is recognized by the content:
 * files whose names end with `.gz` though a browser has decompressed them are common. Nothing is written to disk.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { cannotReadError, errorMessage, PaperfieldError } from '../../core/errors.ts';
import { abortable } from './abortable.ts';
import { type ContentKind, contentKind, decompressedName, HEAD_BYTES, isDocumentName } from './content-kind.ts';
import { DecompressionBudget, type DecompressionLimits } from './decompression-limit.ts';
import { xzDecompressed } from './xz-stream.ts';
import { filesInZip } from './zip-file.ts';
import { zstdDecompressed } from './zstd-stream.ts';

/** A file after decompression, or why it has none. */
export type DecompressedFile =
  | {
      /** Without the ending of the compression; within a zip file its path there, which may be any text. */
      readonly name: string;
      /** Whether it is one of the files in a zip file. */
      readonly isInArchive?: true;
      /** Its path, if it is on disk as it is, so that formats with a directory at their end can be read from there. */
      readonly path?: string;
      /**
       * The content, which must be read before the next file is asked for.
       *
       * @throws PaperfieldError bad_input, if the file cannot be read, is damaged, or grows beyond the limits; the
       *   signal's reason, if it is aborted
       */
      readonly bytes: AsyncIterable<Uint8Array>;
    }
  | {
      readonly name: string;
      readonly isInArchive?: true;
      /** What is wrong, and what to do about it. */
      readonly problem: string;
    };

export interface DecompressionOptions extends DecompressionLimits {
  /** Stops reading, even if no byte comes for minutes. */
  readonly signal?: AbortSignal | undefined;
}

/** How often a file may be compressed, a zip file included. */
const MAX_LEVELS = 3;

/** The largest zip file that is read from a stream or from within another one: its directory is at its end. */
const MAX_ZIP_IN_MEMORY_BYTES = 64 * 2 ** 20;

/**
 * Opens a file: one that is not compressed as it is, what `.gz`, `.zst` and `.xz` hold, and every file in a zip file in
 * the order of their names, also those that are compressed themselves; without hidden ones.
 *
 * @throws PaperfieldError bad_input, if there is no such file; the signal's reason, if it is aborted
 */
export async function* decompressedFile(
  path: string,
  { signal, ...limits }: DecompressionOptions = {},
): AsyncGenerator<DecompressedFile> {
  signal?.throwIfAborted();
  const name = basename(path);
  const { size, head } = await beginningOf(path);
  const archive = new Archive(new DecompressionBudget(name, size, limits), signal);
  const kind = contentKind(head);
  if (kind === 'zip') {
    yield* archive.filesIn(path, name, 0);
    return;
  }
  for await (const file of archive.contentsOf(name, abortable(fileBytes(path), signal), 0)) {
    yield kind === 'plain' && 'bytes' in file ? { ...file, path } : file;
  }
}

/**
 * Opens a stream, such as standard input, as `decompressedFile` does. A zip file is read into memory, up to 64 MiB.
 *
 * @param name the name for messages, and that of its only file if it is no zip file
 * @throws the signal's reason, if it is aborted
 */
export async function* decompressedStream(
  name: string,
  stream: AsyncIterable<Uint8Array>,
  { signal, ...limits }: DecompressionOptions = {},
): AsyncGenerator<DecompressedFile> {
  const budget = new DecompressionBudget(name, 0, limits);
  const bytes = withErrors(budget.countCompressed(abortable(stream, signal)), (error) =>
    signal?.aborted ? signal.reason : cannotReadError(name, error),
  );
  yield* new Archive(budget, signal).contentsOf(name, bytes, 0);
}

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

/** What one source holds. */
class Archive {
  readonly #budget: DecompressionBudget;
  readonly #signal: AbortSignal | undefined;

  constructor(budget: DecompressionBudget, signal: AbortSignal | undefined) {
    this.#budget = budget;
    this.#signal = signal;
  }

  /**
   * The file itself, or what it holds if it is compressed. `bytes` is closed in the end, read or not.
   *
   * @param nameBefore the name before `bytes` were decompressed
   */
  async *contentsOf(
    name: string,
    bytes: AsyncGenerator<Uint8Array>,
    level: number,
    nameBefore = name,
  ): AsyncGenerator<DecompressedFile> {
    try {
      const { head, all } = await peeked(bytes);
      const kind = contentKind(head);
      if (kind === 'plain') yield { name: decompressedName(name), bytes: all };
      else if (kind === 'zip') yield* this.#zipInMemory(name, all, level);
      else if (kind === 'gzip' || kind === 'zstd' || kind === 'xz') {
        if (level === MAX_LEVELS) yield tooDeep(name);
        else yield* this.contentsOf(decompressedName(name), this.#decompress(kind, all, name), level + 1, name);
      } else yield { name, problem: PROBLEMS[kind] };
    } catch (error) {
      // The content is known only once the first bytes are decompressed: those of a damaged file cannot be.
      if (this.#signal?.aborted || !(error instanceof PaperfieldError)) throw error;
      yield { name: nameBefore, problem: withoutName(error.message, nameBefore) };
    } finally {
      // The stream that a signal has stopped may never end.
      if (this.#signal?.aborted) void bytes.return(undefined);
      else await bytes.return(undefined);
    }
  }

  /** Every file in a zip file. What cannot be read of it is a problem with its name. */
  async *filesIn(source: string | Buffer, name: string, level: number): AsyncGenerator<DecompressedFile> {
    if (isDocumentName(name)) {
      yield { name, problem: 'a document or package that cannot be read; export its papers as CSV, RIS or the like' };
      return;
    }
    // The path in a zip file says enough, unless there is another zip file around it.
    const prefix = level === 0 ? '' : `${name}/`;
    for await (const member of filesInZip(source)) {
      if (this.#budget.isExceeded) {
        yield { name, problem: 'its other files were not read, because it looks like a decompression bomb' };
        return;
      }
      const memberName = member.name === '' ? name : `${prefix}${member.name}`;
      if ('problem' in member) {
        yield { name: memberName, isInArchive: true, problem: member.problem };
        continue;
      }
      const contents = this.contentsOf(memberName, this.#limit(member.bytes, 'zip', memberName), level + 1);
      for await (const file of contents) yield { ...file, isInArchive: true };
    }
  }

  async *#zipInMemory(name: string, bytes: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<DecompressedFile> {
    if (level === MAX_LEVELS) {
      yield tooDeep(name);
      return;
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of bytes) {
      parts.push(chunk);
      length += chunk.length;
      if (length > MAX_ZIP_IN_MEMORY_BYTES) {
        const where = level === 0 ? 'read from a stream; save it as a file' : 'inside of another file; unpack it';
        yield { name, problem: `a zip file of more than 64 MiB that is ${where}` };
        return;
      }
    }
    yield* this.filesIn(Buffer.concat(parts), name, level);
  }

  #decompress(kind: keyof typeof DECOMPRESSORS, bytes: AsyncIterable<Uint8Array>, name: string) {
    return this.#limit(DECOMPRESSORS[kind](bytes), kind, name);
  }

  /** Counts decompressed bytes; errors get the name of the file in which they are. */
  #limit(bytes: AsyncIterable<Uint8Array>, kind: string, name: string): AsyncGenerator<Uint8Array> {
    const signal = this.#signal;
    const damage = (error: unknown) =>
      signal?.aborted
        ? signal.reason
        : error instanceof PaperfieldError
          ? error
          : new PaperfieldError('bad_input', `${name}: is damaged (${errorMessage(error)}); get the file again`);
    return this.#budget.limit(withErrors(stoppable(bytes, signal), damage), kind);
  }
}

function tooDeep(name: string): DecompressedFile {
  return { name, problem: `compressed more than ${MAX_LEVELS} times; unpack it` };
}

const PROBLEMS: Readonly<Record<Exclude<ContentKind, 'plain' | 'gzip' | 'zstd' | 'xz' | 'zip'>, string>> = {
  tar: 'a tar archive; unpack it (tar -xf)',
  bzip2: 'compressed with bzip2; unpack it (bunzip2)',
  '7z': 'a 7z archive; unpack it',
  rar: 'a RAR archive; unpack it',
};

function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

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

async function* withErrors(
  bytes: AsyncIterable<Uint8Array>,
  convert: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw convert(error);
  }
}

/** Stops between chunks once the signal is aborted: a decompressor makes many of them from one that was read. */
async function* stoppable(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

/** Size of the chunks of decompressed bytes: with the default, 16 KiB, reading takes half as long again. */
const GUNZIP_CHUNK_BYTES = 64 * 1024;

const DECOMPRESSORS = {
  /** Files may have several members one after the other; what follows the last one is ignored, as gzip does. */
  gzip: (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
    // `pipeline` passes errors on, and closes the source when the stream that it returns is closed.
    pipeline(
      Readable.from(bytes, { objectMode: false }),
      createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES }),
      () => undefined,
    ),
  zstd: zstdDecompressed,
  xz: xzDecompressed,
} as const;
