import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type SliceUpdate, sumSlice, type TableSlice, updateSlice } from './table-slice.ts';
import type { TextBatch } from './text-batch.ts';

/** What a thread works on, step after step: shared memory, handed over once. */
export interface SliceTask {
  /** Both sides of a batch and where their sums go. */
  sums: readonly { batch: TextBatch; out: Float32Array }[];
  update: Omit<SliceUpdate, 'count' | 'rate'>;
}

/**
 * The threads that look after the slices of a table, one each. With one thread the slices are done in turn here; the
 * numbers are the same to the last bit, since no slice reads another's.
 */
export class SliceTeam {
  readonly #slices: readonly TableSlice[];
  readonly #tasks: readonly SliceTask[];
  readonly #workers: readonly Worker[];

  /** @param tasks one a slice. */
  constructor(slices: readonly TableSlice[], tasks: readonly SliceTask[], threads: number) {
    this.#slices = slices;
    this.#tasks = tasks;
    this.#workers = threads > 1 ? slices.map((slice, index) => openWorker({ slice, tasks: tasks[index] })) : [];
  }

  async sum(): Promise<void> {
    if (this.#workers.length > 0) return this.#ask({});
    for (const [index, slice] of this.#slices.entries()) {
      for (const { batch, out } of this.#tasks[index].sums) sumSlice(slice, batch, out);
    }
  }

  /** @param count rows of the batch. */
  async update(count: number, rate: number): Promise<void> {
    if (this.#workers.length > 0) return this.#ask({ update: { count, rate } });
    for (const [index, slice] of this.#slices.entries()) {
      updateSlice(slice, { ...this.#tasks[index].update, count, rate });
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #ask(message: { update?: { count: number; rate: number } }): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        const done = once(worker, 'message');
        worker.postMessage(message);
        return done;
      }),
    );
  }
}

function openWorker(workerData: { slice: TableSlice; tasks: SliceTask }): Worker {
  return new Worker(new URL('./slice-worker.mjs', import.meta.url), { workerData });
}
