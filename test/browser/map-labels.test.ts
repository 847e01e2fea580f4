import { describe, expect, test } from 'vitest';
import type { MapResponse } from '../../server/schemas/map.ts';
import type { TopicsResponse } from '../../server/schemas/topics.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the labels of the map', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const fetchJson = async <Json>(path: string) => (await (await fetch(`${sample.url}/api/${path}`)).json()) as Json;
  const linesOnMap = async ({ onMap }: Visit) => (await onMap()).map(({ text }) => text);

  test('are names of topics, zoomed in also of subtopics, and then titles of papers', async () => {
    const visit = await go();
    const zoomTo = async (zoom: number, [x, y]: readonly [number, number]) => {
      await visit.page.goto(`${sample.url}/?at=${x},${y},${zoom}`);
      await visit.page.waitForFunction(() => window.drawnTexts.length > 0);
    };
    const { topics, chosenLevel } = await fetchJson<TopicsResponse>('topics');
    const finer = (await fetchJson<TopicsResponse>(`topics?level=${chosenLevel + 1}`)).topics;
    // A name is on one line, or each of its short terms is.
    const possibleLines = ({ name }: { name: string }) => [
      name,
      ...name.split(' · ').filter((term) => term.length < 16),
    ];
    const topicLines = topics.flatMap(({ name }) => name.split(' · '));
    const subtopic = finer.find((topic) => {
      const lines = possibleLines(topic);
      return lines.length > 1 && lines.every((line) => !topicLines.includes(line));
    })!;
    const isOfSubtopic = (line: string) => possibleLines(subtopic).includes(line);
    expect((await linesOnMap(visit)).filter(isOfSubtopic)).toEqual([]);
    await zoomTo(4, [subtopic.x, subtopic.y]);
    await expect.poll(async () => (await linesOnMap(visit)).some(isOfSubtopic)).toBe(true);

    const [paper] = topics[0].representativePapers;
    const { ids, x, y } = await fetchJson<MapResponse>('map');
    const row = ids.indexOf(paper.id);
    await zoomTo(9, [x[row], y[row]]);
    const isOfTitle = (line: string) => line.length > 8 && paper.title.startsWith(line);
    await expect.poll(async () => (await linesOnMap(visit)).some(isOfTitle)).toBe(true);
  });

  test('do not overlap the numbers of search results', async () => {
    const { page, onMap } = await go('?q=robots+that+learn+to+grasp');
    const isNumber = ({ text }: { text: string }) => /^\d+$/.test(text);
    await expect.poll(async () => (await onMap()).filter(isNumber).length).toBe(10);
    for (const zoomSteps of [0, 1, 2, 3]) {
      if (zoomSteps > 0) await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.waitForTimeout(500);
      const texts = await onMap();
      const lines = texts.filter((one) => !isNumber(one));
      // Zoomed in, only dimmed labels may remain, which are not recorded.
      if (zoomSteps === 0) expect(lines.length).toBeGreaterThan(0);
      for (const { text, x, y } of lines) {
        // Half the width of a line is at least 2.5 pixels per character.
        const overlapped = texts.filter(
          (one) => isNumber(one) && Math.abs(one.x - x) < text.length * 2.5 && Math.abs(one.y - y) < 13,
        );
        expect(overlapped.map((one) => `${one.text} on ${text}`)).toEqual([]);
      }
    }
  });

  test('do not overlap each other, at any zoom', async () => {
    const { page, onMap } = await go('', phone);
    for (const zoom of [0.5, 1, 1.7, 3, 6, 14]) {
      await page.goto(`${sample.url}/?at=0,0,${zoom}`);
      await page.waitForFunction(() => window.drawnTexts.length > 0);
      // Lines of one label are a line height apart.
      const lines = await onMap();
      for (const a of lines) {
        for (const b of lines) {
          if (a !== b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(9);
        }
      }
    }
  });
});
