/** Imports files in a process of its own, `paperfield import`, so that the server stays quick and survives it. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { Importer } from '../../server/import/importer.ts';
import { errorKinds, PaperfieldError } from '../core/errors.ts';

/** How long a process that was told to stop may take, in milliseconds, before it is ended. */
const STOP_MS = 10_000;
/** So much of standard error is kept, in UTF-16 code units: the last line says what is wrong. */
const MAX_ERROR_LENGTH = 20_000;
/** The longest preview, in UTF-16 code units. */
const MAX_PREVIEW_LENGTH = 10_000_000;

export interface ImportProcessOptions {
  /** The options with which the process is started, such as `--data-dir=DIR`. */
  readonly options: readonly string[];
  /** The program and its first arguments; by default this one. */
  readonly program?: readonly string[];
}

const thisProgram = [process.execPath, join(dirname(fileURLToPath(import.meta.url)), '..', 'paperfield.mjs')] as const;

/**
 * Creates an importer whose methods run `paperfield import FILE… --json`, with `--dry-run` for a preview. The process
 * prints the objects of server/schemas/import.ts; if it fails, its last line of standard error is the message.
 */
export function createImportProcess({ options, program = thisProgram }: ImportProcessOptions): Importer {
  const [command, ...first] = program;
  const argumentsOf = (files: readonly string[], flags: readonly string[]) => [
    ...first,
    'import',
    ...files,
    '--json',
    '--temporary',
    ...flags,
    ...options,
  ];
  return {
    async preview(files, signal) {
      const { importPreview } = await import('../../server/schemas/import.ts');
      let text = '';
      const onLine = (line: string) => {
        text += `${line}\n`;
        if (text.length > MAX_PREVIEW_LENGTH) throw unexpected('more than was expected');
      };
      await runProcess(command, argumentsOf(files, ['--dry-run']), onLine, signal);
      return parseAs(importPreview, text);
    },
    async run(files, onProgress, signal) {
      const { importOutcome, importProgress } = await import('../../server/schemas/import.ts');
      let outcome: z.infer<typeof importOutcome> | undefined;
      const onLine = (line: string) => {
        if (line.trim() === '') return;
        const isProgress = parseJson(line, 'stage') !== undefined;
        if (isProgress) onProgress(parseAs(importProgress, line));
        else outcome = parseAs(importOutcome, line);
      };
      await runProcess(command, argumentsOf(files, []), onLine, signal);
      if (!outcome) throw unexpected('no outcome');
      return outcome;
    },
  };
}

/** The value of a key of a JSON object; undefined if there is none. */
function parseJson(text: string, key: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
  } catch {
    return undefined;
  }
}

function parseAs<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw unexpected(`'${text.trim().slice(0, 80)}'`);
  }
}

/** Not an error of the user: the two processes are of one version. */
function unexpected(what: string): Error {
  return new Error(`paperfield import printed ${what}, which is not what it promises`);
}

/**
 * Runs a process to its end.
 *
 * @param onLine called with each line of standard output; what it throws ends the process and is thrown
 * @throws PaperfieldError of the kind that the exit code stands for, with what the process said; canceled, if stopped
 */
function runProcess(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = () => new PaperfieldError('canceled', 'the import was stopped; nothing was changed');
    if (signal.aborted) return reject(stopped());
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let failure: unknown;
    let messages = '';
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      timer ??= setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (failure !== undefined) return;
      try {
        onLine(line);
      } catch (error) {
        failure = error;
        stop();
      }
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      messages = (messages + piece).slice(-MAX_ERROR_LENGTH);
    });
    const end = (error: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error === undefined) resolve();
      else reject(error);
    };
    child.once('error', (error) =>
      end(new PaperfieldError('bad_input', `the import could not be started (${error.message})`)),
    );
    child.once('close', (code) => {
      if (signal.aborted) end(stopped());
      else if (failure !== undefined || code === 0) end(failure);
      else end(errorOf(code, messages));
    });
  });
}

/** The error of a process that failed, from its exit code and standard error. */
function errorOf(code: number | null, messages: string): Error {
  const lines = messages.split('\n').map((line) => line.trim());
  const said = lines.findLast((line) => line.startsWith('paperfield: '))?.slice('paperfield: '.length);
  const kind = Object.entries(errorKinds).find(([, { exit }]) => exit === code)?.[0];
  if (said !== undefined && kind !== undefined) return new PaperfieldError(kind as keyof typeof errorKinds, said);
  if (code === null) {
    const reason = 'its process was ended, maybe because memory was short; nothing was changed';
    return new PaperfieldError('bad_input', `the import did not finish: ${reason}`);
  }
  return new Error(`paperfield import ended with exit code ${code}: ${messages.trim().slice(-2000)}`);
}
