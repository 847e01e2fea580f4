import { expect, test } from 'vitest';
import { createHostGate, paceOf } from '../../../../pipeline/fetch/http/pacing.ts';

const never = new AbortController().signal;

test('arXiv is asked every three seconds at most, over all of its hosts together', () => {
  expect(paceOf('export.arxiv.org')).toEqual({ key: 'arxiv.org', intervalMs: 3000 });
  expect(paceOf('oaipmh.arxiv.org')).toEqual({ key: 'arxiv.org', intervalMs: 3000 });
  expect(paceOf('arxiv.org')).toEqual({ key: 'arxiv.org', intervalMs: 3000 });
  expect(paceOf('notarxiv.org').key).toBe('notarxiv.org');
});

test('requests to one host keep their distance, those to another do not wait', async () => {
  let time = 1000;
  const waits: number[] = [];
  const gate = createHostGate(
    () => time,
    async (ms) => {
      waits.push(ms);
      time += ms;
    },
  );
  await gate.enter('a', 3000, never);
  await gate.enter('b', 3000, never);
  expect(waits).toEqual([]);
  time += 1000;
  await gate.enter('a', 3000, never);
  expect(waits).toEqual([2000]);
  time += 10_000;
  await gate.enter('a', 3000, never);
  expect(waits).toEqual([2000]);
});

test('requests that come at once start one after the other', async () => {
  const waits: number[] = [];
  const gate = createHostGate(
    () => 0,
    async (ms) => void waits.push(ms),
  );
  await Promise.all([1, 2, 3, 4].map(() => gate.enter('a', 500, never)));
  expect(waits).toEqual([500, 1000, 1500]);
});

test('a run that is stopped does not wait', async () => {
  const gate = createHostGate(
    () => 0,
    async () => undefined,
  );
  await expect(gate.enter('a', 500, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
