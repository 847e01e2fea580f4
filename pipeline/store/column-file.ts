/**
 * Column files: named typed arrays in one binary file, the form of vectors, kNN graph, map, inverted index and vector
 * cache. The layout is documented in data/README.md, 'Column files'.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { writeAtomicallyTask } from './atomic-write.ts';

export type Column = Float32Array | Int32Array | Uint8Array;

const MAGIC = 'PFCL';
const VERSION = 1;
/** Magic, version and length of the JSON header: what comes before it. */
const PREFIX_BYTES = 12;
/** Bytes read between two yields: 8 MB, a few milliseconds. */
const CHUNK_BYTES = 2 ** 23;
/** Columns start at multiples of this many bytes, so that a typed array can be a view of the file's buffer. */
const ALIGNMENT = 8;

const columnTypes = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;
type ColumnType = keyof typeof columnTypes;

const headerSchema = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['float32', 'int32', 'uint8']),
      length: z.number().int().min(0),
      offset: z.number().int().min(0),
    }),
  ),
});
type ColumnEntry = z.infer<typeof headerSchema>['columns'][number];

/** Writes a column file atomically. Little-endian, like every machine that Node runs on. */
export function writeColumns(path: string, columns: Readonly<Record<string, Column>>): void {
  runToCompletion(writeColumnsTask(path, columns));
}

/** The same as a cooperative task. */
export function* writeColumnsTask(path: string, columns: Readonly<Record<string, Column>>): CooperativeTask<void> {
  const named = Object.entries(columns);
  let offset = 0;
  const entries = named.map(([name, column]): ColumnEntry => {
    const entry = { name, type: typeOf(column), length: column.length, offset };
    offset += padded(column.byteLength);
    return entry;
  });
  const text = Buffer.from(JSON.stringify({ columns: entries }));
  const header = Buffer.alloc(padded(PREFIX_BYTES + text.byteLength), ' ');
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(VERSION, 4);
  header.writeUInt32LE(header.byteLength - PREFIX_BYTES, 8);
  text.copy(header, PREFIX_BYTES);
  const pieces: Uint8Array[] = [header];
  for (const [, column] of named) {
    pieces.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    pieces.push(new Uint8Array(padded(column.byteLength) - column.byteLength));
  }
  yield* writeAtomicallyTask(path, pieces);
}

/** The columns of one file. Each method throws PaperfieldError corrupt if there is no such column of that length. */
export interface Columns {
  float32(name: string, length?: number): Float32Array;
  int32(name: string, length?: number): Int32Array;
  uint8(name: string, length?: number): Uint8Array;
}

/**
 * Reads a column file. The columns are views of one buffer; nothing is copied.
 *
 * @throws PaperfieldError corrupt, if the file is missing, truncated or of another version
 */
export function readColumns(path: string): Columns {
  return runToCompletion(readColumnsTask(path));
}

/** The same as a cooperative task. */
export function* readColumnsTask(path: string): CooperativeTask<Columns> {
  const fault = faultIn(path);
  const bytes = yield* readFileTask(path, fault);
  const { dataStart, entries } = parseHeader(bytes, fault);
  const locate = (name: string, type: ColumnType, length?: number) => {
    const entry = findColumn(entries, name, type, length, fault);
    const start = dataStart + entry.offset;
    if (entry.offset % ALIGNMENT !== 0 || dataStart % 4 !== 0) throw fault('has no readable header');
    if (start + entry.length * columnTypes[type].BYTES_PER_ELEMENT > bytes.byteLength) throw fault('is truncated');
    return { buffer: bytes.buffer, start: bytes.byteOffset + start, length: entry.length };
  };
  return {
    float32(name, length) {
      const column = locate(name, 'float32', length);
      return new Float32Array(column.buffer, column.start, column.length);
    },
    int32(name, length) {
      const column = locate(name, 'int32', length);
      return new Int32Array(column.buffer, column.start, column.length);
    },
    uint8(name, length) {
      const column = locate(name, 'uint8', length);
      return new Uint8Array(column.buffer, column.start, column.length);
    },
  };
}

/**
 * Reads one float column in chunks, for files that should not be in memory as a whole. All chunks share one buffer: each
 * is valid until the next is read.
 *
 * @param chunkLength values per chunk; the last may have fewer
 * @throws PaperfieldError corrupt, as `readColumns`
 */
export function* readFloat32Chunks(
  path: string,
  name: string,
  length: number,
  chunkLength: number,
): Generator<Float32Array> {
  const fault = faultIn(path);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw fault(`cannot be read (${errorMessage(error)})`);
  }
  try {
    const { dataStart, entries } = parseHeader(readHeaderBytes(file), fault);
    const { offset } = findColumn(entries, name, 'float32', length, fault);
    const chunk = new Float32Array(Math.min(length, chunkLength));
    for (let done = 0; done < length; done += chunk.length) {
      const values = chunk.subarray(0, length - done);
      const target = new Uint8Array(values.buffer, 0, values.byteLength);
      if (readSync(file, target, 0, target.byteLength, dataStart + offset + done * 4) < target.byteLength) {
        throw fault('is truncated');
      }
      yield values;
    }
  } finally {
    closeSync(file);
  }
}

/** The prefix and the JSON header, or as much of them as the file has. */
function readHeaderBytes(file: number): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const hasPrefix = readSync(file, prefix, 0, PREFIX_BYTES, 0) === PREFIX_BYTES;
  const length = hasPrefix ? PREFIX_BYTES + prefix.readUInt32LE(8) : PREFIX_BYTES;
  const bytes = Buffer.alloc(Math.min(length, fstatSync(file).size));
  readSync(file, bytes, 0, bytes.byteLength, 0);
  return bytes;
}

type Fault = (detail: string) => PaperfieldError;

function faultIn(path: string): Fault {
  return (detail) => new PaperfieldError('corrupt', `${path}: ${detail}; build again`);
}

/** The columns of a file and the byte where the first of them starts. */
function parseHeader(bytes: Buffer, fault: Fault): { dataStart: number; entries: readonly ColumnEntry[] } {
  if (bytes.byteLength < PREFIX_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC) throw fault('is not a column file');
  const version = bytes.readUInt32LE(4);
  if (version !== VERSION) throw fault(`has version ${version}, expected ${VERSION}`);
  const dataStart = PREFIX_BYTES + bytes.readUInt32LE(8);
  const header = headerSchema.safeParse(parseJson(bytes.toString('utf8', PREFIX_BYTES, dataStart)));
  if (!header.success) throw fault('has no readable header');
  return { dataStart, entries: header.data.columns };
}

function findColumn(
  entries: readonly ColumnEntry[],
  name: string,
  type: ColumnType,
  length: number | undefined,
  fault: Fault,
): ColumnEntry {
  const entry = entries.findLast((one) => one.name === name);
  if (entry?.type === type && (length === undefined || entry.length === length)) return entry;
  throw fault(`lacks the column ${name} (${type}${length === undefined ? '' : ` × ${length}`})`);
}

/** Reads a file in chunks: Node reads at most 2 GB in one call, and the vectors of 500,000 papers are larger. */
function* readFileTask(path: string, fault: Fault): CooperativeTask<Buffer> {
  const attempt = <T>(operation: () => T): T => {
    try {
      return operation();
    } catch (error) {
      throw fault(`cannot be read (${errorMessage(error)})`);
    }
  };
  const file = attempt(() => openSync(path, 'r'));
  try {
    const bytes = attempt(() => Buffer.from(new ArrayBuffer(fstatSync(file).size)));
    for (let offset = 0; offset < bytes.byteLength; ) {
      // Not within `attempt`: an error thrown here stops the task and says nothing about the file.
      yield offset / bytes.byteLength;
      const length = Math.min(CHUNK_BYTES, bytes.byteLength - offset);
      const read = attempt(() => readSync(file, bytes, offset, length, offset));
      if (read === 0) throw fault('cannot be read (it ends before its size)');
      offset += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeOf(column: Column): ColumnType {
  if (column instanceof Float32Array) return 'float32';
  return column instanceof Int32Array ? 'int32' : 'uint8';
}

/** A length in bytes, rounded up to the alignment of columns. */
function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
