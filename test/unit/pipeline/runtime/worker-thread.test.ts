import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { runInWorker, startWorker } from '../../../../pipeline/runtime/worker-thread.ts';
import { endless, exiting, failing, loadedSumOf, serveProducts, sumOf } from '../../../fixtures/worker-tasks.ts';

const module = new URL('../../../fixtures/worker-tasks.ts', import.meta.url);
const nothing = () => undefined;
const never = new AbortController().signal;

describe('a task in a worker', () => {
  test('gives its result and reports each step', async () => {
    const reported: number[] = [];
    const task = { module, run: sumOf, input: Float64Array.of(1, 2, 3, 4) };
    await expect(runInWorker(task, (progress) => reported.push(progress), never)).resolves.toBe(10);
    expect(reported).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test('may load a library first', async () => {
    const task = { module, run: loadedSumOf, input: Float64Array.of(1, 2) };
    await expect(runInWorker(task, nothing, never)).resolves.toBe(3);
  });

  test('moves transferred buffers and copies all others', async () => {
    const [moved, copied] = [Float64Array.of(5, 6), Float64Array.of(5, 6)];
    await runInWorker({ module, run: sumOf, input: moved, transfer: [moved.buffer] }, nothing, never);
    await runInWorker({ module, run: sumOf, input: copied }, nothing, never);
    expect([moved.length, copied.length]).toEqual([0, 2]);
  });

  test('rejects with its error', async () => {
    const task = { module, run: failing, input: 'the input is damaged' };
    await expect(runInWorker(task, nothing, never)).rejects.toThrow('the input is damaged');
  });

  test('rejects if the worker exits without a result', async () => {
    const task = { module, run: exiting, input: 3 };
    await expect(runInWorker(task, nothing, never)).rejects.toThrow('the worker of exiting exited with 3');
  });

  test('is ended by its signal, after which no progress is reported', async () => {
    const stop = new AbortController();
    let reports = 0;
    const onProgress = () => {
      if (++reports === 3) stop.abort(new Error('stopped'));
    };
    const task = { module, run: endless, input: undefined };
    await expect(runInWorker(task, onProgress, stop.signal)).rejects.toThrow('stopped');
    expect(reports).toBe(3);
    await expect(runInWorker(task, () => expect.unreachable(), stop.signal)).rejects.toThrow('stopped');
  });

  test('must be exported by its module', async () => {
    const task = {
      module: new URL('../../../fixtures/exact-graph.ts', import.meta.url),
      run: sumOf,
      input: new Float64Array(1),
    };
    await expect(runInWorker(task, nothing, never)).rejects.toThrow(/exact-graph\.ts has no exported function 'sumOf'/);
  });
});

test('a worker can answer messages until it is terminated', async () => {
  const worker = startWorker(module, serveProducts, { factor: 3 });
  for (const value of [2, 5]) {
    const reply = once(worker, 'message');
    worker.postMessage(value);
    expect(await reply).toEqual([3 * value]);
  }
  await worker.terminate();
});
