import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopicSummary } from '../../../../../server/schemas/topics.ts';
import { topicLabelsByZoom, titleLabels } from '../../../../../web/map/labels/label-levels.ts';

const topic = (id: number, size = 10) =>
  ({ id, size, representative: [{ id: `p${id}`, title: 'T' }] }) as unknown as TopicSummary;
const topics = (from: number, count: number) => Array.from({ length: count }, (_, i) => topic(from + i));
const seenAt = (zoom: number, names: ReturnType<typeof topicLabelsByZoom>) =>
  names.filter(({ minZoom: floor, maxZoom: ceiling }) => zoom >= floor && zoom < ceiling);

describe('names by zoom', () => {
  const levels = [
    { rank: 0, topics: topics(10, 60) },
    { rank: -1, topics: topics(0, 5) },
    { rank: 1, topics: topics(100, 200) },
  ];

  it('are fields from afar, then topics, then their parts beside them', () => {
    const names = topicLabelsByZoom(levels, 5, false);
    const ranks = (zoom: number) => [...new Set(seenAt(zoom, names).map(({ rank }) => rank))];
    expect(ranks(1)).toEqual([-1]);
    expect(ranks(2)).toEqual([0]);
    expect(ranks(6)).toEqual([0, 1]);
  });

  it('are topics at once where they have room, and fields come sooner on a phone', () => {
    const few = [{ rank: 0, topics: topics(10, 16) }, levels[1]!];
    const ranks = (narrow: boolean) => seenAt(1, topicLabelsByZoom(few, 5, narrow)).map(({ rank }) => rank);
    expect(new Set(ranks(false))).toEqual(new Set([0]));
    expect(new Set(ranks(true))).toEqual(new Set([-1]));
  });

  it('leave topics where they are when fields cannot be had', () => {
    const names = topicLabelsByZoom([levels[0]!], 0, true);
    expect(seenAt(0.5, names)).toHaveLength(60);
  });

  it('name no topic twice, and never fields beside the topics they hold', () => {
    const ids = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (above, own, below, narrow) => {
        const names = topicLabelsByZoom(
          [
            { rank: -1, topics: above.map((id) => topic(id)) },
            { rank: 0, topics: own.map((id) => topic(id)) },
            { rank: 1, topics: below.map((id) => topic(id)) },
          ],
          above.length,
          narrow,
        );
        expect(new Set(names.map((name) => name.topic.id)).size).toBe(names.length);
        for (const zoom of [0.5, 0.8, 1, 1.5, 3, 9]) {
          const seen = seenAt(zoom, names);
          const isBoth = (rank: number) => seen.some((name) => name.rank === rank && !above.includes(name.topic.id));
          if (seen.some(({ rank }) => rank === -1)) expect(isBoth(0)).toBe(false);
        }
        expect(titleLabels(names, narrow).titles.length).toBeLessThanOrEqual(names.length);
      }),
    );
  });
});
