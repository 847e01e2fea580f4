import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';

const rowSchema = z.object({
  id: z.string().min(1),
  title: z.string(),
  abstract: z.string(),
  date: z.string().optional(),
  categories: z.array(z.string()).optional(),
});
/** One paper of the corpus, as far as training needs it. */
export type CorpusRow = z.output<typeof rowSchema>;

/** What was read, for the model's card. */
export interface CorpusFile {
  /** Name without folders: a card must not tell where somebody keeps files. */
  name: string;
  /** Of the file as it lies there, packed. */
  sha256: string;
  rows: number;
  /** Lines that are no paper: not JSON, or a field missing. */
  skipped: number;
}

/**
 * Streams a JSONL file (`.xz` through the program `xz`, `.gz` by zlib, else plain) and hands each row to `take`.
 *
 * @throws PaperfieldError `bad_input` when the file cannot be read or unpacked, or holds no paper.
 */
export async function readCorpusFile(path: string, take: (row: CorpusRow) => void): Promise<CorpusFile> {
  const file: CorpusFile = { name: basename(path), sha256: '', rows: 0, skipped: 0 };
  try {
    file.sha256 = await checksum(path);
    for await (const line of lines(path)) {
      if (line.trim() === '') continue;
      const row = parseRow(line);
      if (row === undefined) {
        file.skipped++;
        continue;
      }
      file.rows++;
      take(row);
    }
  } catch (error) {
    throw new PaperfieldError('bad_input', `cannot read corpus ${path}: ${messageOf(error)}`, { cause: error });
  }
  if (file.rows === 0) {
    throw new PaperfieldError(
      'bad_input',
      `corpus ${path} holds no paper: expected one JSON object with id, title and abstract a line`,
    );
  }
  return file;
}

function parseRow(line: string): CorpusRow | undefined {
  try {
    return rowSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function* lines(path: string): AsyncGenerator<string> {
  if (path.endsWith('.xz')) {
    const xz = spawn('xz', ['-dc', path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    xz.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    const ended = new Promise<void>((resolve, reject) => {
      xz.once('error', (error) => reject(new Error(`program xz is needed to unpack it (${error.message})`)));
      xz.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(complaint.trim() || `xz ended with code ${code}`)),
      );
    });
    // The rejection is awaited below; until then it must not count as unhandled.
    ended.catch(() => undefined);
    yield* readLines(xz.stdout);
    await ended;
  } else if (path.endsWith('.gz')) {
    const plain = createGunzip();
    const unpacked = pipeline(createReadStream(path), plain);
    unpacked.catch(() => undefined);
    yield* readLines(plain);
    await unpacked;
  } else {
    yield* readLines(createReadStream(path));
  }
}

function readLines(input: Readable): AsyncIterable<string> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
