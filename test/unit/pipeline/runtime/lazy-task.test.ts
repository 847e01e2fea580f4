import { expect, test } from 'vitest';
import type { Steps } from '../../../../pipeline/core/cooperative.ts';
import { openAhead } from '../../../../pipeline/runtime/lazy-task.ts';
import type { PaperFacts } from '../../../../pipeline/store/paper-database.ts';

const none = Int32Array.of();
const facts: PaperFacts = { dates: ['2025'], authorCounts: none, comments: none, organizations: [], categories: [] };

function reading(steps: number) {
  const counted = { begun: 0, taken: 0 };
  const read = function* (): Steps<PaperFacts> {
    counted.begun++;
    for (let i = 0; i < steps; i++) {
      counted.taken++;
      yield i / steps;
    }
    return facts;
  };
  return { ahead: openAhead(read), counted };
}

test('whoever asks while facts are read has the rest read, and nothing twice', () => {
  const { ahead, counted } = reading(10);
  expect([ahead.step(), ahead.step(), ahead.step()]).toEqual([true, true, true]);
  expect(ahead.all()).toBe(facts);
  expect(ahead.step()).toBe(false);
  expect(ahead.all()).toBe(facts);
  expect(counted).toEqual({ begun: 1, taken: 10 });
});

test('facts that were read to the end in steps are there', () => {
  const { ahead, counted } = reading(3);
  while (ahead.step());
  expect(ahead.all()).toBe(facts);
  expect(counted).toEqual({ begun: 1, taken: 3 });
});

test('where they cannot be read everybody who asks is told so', () => {
  const ahead = openAhead(function* () {
    yield 0;
    throw new Error('the file is damaged');
  });
  expect(ahead.step()).toBe(true);
  for (let i = 0; i < 3; i++) expect(() => ahead.all()).toThrow('the file is damaged');
});
