import { describe, expect, it } from 'vitest';
import { daysBefore } from '../../../../web/explore/entry-links.ts';
import { gemWords, grownWords, newnessWords, stepWords } from '../../../../web/explore/format.ts';

describe('how new a draft is', () => {
  const words = (percentile: number) => newnessWords({ nearest: 0.5, percentile, duplicates: [] });

  it('is told by how many papers have a nearer relative', () => {
    expect(words(1)).toBe('Very new here: nearly all papers have a nearer relative than it has.');
    expect(words(0.93)).toBe('Very new here: 93\u00a0% of the papers have a nearer relative than it has.');
    expect(words(0.7)).toMatch(/^Rather new here: 70\u00a0%/);
    expect(words(0.5)).toMatch(/^As near to the work here as papers usually are: 50\u00a0%/);
    expect(words(0.04)).toBe('Close to work that is here: only 4\u00a0% of the papers have a nearer relative.');
  });

  it('is nothing where the text is here already', () => {
    const duplicates = [{ id: 'a', title: 'A' }];
    expect(newnessWords({ nearest: 0.99, percentile: 1, duplicates })).toBe('Nearly the same text is here already.');
  });
});

it('a step is told by what both papers speak of, a leap as one', () => {
  expect(stepWords({ shared: ['RL', 'maths'], isBridge: false })).toBe('Both speak of RL, maths');
  expect(stepWords({ shared: [], isBridge: false })).toBe('They share none of their telling words');
  expect(stepWords({ shared: ['RL'], isBridge: true })).toBe(
    'A leap, no chain of neighbors leads across; both speak of RL',
  );
});

it('a gem is told by what it had and what would be usual', () => {
  const gem = { id: 'a', title: 'A', date: null, authors: null, authorCount: null, topic: null, x: 0, y: 0, score: 1 };
  expect(gemWords({ ...gem, comments: 0, expected: 3.4, inDegree: 1 })).toBe(
    'No comments where about 3 would be usual; among the nearest of 1 paper',
  );
  expect(gemWords({ ...gem, comments: 1, expected: 1200, inDegree: 20 })).toMatch(/^1 comment where about 1,200/);
});

it('a topic is new, grew, or has so many papers', () => {
  expect(grownWords({ total: 7, was: null, isBorn: true })).toBe('a new topic');
  expect(grownWords({ total: 7, was: 40, isBorn: false })).toBe('7 new to 40');
  expect(grownWords({ total: 1, was: null, isBorn: null })).toBe('1 paper');
});

it('a week before a day is a day, before a month or a year the same', () => {
  expect(daysBefore('2025-03-05', 7)).toBe('2025-02-26');
  expect(daysBefore('2025-03', 7)).toBe('2025-03');
  expect(daysBefore('2025', 7)).toBe('2025');
});
