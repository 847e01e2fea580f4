import { describe, expect, test } from 'vitest';
import { formatAge, formatCount, formatDate, formatPercent, toSentence, truncate } from '../../../../web/ui/format.ts';

test('a date is formatted as exactly as it is known', () => {
  expect(formatDate('2025-01-07')).toBe('7 Jan 2025');
  expect(formatDate('2025-01')).toBe('Jan 2025');
  expect(formatDate('2025')).toBe('2025');
  expect(formatDate('last spring')).toBe('last spring');
});

test('a count has thousands separators and the right number of its noun', () => {
  expect(formatCount(1, 'paper')).toBe('1 paper');
  expect(formatCount(9876, 'paper')).toBe('9,876 papers');
});

test('a percentage is a whole number', () => {
  expect(formatPercent(0.153)).toBe('15%');
});

test('an age is in the largest unit that fits', () => {
  expect(formatAge(20)).toBe('just now');
  expect(formatAge(7300)).toBe('2 hours ago');
  expect(formatAge(200_000)).toBe('2 days ago');
});

test('a message becomes a sentence, with one punctuation mark at its end', () => {
  expect(toSentence("no paper has the id 'nope'")).toBe("No paper has the id 'nope'.");
  expect(toSentence('Is it still running?')).toBe('Is it still running?');
  expect(toSentence('there are 12: 0 (Robots) …')).toBe('There are 12: 0 (Robots) …');
});

describe('a long text', () => {
  test('is truncated at a word, and never within a surrogate pair', () => {
    expect(truncate('short', 10)).toBe('short');
    expect(truncate('several words in a row', 15)).toBe('several words…');
    expect(truncate('🤖🤖🤖', 3)).toBe('🤖…');
  });
});
