/** Worker threads that run an exported function of one of our modules. */
import { type MessagePort, Worker } from 'node:worker_threads';
import type { CooperativeTask } from '../core/cooperative.ts';

/**
 * Starts a worker thread that calls `start(input, port)` in its own copy of a module.
 *
 * @param module URL of the module that exports `start`
 * @param start an exported function of that module, not a closure: the worker finds it by its name
 * @param input is copied, except for shared memory and for buffers in `transfer`
 * @param transfer buffers that move to the worker: they are empty here afterwards
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

/** A task to run in a worker thread. */
export interface WorkerTask<Input, Result> {
  /** URL of the module that exports `run`. */
  readonly module: URL;
  /** An exported function of that module, not a closure; the promise is for modules that load a library first. */
  readonly run: (input: Input) => CooperativeTask<Result> | Promise<CooperativeTask<Result>>;
  /** Is copied, except for buffers in `transfer`. */
  readonly input: Input;
  /** Buffers that move to the worker: they are empty here afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
}

type Message<Result> = { readonly progress: number } | { readonly result: Result };

/**
 * Runs a task to completion in a worker thread of its own; this thread stays free meanwhile. An error of the task rejects
 * the promise.
 *
 * @param onProgress is given the share of the work that is done, in [0, 1]
 * @param signal ends the worker: the promise is rejected with the signal's reason, and no further progress is reported
 * @example
 * await runInWorker({ module: new URL('./hierarchy.ts', import.meta.url), run: buildTopicTree, input }, report, signal);
 */
export async function runInWorker<Input, Result>(
  { module, run, input, transfer }: WorkerTask<Input, Result>,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const call = { module: module.href, name: run.name, input };
  const worker = startWorker(new URL(import.meta.url), runPosted, call, transfer);
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

/** The worker's side of `runInWorker`: posts the progress of a task, then its result. */
export async function runPosted(
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
