import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continued, ledgerOf, NONE, overlapsOf } from '../../../../pipeline/topics/identity.ts';

const rows = (text: string) => Int32Array.from(text, (sign) => (sign === '.' ? NONE : sign.charCodeAt(0) - 97));
const membersOf = (previous: string, next: string) => ({
  previousOf: rows(previous),
  nextOf: rows(next),
  nextCount: Math.max(0, ...rows(next)) + 1,
});

/** From letters by paper, previous and next: next ids are the previous's where continued, new ones from 10 on. */
function story(previous: string, next: string) {
  const members = membersOf(previous, next);
  const overlaps = overlapsOf(members);
  const previousOfNext = continued(overlaps, members.nextCount);
  let fresh = 10;
  const idOfNext = Array.from(previousOfNext, (id) => (id === NONE ? fresh++ : id));
  const sizes = (of: Int32Array) => {
    const counts = new Map<number, number>();
    for (const topic of of) if (topic !== NONE) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    return new Map([...counts].sort(([a], [b]) => a - b));
  };
  const nextSizes = Array.from({ length: members.nextCount }, (_, next) => sizes(members.nextOf).get(next) ?? 0);
  return {
    ids: idOfNext,
    events: ledgerOf({ overlaps, previousSizes: sizes(members.previousOf), nextSizes, idOfNext }),
  };
}

describe('a topic', () => {
  test('keeps its id where its papers stay together, whatever number it has in the next snapshot', () => {
    expect(story('aaaabbbbcccc', 'bbbbccccaaaa').ids).toEqual([2, 0, 1]);
  });

  test('is no less itself for papers that are new', () => {
    expect(story('aaaa........bbb', 'aaaaaaaaaaaabbb')).toEqual({
      ids: [0, 1],
      events: [{ kind: 'grew', id: 0, was: 4, is: 12 }],
    });
  });

  test('that falls apart lives on in its largest part; the other part is born of it', () => {
    expect(story('aaaaaaaaaabb', 'aaaaaacccabb'.replaceAll('c', 'c'))).toEqual({
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
        { kind: 'shrank', id: 0, was: 10, is: 7 },
      ],
    });
  });

  test('that takes another in is merged, and the other one died into it', () => {
    expect(story('aaaaaabbbb', 'aaaaaaaaaa')).toEqual({
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
        { kind: 'grew', id: 0, was: 6, is: 10 },
      ],
    });
  });

  test('of new papers alone is born, and one whose papers all left every topic died into nothing', () => {
    expect(story('aaa...', '...aaa').events).toEqual([
      { kind: 'born', id: 10, size: 3, from: [] },
      { kind: 'died', id: 0, size: 3, into: [] },
    ]);
  });

  test('that stays as it is makes no entry', () => {
    expect(story('aaabbb', 'bbbaaa').events).toEqual([]);
  });
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '.'), minLength: 1, maxLength: 40 });

test('overlaps are those of a naive count, and no previous topic lives on twice', () => {
  fc.assert(
    fc.property(letters, letters, (previous, next) => {
      const length = Math.min(previous.length, next.length);
      const members = membersOf(previous.slice(0, length), next.slice(0, length));
      const overlaps = overlapsOf(members);
      const known = [...members.previousOf.keys()].filter((row) => members.previousOf[row] !== NONE);
      for (const overlap of overlaps) {
        const inPrevious = (row: number) => members.previousOf[row] === overlap.previous;
        const inNext = (row: number) => members.nextOf[row] === overlap.next;
        const both = known.filter((row) => inPrevious(row) && inNext(row)).length;
        expect(overlap.papers).toBe(both);
        expect(overlap.jaccard).toBeCloseTo(both / known.filter((row) => inPrevious(row) || inNext(row)).length, 12);
      }
      expect(overlaps.reduce((sum, { papers }) => sum + papers, 0)).toBe(
        known.filter((row) => members.nextOf[row] !== NONE).length,
      );
      const kept = [...continued(overlaps, members.nextCount)].filter((id) => id !== NONE);
      expect(new Set(kept).size).toBe(kept.length);
    }),
    { seed: 1, numRuns: 300 },
  );
});
