import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Outcome, oneAtATime } from '../../../../web/search/request-pacing.ts';

/** A server that answers when it is told to. */
function slowServer() {
  const asked: { question: string; signal: AbortSignal; answer(text: string): void; fail(error: unknown): void }[] = [];
  const send = (question: string, signal: AbortSignal) =>
    new Promise<string>((answer, fail) => asked.push({ question, signal, answer, fail }));
  return { asked, send };
}

describe('questions, one at a time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const begin = () => {
    const { asked, send } = slowServer();
    const told: [string, Outcome<string>][] = [];
    const questions = oneAtATime(send, (question, outcome) => told.push([question, outcome]));
    /** What was heard of each question. */
    const heard = () => told.map(([question, outcome]) => ({ question, ...outcome, startedAt: 0 }));
    return { asked, questions, heard };
  };
  const settled = () => vi.advanceTimersByTimeAsync(0);

  it('are asked at once; of those that come meanwhile only the latest', async () => {
    const { asked, questions, heard } = begin();
    for (const letters of ['p', 'pr', 'pro', 'prot']) questions.ask(letters);
    expect(asked.map(({ question }) => question)).toEqual(['p']);
    asked[0]!.answer('papers');
    await settled();
    expect(asked.map(({ question }) => question)).toEqual(['p', 'prot']);
    expect(heard()).toEqual([{ question: 'p', answer: 'papers', isLast: false, startedAt: 0 }]);
    expect(questions.isBusy()).toBe(true);
    asked[1]!.answer('proteins');
    await settled();
    expect(heard()[1]).toEqual({ question: 'prot', answer: 'proteins', isLast: true, startedAt: 0 });
    expect(questions.isBusy()).toBe(false);
  });

  it('do not wait for ever: one that takes too long is given up for a newer one', async () => {
    const { asked, questions, heard } = begin();
    questions.ask('slow');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked[0]!.signal.aborted).toBe(false);
    questions.ask('next');
    questions.ask('last');
    await vi.advanceTimersByTimeAsync(1500);
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(asked.map(({ question }) => question)).toEqual(['slow', 'last']);
    asked[0]!.answer('too late');
    asked[1]!.fail(new Error('no'));
    await settled();
    expect(heard()).toEqual([{ question: 'last', error: new Error('no'), isLast: true, startedAt: 0 }]);
  });

  it('are forgotten when dropped', async () => {
    const { asked, questions, heard } = begin();
    questions.ask('one');
    questions.ask('two');
    questions.drop();
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(questions.isBusy()).toBe(false);
    asked[0]!.answer('x');
    await vi.advanceTimersByTimeAsync(5000);
    expect(heard()).toEqual([]);
    expect(asked.length).toBe(1);
  });
});
