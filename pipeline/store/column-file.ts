/**
 * Column files: binary files of named typed arrays. Among others, vectors, the kNN graph, the map and the inverted
 * index are stored as column files. data/README.md describes their layout under 'Column files'.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { type CooperativeTask, runToCompletion } from '../core/cooperative.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { writeAtomicallyTask } from './atomic-write.ts';

export type ColumnArray = Float64Array | Float32Array | Int32Array | Uint8Array;

const MAGIC = 'PFCL';
const VERSION = 1;
/** Bytes before the JSON header: magic, version and the length of the header, four bytes each. */
const PREFIX_BYTES = 12;
/** Bytes read between two yields of a cooperative task: 8 MB take a few milliseconds. */
const CHUNK_BYTES = 2 ** 23;
/** Columns start at multiples of this many bytes, so that a typed array can be a view of the file's buffer. */
const ALIGNMENT = 8;

const columnTypes = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;
type ColumnType = keyof typeof columnTypes;

const headerSchema = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['float64', 'float32', 'int32', 'uint8']),
      length: z.number().int().min(0),
      offset: z.number().int().min(0),
    }),
  ),
});
type ColumnEntry = z.infer<typeof headerSchema>['columns'][number];

/** Writes a column file atomically. Numbers are in the machine's byte order, which is little-endian on x86 and ARM. */
export function writeColumnFile(path: string, columns: Readonly<Record<string, ColumnArray>>): void {
  runToCompletion(writeColumnFileTask(path, columns));
}

/** `writeColumnFile` as a cooperative task. */
export function* writeColumnFileTask(
  path: string,
  columns: Readonly<Record<string, ColumnArray>>,
): CooperativeTask<void> {
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

/**
 * The content of a column file. Each method returns the column with a name. It throws PaperfieldError corrupt if the
 * file has no column with that name, type and (if `length` is given) length.
 */
export interface ColumnFile {
  float64(name: string, length?: number): Float64Array;
  float32(name: string, length?: number): Float32Array;
  int32(name: string, length?: number): Int32Array;
  uint8(name: string, length?: number): Uint8Array;
}

/**
 * Reads a column file. The columns are views of one buffer; nothing is copied.
 *
 * @throws PaperfieldError corrupt, if the file is missing, truncated or of another version
 */
export function readColumnFile(path: string): ColumnFile {
  return runToCompletion(readColumnFileTask(path));
}

/** `readColumnFile` as a cooperative task. */
export function* readColumnFileTask(path: string): CooperativeTask<ColumnFile> {
  const fault = faultIn(path);
  const bytes = yield* readFileTask(path, fault);
  const { dataStart, entries } = parseHeader(bytes, fault);
  const locate = (name: string, type: ColumnType, length?: number) => {
    const entry = findColumn(entries, name, type, length, fault);
    const start = dataStart + entry.offset;
    if (entry.offset % ALIGNMENT !== 0 || dataStart % ALIGNMENT !== 0) throw fault('has no readable header');
    if (start + entry.length * columnTypes[type].BYTES_PER_ELEMENT > bytes.byteLength) throw fault('is truncated');
    return { buffer: bytes.buffer, start: bytes.byteOffset + start, length: entry.length };
  };
  return {
    float64(name, length) {
      const column = locate(name, 'float64', length);
      return new Float64Array(column.buffer, column.start, column.length);
    },
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

/** A column file whose columns are read one by one, each whenever it is asked for. */
export interface OpenColumnFile extends ColumnFile {
  close(): void;
}

/**
 * Opens a column file and reads its header only. The file stays open, so that it can be read even when its folder has
 * been removed meanwhile.
 *
 * @throws PaperfieldError corrupt, if the file is missing, of another version or has no readable header; methods too
 */
export function openColumnFile(path: string): OpenColumnFile {
  const fault = faultIn(path);
  const file = openToRead(path, fault);
  try {
    const { dataStart, entries } = parseHeader(readHeaderBytes(file), fault);
    // Columns may be read long after, when nobody expects a damaged snapshot any more.
    const end = Math.max(
      0,
      ...entries.map(({ offset, length, type }) => offset + length * columnTypes[type].BYTES_PER_ELEMENT),
    );
    if (fstatSync(file).size < dataStart + end) throw fault('is truncated');
    const bytesOf = (name: string, type: ColumnType, length?: number): ArrayBuffer => {
      const entry = findColumn(entries, name, type, length, fault);
      const bytes = new Uint8Array(entry.length * columnTypes[type].BYTES_PER_ELEMENT);
      if (readSync(file, bytes, 0, bytes.byteLength, dataStart + entry.offset) < bytes.byteLength) {
        throw fault('is truncated');
      }
      return bytes.buffer;
    };
    return {
      float64: (name, length) => new Float64Array(bytesOf(name, 'float64', length)),
      float32: (name, length) => new Float32Array(bytesOf(name, 'float32', length)),
      int32: (name, length) => new Int32Array(bytesOf(name, 'int32', length)),
      uint8: (name, length) => new Uint8Array(bytesOf(name, 'uint8', length)),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function openToRead(path: string, fault: Fault): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw fault(`cannot be read (${errorMessage(error)})`);
  }
}

/**
 * Reads one float column in chunks, for files that should not be in memory as a whole. All chunks share one buffer:
 * each chunk is valid until the next one is read.
 *
 * @param chunkLength values per chunk; the last chunk may have fewer
 * @throws PaperfieldError corrupt, if the file is missing, truncated, of another version, or has no such column
 */
export function* readFloat32ColumnInChunks(
  path: string,
  name: string,
  length: number,
  chunkLength: number,
): Generator<Float32Array> {
  const fault = faultIn(path);
  const file = openToRead(path, fault);
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

/**
 * Reads the beginning of a column file: magic, version, header length and JSON header, or less if the file is shorter.
 */
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

/** Parses the header: returns one entry per column, and the byte at which the data of the first column starts. */
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

/** Reads a file in chunks: Node reads at most 2 GB in one call, and the vectors of 500,000 papers take more. */
function* readFileTask(path: string, fault: Fault): CooperativeTask<Buffer> {
  const attempt = <T>(operation: () => T): T => {
    try {
      return operation();
    } catch (error) {
      throw fault(`cannot be read (${errorMessage(error)})`);
    }
  };
  const file = openToRead(path, fault);
  try {
    const bytes = attempt(() => Buffer.from(new ArrayBuffer(fstatSync(file).size)));
    for (let offset = 0; offset < bytes.byteLength; ) {
      // Not inside `attempt`: an error thrown at a yield stops the task and is not a fault of the file.
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

function typeOf(column: ColumnArray): ColumnType {
  if (column instanceof Float64Array) return 'float64';
  if (column instanceof Float32Array) return 'float32';
  return column instanceof Int32Array ? 'int32' : 'uint8';
}

/** A length in bytes, rounded up to the alignment of columns. */
function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
