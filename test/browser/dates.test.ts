import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';
import { connectChromium } from './chromium.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import { newProfile, type Visit, visit } from './visit.ts';

describe.skipIf(!chromium)('the dates under the map', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const dates = (page: Visit['page']) => page.getByRole('group', { name: 'Dates' });
  /** The words beside the dates that are kept: how many papers they hold, and how many have no date. */
  const told = async (page: Visit['page'], what: RegExp) => {
    const words = dates(page).getByText(what);
    return (await words.textContent())!
      .match(/\d+ (?:papers?|found|undated)/g)!
      .map((part) => Number.parseInt(part, 10));
  };
  const papers = async (page: Visit['page']) => (await told(page, / papers?\b/))[0]!;
  const kept = (page: Visit['page']) => new URL(page.url()).searchParams.get('dates');
  /** How many pixels of the map are strongly colored: a dimmed paper's are not. */
  const strongPixels = (page: Visit['page']) =>
    page.getByRole('img', { name: /^Map of \d/ }).evaluate((element: HTMLCanvasElement) => {
      const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 200) count++;
      return count;
    });
  const first = (page: Visit['page']) => dates(page).getByRole('slider', { name: /^First/ });
  const last = (page: Visit['page']) => dates(page).getByRole('slider', { name: /^Last/ });

  it('keep to a span by two sliders, dim the papers of others, and stand in the address', async () => {
    const { page } = await go();
    const all = await papers(page);
    const [, undated] = await told(page, / undated$/);
    expect(all + undated!).toBe(326);
    const before = await strongPixels(page);
    await last(page).focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    const fewer = await papers(page);
    expect(fewer).toBeLessThan(all);
    expect(await last(page).getAttribute('aria-valuetext')).toMatch(/20\d\d$/);
    expect(kept(page)).toMatch(/^20[\d-]+\.\.20[\d-]+$/);
    await expect.poll(() => strongPixels(page)).toBeLessThan(before * 0.9);
    const dimmed = await strongPixels(page);
    await page.reload();
    expect(await papers(page)).toBe(fewer);
    await page.getByRole('button', { name: 'All dates' }).click();
    expect(await papers(page)).toBe(all);
    expect(kept(page)).toBeNull();
    await expect.poll(() => strongPixels(page)).toBeGreaterThan((before + dimmed) / 2);
  });

  it('say of each time how many papers a search found, within the span that is kept, until it is cleared', async () => {
    const { page } = await go('?q=reinforcement learning');
    const [all, undated] = await told(page, / found\b/);
    // Those without a date are in no bar.
    let dated = 0;
    let total = 0;
    for (let offset = 0; offset < 600; offset += 200) {
      const answer = await fetch(`${sample.url}/api/search?q=reinforcement+learning&limit=200&offset=${offset}`);
      const { hits, ...rest }: SearchResponse = await answer.json();
      total = rest.total;
      dated += hits.filter(({ date }) => date !== null).length;
    }
    expect([all, undated]).toEqual([dated, total - dated]);
    expect(all).toBeGreaterThan(50);
    await last(page).focus();
    await page.keyboard.press('PageDown');
    expect((await told(page, / found\b/))[0]).toBeLessThan(all!);
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await dates(page)
      .getByText(/ papers\b/)
      .waitFor();
    expect(
      await dates(page)
        .getByText(/ found\b/)
        .count(),
    ).toBe(0);
  });

  it('never let the first pass the last', async () => {
    const { page } = await go();
    await last(page).focus();
    await page.keyboard.press('Home');
    expect(await first(page).inputValue()).toBe('0');
    expect(await last(page).inputValue()).toBe('0');
    await first(page).focus();
    await page.keyboard.press('End');
    expect(await first(page).inputValue()).toBe('0');
  });

  it('are brushed by a drag over the bars, and the span is moved by another', async () => {
    const { page } = await go();
    const box = (await dates(page).locator('svg').last().boundingBox())!;
    const at = (part: number) => [box.x + 1 + box.width * part, box.y + 20] as const;
    const drag = async (from: number, to: number) => {
      await page.mouse.move(...at(from));
      await page.mouse.down();
      await page.mouse.move(...at((from + to) / 2), { steps: 3 });
      await page.mouse.move(...at(to), { steps: 3 });
      await page.mouse.up();
    };
    await drag(0, 0.4);
    expect(await first(page).inputValue()).toBe('0');
    const to = Number(await last(page).inputValue());
    const address = kept(page);
    expect(address).not.toBeNull();
    await drag(0.1, 0.5);
    const moved = Number(await first(page).inputValue());
    expect(moved).toBeGreaterThan(0);
    expect(Number(await last(page).inputValue()) - moved).toBe(to);
    await page.goBack();
    expect(kept(page)).toBeNull();
  });

  it('are kept from one press on the bars to the next, without a drag', async () => {
    const { page } = await go();
    const box = (await dates(page).locator('svg').last().boundingBox())!;
    const press = (part: number) => page.mouse.click(box.x + box.width * part, box.y + 20);
    await press(0.7);
    const from = await first(page).inputValue();
    expect(await last(page).inputValue()).toBe(from);
    await press(0.2);
    expect(await last(page).inputValue()).toBe(from);
    expect(Number(await first(page).inputValue())).toBeLessThan(Number(from));
    // A third one begins anew.
    await press(0.9);
    expect(await first(page).inputValue()).toBe(await last(page).inputValue());
  });

  it('play through time and stop at the end', async () => {
    const { page } = await go('?dates=2025-01..2025-06', { reducedMotion: 'no-preference' });
    await page.getByRole('button', { name: 'Play through time' }).click();
    const seen = new Set<string>();
    const stop = page.getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    while (await stop.isVisible()) {
      seen.add(await first(page).inputValue());
      await page.waitForTimeout(60);
    }
    expect(seen.size).toBeGreaterThan(2);
    expect(await last(page).inputValue()).toBe(await last(page).getAttribute('max'));
    expect(kept(page)).not.toBeNull();
  });

  it('step on at each press where motion is not wanted', async () => {
    const { page } = await go();
    const step = page.getByRole('button', { name: 'Step through time' });
    await step.click();
    expect(await first(page).inputValue()).toBe('0');
    await step.click();
    expect(await first(page).inputValue()).toBe('1');
  });

  it('go into the search when asked, and keep a selection to themselves', async () => {
    const { page } = await go('?q=robots+since:1999');
    await last(page).focus();
    await page.keyboard.press('ArrowLeft');
    await dates(page).getByRole('button', { name: 'List only these' }).click();
    await page.waitForURL(/q=since:20[\d-]+\+until:20[\d-]+\+robots&/);
    await page.goto(`${new URL(page.url()).origin}/?sel=r:-900,-900,900,900&dates=${kept(page)}`);
    const inSpan = await papers(page);
    await page.getByRole('heading', { name: new RegExp(`^${inSpan} papers selected`) }).waitFor();
  });
});

describe.skipIf(!chromium)('papers without dates', () => {
  it('have no span under the map to choose', async () => {
    const folder = temporaryFolder();
    const lines = ['robots that grasp', 'models that speak', 'maps of fields'].map((title, i) =>
      JSON.stringify({
        id: `p${i}`,
        title,
        abstract: `${title}, and more of it.`,
        ...(i === 0 && { date: '2025-01-02' }),
      }),
    );
    const file = join(folder.path, 'few.jsonl');
    writeFileSync(file, lines.join('\n'));
    const [server, browser] = await Promise.all([serveCorpus([file]), connectChromium(chromium ?? '')]);
    try {
      const { page, problems } = await visit(await newProfile(browser), server.url);
      expect(await page.getByRole('button', { name: 'Zoom in' }).count()).toBe(1);
      expect(await page.getByRole('group', { name: 'Dates' }).count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      folder.remove();
    }
  });
});
