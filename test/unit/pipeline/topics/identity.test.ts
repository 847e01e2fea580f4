import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import {
  findTopicOverlaps,
  matchTopicsByOverlap,
  NO_PREVIOUS_TOPIC,
  topicEvents,
} from '../../../../pipeline/topics/identity.ts';

/** A letter per paper is its topic: 'a' is topic 0, '.' is none. */
const topicsOf = (letters: string) =>
  Int32Array.from(letters, (letter) => (letter === '.' ? OUTLIER : letter.charCodeAt(0) - 97));
const membersOf = (previous: string, next: string) => ({
  previousOf: topicsOf(previous),
  nextOf: topicsOf(next),
  nextCount: Math.max(0, ...topicsOf(next)) + 1,
});

/** The ids and events of the next topics. A matched topic has the number of the previous one as its id, new ones 10, 11, … */
function historyOf(previous: string, next: string) {
  const members = membersOf(previous, next);
  const overlaps = findTopicOverlaps(members);
  let newId = 10;
  const previousOfNext = matchTopicsByOverlap(overlaps, members.nextCount);
  const ids = Array.from(previousOfNext, (topic) => (topic === NO_PREVIOUS_TOPIC ? newId++ : topic));
  const sizesOf = (topics: Int32Array) => {
    const sizes = new Map<number, number>();
    for (const topic of topics) if (topic !== OUTLIER) sizes.set(topic, (sizes.get(topic) ?? 0) + 1);
    return new Map([...sizes].sort(([a], [b]) => a - b));
  };
  const nextSizes = Array.from({ length: members.nextCount }, (_, topic) => sizesOf(members.nextOf).get(topic) ?? 0);
  const previousSizes = sizesOf(members.previousOf);
  return { ids, events: topicEvents({ overlaps, previousSizes, nextSizes, idOfNext: ids }) };
}

describe('a topic', () => {
  test('keeps its id if its papers stay together, whatever its number in the next snapshot', () => {
    expect(historyOf('aaaabbbbcccc', 'bbbbccccaaaa').ids).toEqual([2, 0, 1]);
  });

  test('keeps its id however many new papers it gets', () => {
    expect(historyOf('aaaa........bbb', 'aaaaaaaaaaaabbb')).toEqual({
      ids: [0, 1],
      events: [{ kind: 'grew', id: 0, previousSize: 4, size: 12 }],
    });
  });

  test('that splits continues as its largest part; the other part is born from it', () => {
    expect(historyOf('aaaaaaaaaabb', 'aaaaaacccabb')).toEqual({
      ids: [0, 1, 10],
      events: [
        { kind: 'born', id: 10, size: 3, from: [{ id: 0, papers: 3, share: 1 }] },
        {
          kind: 'split',
          id: 0,
          into: [
            { id: 0, papers: 7, share: 0.7 },
            { id: 10, papers: 3, share: 0.3 },
          ],
        },
        { kind: 'shrank', id: 0, previousSize: 10, size: 7 },
      ],
    });
  });

  test('that absorbs another one is merged, and the other one died', () => {
    expect(historyOf('aaaaaabbbb', 'aaaaaaaaaa')).toEqual({
      ids: [0],
      events: [
        { kind: 'died', id: 1, size: 4, into: [{ id: 0, papers: 4, share: 1 }] },
        {
          kind: 'merged',
          id: 0,
          from: [
            { id: 0, papers: 6, share: 0.6 },
            { id: 1, papers: 4, share: 0.4 },
          ],
        },
        { kind: 'grew', id: 0, previousSize: 6, size: 10 },
      ],
    });
  });

  test('of new papers only is born from none, and one whose papers become outliers died into none', () => {
    expect(historyOf('aaa...', '...aaa').events).toEqual([
      { kind: 'born', id: 10, size: 3, from: [] },
      { kind: 'died', id: 0, size: 3, into: [] },
    ]);
  });

  test('that stays the same has no event', () => {
    expect(historyOf('aaabbb', 'bbbaaa').events).toEqual([]);
  });
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '.'), minLength: 1, maxLength: 40 });

test('overlaps equal those of a naive count, and no previous topic is matched twice', () => {
  fc.assert(
    fc.property(letters, letters, (previous, next) => {
      const length = Math.min(previous.length, next.length);
      const members = membersOf(previous.slice(0, length), next.slice(0, length));
      const overlaps = findTopicOverlaps(members);
      const known = [...members.previousOf.keys()].filter((row) => members.previousOf[row] !== OUTLIER);
      for (const overlap of overlaps) {
        const inPrevious = (row: number) => members.previousOf[row] === overlap.previous;
        const inNext = (row: number) => members.nextOf[row] === overlap.next;
        const both = known.filter((row) => inPrevious(row) && inNext(row)).length;
        expect(overlap.papers).toBe(both);
        expect(overlap.jaccard).toBeCloseTo(both / known.filter((row) => inPrevious(row) || inNext(row)).length, 12);
      }
      expect(overlaps.reduce((sum, { papers }) => sum + papers, 0)).toBe(
        known.filter((row) => members.nextOf[row] !== OUTLIER).length,
      );
      const matched = [...matchTopicsByOverlap(overlaps, members.nextCount)].filter(
        (topic) => topic !== NO_PREVIOUS_TOPIC,
      );
      expect(new Set(matched).size).toBe(matched.length);
    }),
    { seed: 1, numRuns: 300 },
  );
});
