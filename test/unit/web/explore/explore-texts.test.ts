import { describe, expect, test } from 'vitest';
import { hiddenGemText, noveltyText, pathStepText, topicGrowthText } from '../../../../web/explore/explore-texts.ts';
import { daysBefore } from '../../../../web/explore/new-papers.ts';

describe('the novelty of a draft', () => {
  const text = (percentile: number) => noveltyText({ nearestSimilarity: 0.5, percentile, duplicates: [] });

  test('is how its distance to existing work compares with that of the papers', () => {
    expect(text(1)).toBe(
      'Very different from existing work (farther than nearly all papers in its field are from theirs)',
    );
    expect(text(0.93)).toBe(
      'Very different from existing work (farther than 93% of papers in its field are from theirs)',
    );
    expect(text(0.7)).toBe(
      'Rather different from existing work (farther than 70% of papers in its field are from theirs)',
    );
    expect(text(0.5)).toBe(
      'About as close to existing work as most papers (closer than 50% of papers in its field are to theirs)',
    );
    expect(text(0.15)).toBe('Close to existing work (closer than 85% of papers in its field are to theirs)');
  });

  test('is none if almost the same text is here', () => {
    const duplicates = [{ id: 'a', title: 'A' }];
    const text = noveltyText({ nearestSimilarity: 0.99, percentile: 1, duplicates });
    expect(text).toBe('Almost the same text is already here');
  });
});

test('a step of a path says what both papers share, and whether it is a jump', () => {
  expect(pathStepText({ sharedTerms: ['RL', 'maths'], isBridge: false })).toBe('Shared terms: RL, maths');
  expect(pathStepText({ sharedTerms: [], isBridge: false })).toBe('No distinctive terms in common');
  expect(pathStepText({ sharedTerms: ['RL'], isBridge: true })).toBe(
    'A jump: no chain of similar papers connects these two. Shared terms: RL',
  );
});

test('a hidden gem says how many comments it has and how many are expected', () => {
  const gem = { id: 'a', title: 'A', date: null, authors: null, authorCount: null, topic: null, x: 0, y: 0, score: 1 };
  expect(hiddenGemText({ ...gem, count: 0, expectedCount: 3.4, inDegree: 1 }, 'comments')).toBe(
    'No comments, about 3 expected; among the closest to 1 paper',
  );
  expect(hiddenGemText({ ...gem, count: 1, expectedCount: 1200, inDegree: 20 }, 'upvotes')).toBe(
    '1 upvote, about 1,200 expected; among the closest to 20 papers',
  );
});

test('a topic with new papers is new, has grown, or has a number of papers', () => {
  expect(topicGrowthText({ total: 7, previousSize: null, isNewTopic: true })).toBe('new topic');
  expect(topicGrowthText({ total: 7, previousSize: 40, isNewTopic: false })).toBe('7 new, 40 before');
  expect(topicGrowthText({ total: 1, previousSize: null, isNewTopic: null })).toBe('1 paper');
});

test('a week before a day is a day, before a month or a year the same', () => {
  expect(daysBefore('2025-03-05', 7)).toBe('2025-02-26');
  expect(daysBefore('2025-03', 7)).toBe('2025-03');
  expect(daysBefore('2025', 7)).toBe('2025');
});
