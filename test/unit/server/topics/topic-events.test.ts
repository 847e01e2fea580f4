import { expect, test } from 'vitest';
import type { TopicChanges } from '../../../../pipeline/topics/match-topics.ts';
import { createTopicEventLog } from '../../../../server/topics/topic-service.ts';

const changes: TopicChanges = {
  names: [
    { id: 1, name: 'Robots' },
    { id: 2, name: 'Dogs' },
    { id: 3, name: 'Cats' },
    { id: 4, name: 'Birds' },
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
        { kind: 'shrank', id: 1, previousSize: 20, size: 10 },
      ],
    },
  ],
};
const log = createTopicEventLog(changes, [
  { id: 1, name: 'Robots that walk' },
  { id: 7, name: 'Pets' },
]);

test('topics that still exist have their current name in events, topics that died their last one', () => {
  const [born, died, , merged, shrank] = log.levels[0].events;
  expect(born).toEqual({
    kind: 'born',
    id: 7,
    name: 'Pets',
    size: 9,
    from: [{ id: 2, name: 'Dogs', papers: 4, share: 0.444 }],
  });
  expect(died).toMatchObject({ name: 'Dogs', into: [{ name: 'Pets' }] });
  expect(merged).toMatchObject({ name: 'Robots that walk', from: [{ name: 'Robots that walk' }, { name: 'Cats' }] });
  expect(shrank).toEqual({ kind: 'shrank', id: 1, name: 'Robots that walk', previousSize: 20, size: 10 });
});

test('the events of a topic include those of topics that it lost papers to', () => {
  expect(log.eventsOf(2).map(({ kind }) => kind)).toEqual(['born', 'died']);
  expect(log.eventsOf(1).map(({ kind }) => kind)).toEqual(['merged', 'shrank']);
  expect(log.eventsOf(5)).toEqual([]);
});

test('the error for an unknown topic says where its papers went, if it died', () => {
  expect(log.notFoundError(2).message).toBe("topic 2 'Dogs' no longer exists; its papers went to 7 'Pets' (67 %)");
  expect(log.notFoundError(3).message).toBe("topic 3 'Cats' no longer exists");
  expect(log.notFoundError(4).message).toBe("topic 4 'Birds' no longer exists");
  expect(log.notFoundError(99).message).toBe("no topic has the id '99'");
  expect(log.notFoundError('x').message).toBe("no topic has the id 'x'");
  expect(log.notFoundError(2).kind).toBe('not_found');
});
