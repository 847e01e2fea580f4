/** Runs exported functions of modules in worker threads. */
import { type MessagePort, Worker } from 'node:worker_threads';
import type { CooperativeTask } from '../core/cooperative.ts';

/**
 * Starts a worker thread that calls `start(input, port)` in its own copy of a module.
 *
 * @param module URL of the module that exports `start`
 * @param start an exported function of that module, not a closure: the worker finds it by its name
 * @param input first argument of `start`; copied to the worker, except for shared memory and for buffers in `transfer`
 * @param transfer buffers that are moved to the worker instead of copied: the calling thread cannot use them afterwards
 */
export function startWorker<Input>(
  module: URL,
  start: (input: Input, port: MessagePort) => unknown,
  input: Input,
  transfer: readonly ArrayBuffer[] = [],
): Worker {
  return new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { module: module.href, name: start.name, input },
    transferList: [...transfer],
  });
}

/** A cooperative task to run in a worker thread: an exported function and its input. */
export interface WorkerTask<Input, Result> {
  /** URL of the module that exports `run`. */
  readonly module: URL;
  /**
   * Starts the task: an exported function of `module`, not a closure. May return a promise, for modules that first load
   * a library.
   */
  readonly run: (input: Input) => CooperativeTask<Result> | Promise<CooperativeTask<Result>>;
  /** Argument of `run`; copied to the worker, except for buffers in `transfer`. */
  readonly input: Input;
  /** Buffers that are moved to the worker instead of copied: the calling thread cannot use them afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
}

type Message<Result> = { readonly progress: number } | { readonly result: Result };

/**
 * Runs a task to completion in its own worker thread, while the calling thread stays free. An error of the task rejects
 * the promise.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]
 * @param signal when aborted, ends the worker: the promise is rejected with the signal's reason, and no further
 *   progress is reported
 * @example
 * const module = new URL('./build-topic-tree.ts', import.meta.url);
 * const tree = await runInWorker({ module, run: buildTopicTree, input }, report, signal);
 */
export async function runInWorker<Input, Result>(
  { module, run, input, transfer }: WorkerTask<Input, Result>,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const call = { module: module.href, name: run.name, input };
  const worker = startWorker(new URL(import.meta.url), runAndPostProgress, call, transfer);
  const settled = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the worker of ${run.name} exited with ${code} and no result`)));
      worker.on('message', (message: Message<Result>) => {
        if ('result' in message) resolve(message.result);
        else if (!signal.aborted) onProgress(message.progress);
      });
    });
  } finally {
    settled.abort();
    await worker.terminate();
  }
}

/** Runs in the worker thread of `runInWorker`: posts the progress of a task to the calling thread, then its result. */
export async function runAndPostProgress(
  call: { module: string; name: string; input: unknown },
  port: MessagePort,
): Promise<void> {
  const { [call.name]: run } = (await import(call.module)) as Partial<
    Record<string, WorkerTask<unknown, unknown>['run']>
  >;
  if (!run) throw new Error(`${call.module} has no exported function '${call.name}'`);
  const task = await run(call.input);
  for (;;) {
    const next = task.next();
    const message: Message<unknown> = next.done ? { result: next.value } : { progress: next.value };
    port.postMessage(message);
    if (next.done) return;
  }
}
