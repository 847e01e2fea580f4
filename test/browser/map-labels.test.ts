import { describe, expect, it } from 'vitest';
import type { MapResponse } from '../../server/schemas/map.ts';
import type { TopicsResponse } from '../../server/schemas/topics.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('names on the map', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const topics = async (level: string) =>
    (await (await fetch(`${sample.url}/api/topics${level}`)).json()) as TopicsResponse;
  const written = async ({ onMap }: Visit) => (await onMap()).map(({ text }) => text);
  const linesOf = (names: readonly string[]) => names.flatMap((name) => name.split(' · '));

  it('are of topics first; of their parts from nearer by, and more the nearer one comes', async () => {
    const whole = await go();
    const near = async (zoom: number, [x, y] = [0, 0] as [number, number]) => {
      await whole.page.goto(`${sample.url}/?at=${x},${y},${zoom}`);
      await whole.page.waitForFunction(() => window.drawnTexts.length > 0);
      return whole;
    };
    const { chosenLevel } = await topics('');
    const shown = linesOf((await topics('')).topics.map(({ name }) => name));
    const finer = (await topics(`?level=${chosenLevel + 1}`)).topics;
    // A short term stands on a line of its own, or with the others on one.
    const own = ({ name }: { name: string }) => [name, ...name.split(' · ').filter((term) => term.length < 16)];
    const part = finer.find((topic) => own(topic).length > 1 && own(topic).every((line) => !shown.includes(line)))!;
    const isOfPart = (line: string) => own(part).includes(line);
    expect((await written(whole)).filter(isOfPart)).toEqual([]);
    const visit = await near(4, [part.x, part.y]);
    await expect.poll(async () => (await written(visit)).some(isOfPart)).toBe(true);
    const [representative] = (await topics('')).topics[0]!.representativePapers;
    const { ids, x, y } = (await (await fetch(`${sample.url}/api/map`)).json()) as MapResponse;
    const row = ids.indexOf(representative!.id);
    const deep = await near(9, [x[row]!, y[row]!]);
    const isOfTitle = (line: string) => line.length > 8 && representative!.title.startsWith(line);
    await expect.poll(async () => (await written(deep)).some(isOfTitle)).toBe(true);
  });

  it('make room for the numbers of hits', async () => {
    const { page, onMap } = await go('?q=robots+that+learn+to+grasp');
    const isNumber = ({ text }: { text: string }) => /^\d+$/.test(text);
    await expect.poll(async () => (await onMap()).filter(isNumber).length).toBe(10);
    for (const zooms of [0, 1, 2, 3]) {
      if (zooms > 0) await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.waitForTimeout(500);
      const all = await onMap();
      const lines = all.filter((line) => !isNumber(line));
      // From close by only names remain that are faint.
      if (zooms === 0) expect(lines.length).toBeGreaterThan(0);
      for (const { text, x, y } of lines) {
        // No letter is narrower than half of this on the whole.
        const under = all.filter(
          (one) => isNumber(one) && Math.abs(one.x - x) < text.length * 2.5 && Math.abs(one.y - y) < 13,
        );
        expect(under.map((one) => `${one.text} on ${text}`)).toEqual([]);
      }
    }
  });

  it('never lie over one another, wherever one stands', async () => {
    const { page, onMap } = await go('', phone);
    for (const zoom of [0.5, 1, 1.7, 3, 6, 14]) {
      await page.goto(`${sample.url}/?at=0,0,${zoom}`);
      await page.waitForFunction(() => window.drawnTexts.length > 0);
      // Lines of one name stand a line apart: no two lines begin in the same place.
      const lines = await onMap();
      for (const a of lines) {
        for (const b of lines) {
          if (a !== b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(9);
        }
      }
    }
  });
});
