import { Worker } from 'node:worker_threads';

/** What a thread says: how far it is, any number of times, then what came out. */
export type Told<Result> = { readonly at: number } | { readonly result: Result };

/** A thread that is started for one task. */
export interface Thread {
  /** The `.mjs` file it begins with. */
  readonly file: URL;
  /** What errors call it. */
  readonly name: string;
  readonly task: unknown;
  /** Blocks of memory that it is given, not a copy of them; they are empty here afterwards. */
  readonly given?: readonly ArrayBuffer[];
}

/**
 * Does a task on a thread of its own, so that the process hears signals meanwhile.
 *
 * @param onProgress told how far the thread is, in its own unit
 * @param signal ends the thread: the promise is rejected with the signal's reason, and nothing further is told
 */
export async function runThread<Result>(
  { file, name, task, given = [] }: Thread,
  onProgress: (at: number) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const worker = new Worker(file, { workerData: task, transferList: [...given] });
  const stopped = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { signal: stopped.signal });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the ${name}'s thread ended with ${code} and no result`)));
      worker.on('message', (told: Told<Result>) => {
        if ('result' in told) resolve(told.result);
        else if (!signal.aborted) onProgress(told.at);
      });
    });
  } finally {
    stopped.abort();
    await worker.terminate();
  }
}
