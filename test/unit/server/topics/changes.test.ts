import { expect, test } from 'vitest';
import type { TopicChanges } from '../../../../pipeline/topics/match-topics.ts';
import { openLedger } from '../../../../server/topics/changes.ts';

const changes: TopicChanges = {
  names: [
    { id: 1, name: 'Robots' },
    { id: 2, name: 'Dogs' },
    { id: 3, name: 'Cats' },
    { id: 4, name: 'Kept' },
  ],
  levels: [
    {
      level: 0,
      events: [
        { kind: 'born', id: 7, size: 9, from: [{ id: 2, papers: 4, share: 0.444 }] },
        { kind: 'died', id: 2, size: 6, into: [{ id: 7, papers: 4, share: 0.667 }] },
        { kind: 'died', id: 3, size: 5, into: [] },
        {
          kind: 'merged',
          id: 1,
          from: [
            { id: 1, papers: 6, share: 0.6 },
            { id: 3, papers: 3, share: 0.3 },
          ],
        },
        { kind: 'shrank', id: 1, was: 20, is: 10 },
      ],
    },
  ],
};
const ledger = openLedger(changes, [
  { id: 1, name: 'Robots that walk' },
  { id: 7, name: 'Pets' },
]);

test('the living are called as they are now, the dead as they were', () => {
  const [born, died, , merged, shrank] = ledger.levels[0].events;
  expect(born).toEqual({
    kind: 'born',
    id: 7,
    name: 'Pets',
    size: 9,
    from: [{ id: 2, name: 'Dogs', papers: 4, share: 0.444 }],
  });
  expect(died).toMatchObject({ name: 'Dogs', into: [{ name: 'Pets' }] });
  expect(merged).toMatchObject({ name: 'Robots that walk', from: [{ name: 'Robots that walk' }, { name: 'Cats' }] });
  expect(shrank).toEqual({ kind: 'shrank', id: 1, name: 'Robots that walk', was: 20, is: 10 });
});

test('a topic is told of what it was part of, too', () => {
  expect(ledger.about(2).map(({ kind }) => kind)).toEqual(['born', 'died']);
  expect(ledger.about(1).map(({ kind }) => kind)).toEqual(['merged', 'shrank']);
  expect(ledger.about(5)).toEqual([]);
});

test('a topic that is not there is told what became of it, as far as is known', () => {
  expect(ledger.missing(2).message).toBe("topic 2 'Dogs' is no more, its papers went to 7 'Pets' (67 %)");
  expect(ledger.missing(3).message).toBe("topic 3 'Cats' is no more");
  expect(ledger.missing(4).message).toBe("topic 4 'Kept' is no more");
  expect(ledger.missing(99).message).toBe("no topic has the id '99'");
  expect(ledger.missing('x').message).toBe("no topic has the id 'x'");
  expect(ledger.missing(2).kind).toBe('not_found');
});
