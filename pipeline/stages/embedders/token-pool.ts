import { Worker } from 'node:worker_threads';
import { PaperfieldError } from '../../core/errors.ts';
import type { TokenizeJob, WorkerStart } from './tokenizer-worker.ts';
import { joinTokens, type Tokens } from './tokens.ts';

/** Tokenizes in threads of its own. */
export interface TokenPool {
  tokenize(texts: readonly string[]): Promise<Tokens>;
  close(): Promise<void>;
}

/** Texts a message: large enough that sending costs nothing, small enough to keep all threads busy to the end. */
const TEXTS_A_JOB = 256;

interface Waiting {
  resolve(tokens: Tokens): void;
  reject(error: unknown): void;
}

/** Starts `threads` threads with the tokenizer of the model in a folder. They load it while the first jobs wait. */
export function openTokenPool(start: WorkerStart, threads: number): TokenPool {
  const waiting = new Map<number, Waiting>();
  let nextJob = 0;
  let nextWorker = 0;
  // A thread that could not start, or died, answers no more: later questions must not wait for it.
  let failure: unknown;
  const failAll = (error: unknown) => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./tokenizer-thread.mjs', import.meta.url), { workerData: start });
    worker.on('message', ({ id, tokens, error }: { id: number; tokens?: Tokens; error?: string }) => {
      const job = waiting.get(id);
      waiting.delete(id);
      if (tokens) job?.resolve(tokens);
      else job?.reject(new PaperfieldError('model', error ?? 'the tokenizer failed'));
    });
    worker.on('error', failAll);
    return worker;
  });
  const send = (texts: readonly string[]) =>
    new Promise<Tokens>((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      const job: TokenizeJob = { id: nextJob++, texts };
      waiting.set(job.id, { resolve, reject });
      workers[nextWorker++ % threads].postMessage(job);
    });
  return {
    async tokenize(texts) {
      const jobs: Promise<Tokens>[] = [];
      for (let from = 0; from < texts.length; from += TEXTS_A_JOB)
        jobs.push(send(texts.slice(from, from + TEXTS_A_JOB)));
      return joinTokens(await Promise.all(jobs));
    },
    async close() {
      failAll(new PaperfieldError('cancelled', 'tokenizing was stopped'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
