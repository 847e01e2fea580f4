import { parentPort, workerData } from 'node:worker_threads';
import type { SliceTask } from './slice-team.ts';
import { type SliceUpdate, sumSlice, type TableSlice, updateSlice } from './table-slice.ts';

/** A thread of its own for one slice of the table: does each task on shared memory and says when it is done. */
const { slice, tasks } = workerData as { slice: TableSlice; tasks: SliceTask };

parentPort?.on('message', (message: { update?: { count: number; rate: number } }) => {
  if (message.update) updateSlice(slice, { ...tasks.update, ...message.update } satisfies SliceUpdate);
  else for (const { batch, out } of tasks.sums) sumSlice(slice, batch, out);
  parentPort?.postMessage('done');
});
