/** `fields.json` and `fields.bin`: the columns of the user's data. Each is read when it is first needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CooperativeTask } from '../core/cooperative.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { type FieldColumns, type FieldData, type FieldInfo, fieldTypes } from '../core/field-columns.ts';
import { writeAtomically } from './atomic-write.ts';
import { type ColumnArray, type ColumnFile, openColumnFile, writeColumnFileTask } from './column-file.ts';
import { snapshotFileNames } from './snapshot-files.ts';

const infosSchema = z.array(
  z.object({ name: z.string(), type: z.enum(fieldTypes), papers: z.number().int().min(0) }),
) satisfies z.ZodType<FieldInfo[]>;

/** Writes the columns into a snapshot folder. Column i of `fields.json` is in `fields.bin` under names that begin with i. */
export function* writeFieldColumns(folder: string, { infos, read }: FieldColumns): CooperativeTask<void> {
  const lines = infos.map(({ name, type, papers }) => JSON.stringify({ name, type, papers }));
  writeAtomically(join(folder, snapshotFileNames.fieldNames), `[\n${lines.join(',\n')}\n]\n`);
  const columns = infos.flatMap(({ name }, i) =>
    Object.entries(arraysOf(read(name))).map(([part, array]): [string, ColumnArray] => [`${i}.${part}`, array]),
  );
  yield* writeColumnFileTask(join(folder, snapshotFileNames.fields), Object.fromEntries(columns));
}

function arraysOf(data: FieldData): Record<string, ColumnArray> {
  switch (data.type) {
    case 'number':
    case 'flag':
      return { values: data.values };
    case 'date':
      return { from: data.from, to: data.to };
    case 'category':
      return { codes: data.codes, ...arraysOfNames(data.names) };
    case 'list':
      return { starts: data.starts, codes: data.codes, ...arraysOfNames(data.names) };
    case 'text':
      return { known: data.known };
  }
}

function arraysOfNames(names: readonly string[]): Record<string, ColumnArray> {
  const encoded = names.map((name) => Buffer.from(name));
  const nameStarts = new Int32Array(names.length + 1);
  for (const [i, { byteLength }] of encoded.entries()) nameStarts[i + 1] = nameStarts[i] + byteLength;
  return { nameBytes: new Uint8Array(Buffer.concat(encoded)), nameStarts };
}

/** So many columns, those used last, are kept in memory: 317,773 numbers take 2.5 MB. */
const MAX_CACHED = 12;

/** The columns of a snapshot. */
export interface OpenFieldColumns extends FieldColumns {
  close(): void;
}

/**
 * Opens the columns of a snapshot. Only the names are read at once.
 *
 * @param count the number of papers
 * @throws PaperfieldError corrupt, if a file is missing or damaged; also when a column is read
 */
export function openFieldColumns(folder: string, count: number): OpenFieldColumns {
  const infos = readInfos(join(folder, snapshotFileNames.fieldNames));
  const file = openColumnFile(join(folder, snapshotFileNames.fields));
  const indexOf = new Map(infos.map(({ name }, i) => [name, i]));
  const cache = new Map<string, FieldData>();
  return {
    infos,
    read(name) {
      const i = indexOf.get(name);
      if (i === undefined) throw new Error(`no column ${name}`);
      const data = cache.get(name) ?? dataOf(file, i, infos[i], count);
      // A `Map` keeps insertion order: the column that was used longest ago is the first.
      cache.delete(name);
      cache.set(name, data);
      if (cache.size > MAX_CACHED) cache.delete([...cache.keys()][0]);
      return data;
    },
    close: file.close,
  };
}

function readInfos(path: string): FieldInfo[] {
  try {
    return infosSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${errorMessage(error)}); build again`, {
      cause: error,
    });
  }
}

function dataOf(file: ColumnFile, i: number, { type }: FieldInfo, count: number): FieldData {
  switch (type) {
    case 'number':
      return { type, values: file.float64(`${i}.values`, count) };
    case 'date':
      return { type, from: file.int32(`${i}.from`, count), to: file.int32(`${i}.to`, count) };
    case 'flag':
      return { type, values: file.uint8(`${i}.values`, count) };
    case 'text':
      return { type, known: file.uint8(`${i}.known`, count) };
    case 'category':
      return { type, codes: file.int32(`${i}.codes`, count), names: namesOf(file, i) };
    case 'list': {
      const starts = file.int32(`${i}.starts`, count + 1);
      return { type, starts, codes: file.int32(`${i}.codes`, starts[count]), names: namesOf(file, i) };
    }
  }
}

function namesOf(file: ColumnFile, i: number): string[] {
  const bytes = Buffer.from(file.uint8(`${i}.nameBytes`));
  const starts = file.int32(`${i}.nameStarts`);
  return Array.from({ length: starts.length - 1 }, (_, at) => bytes.toString('utf8', starts[at], starts[at + 1]));
}
