import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicSummary } from '../../../../../server/schemas/topics.ts';
import { chooseTitleLabels, chooseTopicLabels } from '../../../../../web/map/labels/label-levels.ts';

const topic = (id: number) =>
  ({ id, size: 10, representativePapers: [{ id: `p${id}`, title: 'T' }] }) as unknown as TopicSummary;
const topics = (firstId: number, count: number) => Array.from({ length: count }, (_, i) => topic(firstId + i));
const visibleAt = (zoom: number, labels: ReturnType<typeof chooseTopicLabels>) =>
  labels.filter(({ minZoom, maxZoom }) => zoom >= minZoom && zoom < maxZoom);

describe('labels by zoom', () => {
  const displayed = { rank: 0, topics: topics(10, 60) };
  const superTopics = { rank: -1, topics: topics(0, 5) };
  const subtopics = { rank: 1, topics: topics(100, 200) };

  test('are super-topics, then topics, then also subtopics', () => {
    const labels = chooseTopicLabels([displayed, superTopics, subtopics], 5, false);
    const ranks = (zoom: number) => [...new Set(visibleAt(zoom, labels).map(({ rank }) => rank))];
    expect(ranks(1)).toEqual([-1]);
    expect(ranks(2)).toEqual([0]);
    expect(ranks(6)).toEqual([0, 1]);
  });

  test('are topics from the start if there is room for them, which there is less on a phone', () => {
    const few = [{ rank: 0, topics: topics(10, 16) }, superTopics];
    const ranks = (narrow: boolean) => visibleAt(1, chooseTopicLabels(few, 5, narrow)).map(({ rank }) => rank);
    expect(new Set(ranks(false))).toEqual(new Set([0]));
    expect(new Set(ranks(true))).toEqual(new Set([-1]));
  });

  test('are topics at every zoom if super-topics could not be loaded', () => {
    const labels = chooseTopicLabels([displayed], 0, true);
    expect(visibleAt(0.5, labels)).toHaveLength(60);
  });

  test('name no topic twice, and never a super-topic together with its topics', () => {
    const ids = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (above, own, below, narrow) => {
        const levels = [
          { rank: -1, topics: above.map(topic) },
          { rank: 0, topics: own.map(topic) },
          { rank: 1, topics: below.map(topic) },
        ];
        const labels = chooseTopicLabels(levels, above.length, narrow);
        expect(new Set(labels.map((label) => label.topic.id)).size).toBe(labels.length);
        for (const zoom of [0.5, 0.8, 1, 1.5, 3, 9]) {
          const visible = visibleAt(zoom, labels);
          const isTopicVisible = visible.some(({ rank, topic: { id } }) => rank === 0 && !above.includes(id));
          if (visible.some(({ rank }) => rank === -1)) expect(isTopicVisible).toBe(false);
        }
        expect(chooseTitleLabels(labels, narrow).titles.length).toBeLessThanOrEqual(labels.length);
      }),
    );
  });
});
