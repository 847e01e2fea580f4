/** What the commands `topics` and `map` share: the flags that select topics, and the output as a table. */
import { z } from 'zod';
import type { TopicsRequest } from '../../../server/schemas/topics.ts';
import { PaperfieldError } from '../../core/errors.ts';
import { type Table, toCsv } from '../../core/table.ts';
import { writeAtomically } from '../../store/atomic-write.ts';
import type { Call, Flag, FlagValues } from '../command-line.ts';

/** Flags that cut the tree of topics, the parameters of `GET /api/topics`. */
export const cutFlags = {
  level: { type: 'string', description: 'Topics of this level: 0 is the coarsest' },
  count: { type: 'string', description: 'At least this many topics, and as few more as possible' },
  resolution: { type: 'string', description: 'Topics at this resolution: larger values give more and smaller topics' },
} satisfies Record<string, Flag>;

export const outFlag: Flag = { type: 'string', description: 'File to write, atomically [standard output]' };

/** @throws PaperfieldError bad_request, if a value is invalid or two of them are given */
export async function parseCut({ level, count, resolution }: FlagValues): Promise<TopicsRequest> {
  const { topicsRequest } = await import('../../../server/schemas/topics.ts');
  const request = topicsRequest.safeParse({ level, count, resolution });
  if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
  return request.data;
}

/**
 * The value of `--format`; the first format if there is none.
 *
 * @throws PaperfieldError bad_request, if it is not one of the formats
 */
export function parseFormat<Format extends string>(value: FlagValues[string], formats: readonly Format[]): Format {
  const format = value === undefined ? formats[0] : formats.find((one) => one === value);
  if (format) return format;
  throw new PaperfieldError('bad_request', `--format ${String(value)}: expected ${formats.join(', ')}`);
}

export async function encodeTable(table: Table, format: 'csv' | 'arrow'): Promise<string | Uint8Array> {
  if (format === 'csv') return toCsv(table);
  const { toArrow } = await import('./arrow.ts');
  return toArrow(table);
}

/**
 * Writes to the file of `--out` and prints what it contains, or writes to standard output if there is no such flag.
 *
 * @param description what the file contains, such as `326 papers`
 * @throws PaperfieldError bad_request, if `--out` is empty, or the content is bytes for a terminal
 */
export function writeOutput(
  content: string | Uint8Array,
  out: FlagValues[string],
  description: string,
  { print, write }: Pick<Call, 'print' | 'write'>,
): void {
  if (typeof out !== 'string') {
    write(content);
    return;
  }
  if (out === '') throw new PaperfieldError('bad_request', '--out: expected the name of a file');
  writeAtomically(out, content);
  print(`${out}: ${description}`);
}
