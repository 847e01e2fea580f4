import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createAdaptiveDebounce,
  createLatestRequestRunner,
  type RequestOutcome,
} from '../../../../web/search/request-pacing.ts';

const latencies = fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 30 });

describe('the adaptive debounce', () => {
  test('is minimal if answers are fast', () => {
    const debounce = createAdaptiveDebounce();
    expect(debounce.delay()).toBeLessThanOrEqual(25);
    for (let i = 0; i < 20; i++) debounce.recordLatency(40);
    expect(debounce.delay()).toBeLessThanOrEqual(25);
  });

  test('grows if answers are slow, and shrinks again when they are not', () => {
    const debounce = createAdaptiveDebounce();
    for (let i = 0; i < 10; i++) debounce.recordLatency(900);
    expect(debounce.delay()).toBe(250);
    for (let i = 0; i < 10; i++) debounce.recordLatency(30);
    expect(debounce.delay()).toBeLessThanOrEqual(25);
  });

  test('stays within its limits, and is longer for slower answers', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 5000, noNaN: true }), (before, more) => {
        const [fast, slow] = [createAdaptiveDebounce(), createAdaptiveDebounce()];
        for (const ms of before) {
          fast.recordLatency(ms);
          slow.recordLatency(ms + more);
        }
        expect(fast.delay()).toBeGreaterThanOrEqual(20);
        expect(slow.delay()).toBeLessThanOrEqual(250);
        expect(slow.delay()).toBeGreaterThanOrEqual(fast.delay());
      }),
    );
  });
});

/** A server that answers when the test says so. */
function manualServer() {
  const received: { request: string; signal: AbortSignal; answer(text: string): void; fail(error: unknown): void }[] =
    [];
  const run = (request: string, signal: AbortSignal) =>
    new Promise<string>((answer, fail) => received.push({ request, signal, answer, fail }));
  return { received, run };
}

describe('requests, one at a time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = () => {
    const { received, run } = manualServer();
    const done: [string, RequestOutcome<string>][] = [];
    const requests = createLatestRequestRunner(run, (request, outcome) => done.push([request, outcome]));
    const outcomes = () => done.map(([request, outcome]) => ({ request, ...outcome, startedAt: 0 }));
    return { received, requests, outcomes };
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);

  test('are sent at once; of those that come meanwhile only the latest', async () => {
    const { received, requests, outcomes } = start();
    for (const letters of ['p', 'pr', 'pro', 'prot']) requests.send(letters);
    expect(received.map(({ request }) => request)).toEqual(['p']);
    received[0].answer('papers');
    await settle();
    expect(received.map(({ request }) => request)).toEqual(['p', 'prot']);
    expect(outcomes()).toEqual([{ request: 'p', answer: 'papers', isLatest: false, startedAt: 0 }]);
    expect(requests.isBusy()).toBe(true);
    received[1].answer('proteins');
    await settle();
    expect(outcomes()[1]).toEqual({ request: 'prot', answer: 'proteins', isLatest: true, startedAt: 0 });
    expect(requests.isBusy()).toBe(false);
  });

  test('that take too long are aborted if a newer one is waiting', async () => {
    const { received, requests, outcomes } = start();
    requests.send('slow');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(received[0].signal.aborted).toBe(false);
    requests.send('next');
    requests.send('last');
    await vi.advanceTimersByTimeAsync(1500);
    expect(received[0].signal.aborted).toBe(true);
    expect(received.map(({ request }) => request)).toEqual(['slow', 'last']);
    received[0].answer('too late');
    received[1].fail(new Error('no'));
    await settle();
    expect(outcomes()).toEqual([{ request: 'last', error: new Error('no'), isLatest: true, startedAt: 0 }]);
  });

  test('are forgotten when canceled', async () => {
    const { received, requests, outcomes } = start();
    requests.send('one');
    requests.send('two');
    requests.cancel();
    expect(received[0].signal.aborted).toBe(true);
    expect(requests.isBusy()).toBe(false);
    received[0].answer('x');
    await vi.advanceTimersByTimeAsync(5000);
    expect(outcomes()).toEqual([]);
    expect(received.length).toBe(1);
  });
});
