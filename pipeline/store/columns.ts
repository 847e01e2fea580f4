/** Typed columns in one binary file: vectors, graph and map are all kept so. The layout stands in data/README.md. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { finished, type Steps } from '../core/cooperative.ts';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import { writeInSteps } from './atomic-write.ts';

export type Column = Float32Array | Int32Array | Uint8Array;

const MAGIC = 'PFCL';
const VERSION = 1;
/** Bytes read between two steps: some milliseconds. */
const BYTES_A_STEP = 2 ** 23;
/** Columns begin at multiples of this many bytes, so that a typed array can lie over the file's buffer. */
const ALIGNMENT = 8;

const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;
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

/** Writes columns aside and renames them into place. Little-endian, as every machine Node runs on is. */
export function writeColumns(path: string, columns: Readonly<Record<string, Column>>): void {
  finished(writeColumnsInSteps(path, columns));
}

/** The same in steps of some megabytes. */
export function* writeColumnsInSteps(path: string, columns: Readonly<Record<string, Column>>): Steps<void> {
  const entries = Object.entries(columns);
  let offset = 0;
  const described = entries.map(([name, column]) => {
    const entry = { name, type: typeOf(column), length: column.length, offset };
    offset += align(column.byteLength);
    return entry;
  });
  const text = Buffer.from(JSON.stringify({ columns: described }));
  const header = Buffer.alloc(align(12 + text.byteLength), ' ');
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(VERSION, 4);
  header.writeUInt32LE(header.byteLength - 12, 8);
  text.copy(header, 12);
  const pieces: Uint8Array[] = [header];
  for (const [, column] of entries) {
    pieces.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    pieces.push(new Uint8Array(align(column.byteLength) - column.byteLength));
  }
  yield* writeInSteps(path, pieces);
}

/** The columns of one file, by name. */
export interface Columns {
  float32(name: string, length?: number): Float32Array;
  int32(name: string, length?: number): Int32Array;
  uint8(name: string, length?: number): Uint8Array;
}

/**
 * Reads columns; they lie over the one buffer of the file, nothing is copied.
 *
 * @throws PaperfieldError corrupt, where the file is cut, of another version, or lacks a column of the type and length
 */
export function readColumns(path: string): Columns {
  return finished(readColumnsInSteps(path));
}

/** The same in steps of some megabytes. */
export function* readColumnsInSteps(path: string): Steps<Columns> {
  const fault = faultOf(path);
  const bytes = yield* readWhole(path, fault);
  const { start, columns } = readHead(bytes, fault);
  const column = (name: string, type: keyof typeof types, length?: number) => {
    const found = findColumn(columns, name, type, length, fault);
    const from = start + found.offset;
    if (found.offset % ALIGNMENT !== 0 || start % 4 !== 0) throw fault('has no readable header');
    if (from + found.length * types[type].BYTES_PER_ELEMENT > bytes.byteLength) throw fault('is cut short');
    return { buffer: bytes.buffer, from: bytes.byteOffset + from, length: found.length };
  };
  return {
    float32(name, length) {
      const c = column(name, 'float32', length);
      return new Float32Array(c.buffer, c.from, c.length);
    },
    int32(name, length) {
      const c = column(name, 'int32', length);
      return new Int32Array(c.buffer, c.from, c.length);
    },
    uint8(name, length) {
      const c = column(name, 'uint8', length);
      return new Uint8Array(c.buffer, c.from, c.length);
    },
  };
}

/**
 * Reads one column of floats in parts of `partLength` (the last may be shorter): for files that shall not be in memory as
 * a whole. Each part lies over the same buffer and is good until the next is asked for.
 *
 * @throws PaperfieldError corrupt, as `readColumns`
 */
export function* float32Parts(path: string, name: string, length: number, partLength: number): Generator<Float32Array> {
  const fault = faultOf(path);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw fault(`cannot be read (${messageOf(error)})`);
  }
  try {
    const front = Buffer.alloc(12);
    const headBytes = readSync(file, front, 0, 12, 0) === 12 ? 12 + front.readUInt32LE(8) : 12;
    const head = Buffer.alloc(Math.min(headBytes, fstatSync(file).size));
    readSync(file, head, 0, head.byteLength, 0);
    const { start, columns } = readHead(head, fault);
    const { offset } = findColumn(columns, name, 'float32', length, fault);
    const part = new Float32Array(Math.min(length, partLength));
    for (let done = 0; done < length; done += part.length) {
      const values = part.subarray(0, length - done);
      const target = new Uint8Array(values.buffer, 0, values.byteLength);
      if (readSync(file, target, 0, target.byteLength, start + offset + done * 4) < target.byteLength) {
        throw fault('is cut short');
      }
      yield values;
    }
  } finally {
    closeSync(file);
  }
}

type Fault = (what: string) => PaperfieldError;
type Described = z.infer<typeof headerSchema>['columns'];

function faultOf(path: string): Fault {
  return (what) => new PaperfieldError('corrupt', `${path}: ${what}; build again`);
}

/** Where the columns begin, and what they are. */
function readHead(bytes: Buffer, fault: Fault): { start: number; columns: Described } {
  if (bytes.byteLength < 12 || bytes.toString('latin1', 0, 4) !== MAGIC) throw fault('is no column file');
  const version = bytes.readUInt32LE(4);
  if (version !== VERSION) throw fault(`has version ${version}, expected ${VERSION}`);
  const start = 12 + bytes.readUInt32LE(8);
  const header = headerSchema.safeParse(parseHeader(bytes.toString('utf8', 12, start)));
  if (!header.success) throw fault('has no readable header');
  return { start, columns: header.data.columns };
}

function findColumn(
  columns: Described,
  name: string,
  type: keyof typeof types,
  length: number | undefined,
  fault: Fault,
): Described[number] {
  const found = columns.findLast((column) => column.name === name);
  if (found?.type === type && (length === undefined || found.length === length)) return found;
  throw fault(`lacks the column ${name} (${type}${length === undefined ? '' : ` × ${length}`})`);
}

/** Part by part: Node reads no file of more than 2 GB at once, and the vectors of 500,000 papers are one. */
function* readWhole(path: string, fault: Fault): Steps<Buffer> {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const bytes = Buffer.from(new ArrayBuffer(fstatSync(file).size));
    for (let at = 0; at < bytes.byteLength; ) {
      yield at / bytes.byteLength;
      const read = readSync(file, bytes, at, Math.min(BYTES_A_STEP, bytes.byteLength - at), at);
      if (read === 0) throw new Error('it ends before its size');
      at += read;
    }
    return bytes;
  } catch (error) {
    throw fault(`cannot be read (${messageOf(error)})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function parseHeader(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeOf(column: Column): keyof typeof types {
  if (column instanceof Float32Array) return 'float32';
  return column instanceof Int32Array ? 'int32' : 'uint8';
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
