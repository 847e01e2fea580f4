import { once } from 'node:events';
import type { MessagePort, Worker } from 'node:worker_threads';
import { startWorker } from '../runtime/worker-thread.ts';
import { type SliceUpdate, sumSlice, type TableSlice, updateSlice } from './embedding-table.ts';
import type { TextBatch } from './text-batch.ts';

/** What a worker computes in every step, in shared memory that it is given once. */
interface SliceTask {
  /** Both sides of a batch, and where the vectors of their texts are written. */
  readonly sums: readonly { readonly batch: TextBatch; readonly out: Float32Array }[];
  readonly update: Omit<SliceUpdate, 'count' | 'learningRate'>;
}

type StepMessage = { readonly update?: Pick<SliceUpdate, 'count' | 'learningRate'> };

/**
 * Worker threads for the slices of a table, one each. With one thread the slices are computed here, one after the other;
 * the result is the same to the bit, because no slice depends on another.
 */
export class SliceWorkers {
  readonly #slices: readonly TableSlice[];
  readonly #tasks: readonly SliceTask[];
  readonly #workers: readonly Worker[];

  /** @param tasks one per slice */
  constructor(slices: readonly TableSlice[], tasks: readonly SliceTask[], threads: number) {
    this.#slices = slices;
    this.#tasks = tasks;
    const start = (slice: TableSlice, index: number) =>
      startWorker(new URL(import.meta.url), serveSlice, { slice, task: tasks[index] });
    this.#workers = threads > 1 ? slices.map(start) : [];
  }

  /** Writes the vectors of all texts of the batch. */
  async sum(): Promise<void> {
    if (this.#workers.length > 0) return this.#post({});
    for (const [index, slice] of this.#slices.entries()) sumSides(slice, this.#tasks[index]);
  }

  /** One Adam step on the rows of the batch. @param count their number */
  async update(count: number, learningRate: number): Promise<void> {
    if (this.#workers.length > 0) return this.#post({ update: { count, learningRate } });
    for (const [index, slice] of this.#slices.entries()) {
      updateSlice(slice, { ...this.#tasks[index].update, count, learningRate });
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #post(message: StepMessage): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        const done = once(worker, 'message');
        worker.postMessage(message);
        return done;
      }),
    );
  }
}

function sumSides(slice: TableSlice, { sums }: SliceTask): void {
  for (const { batch, out } of sums) sumSlice(slice, batch, out);
}

/** The worker's side: computes each step in shared memory, and replies when it is done. */
export function serveSlice({ slice, task }: { slice: TableSlice; task: SliceTask }, port: MessagePort): void {
  port.on('message', ({ update }: StepMessage) => {
    if (update) updateSlice(slice, { ...task.update, ...update });
    else sumSides(slice, task);
    port.postMessage('done');
  });
}
