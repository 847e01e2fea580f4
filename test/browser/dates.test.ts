import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';
import { countPoints } from './map-points.ts';
import { chromium, onPage, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const PAPERS = 326;

describe.skipIf(!chromium)('the date histogram', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const dates = (page: Visit['page']) => page.getByRole('group', { name: 'Dates' });
  /** The numbers beside the selected dates: of papers or matches, and of those without a date. */
  const counts = async (page: Visit['page'], pattern: RegExp) => {
    const text = await dates(page).getByText(pattern).textContent();
    return text!.match(/\d+ (?:papers?|found|undated)/g)!.map((part) => Number.parseInt(part, 10));
  };
  const paperCount = async (page: Visit['page']) => (await counts(page, / papers?\b/))[0];
  const inAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('dates');
  const first = (page: Visit['page']) => dates(page).getByRole('slider', { name: /^First/ });
  const last = (page: Visit['page']) => dates(page).getByRole('slider', { name: /^Last/ });

  test('selects a range with two sliders, dims other papers, and is kept in the address', async () => {
    const { page, opaquePixels } = await go();
    const [dated, undated] = await counts(page, / undated$/);
    expect(dated + undated).toBe(PAPERS);
    const pixels = await opaquePixels();
    await last(page).focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    const selected = await paperCount(page);
    expect(selected).toBeLessThan(dated);
    expect(await last(page).getAttribute('aria-valuetext')).toMatch(/20\d\d$/);
    expect(inAddress(page)).toMatch(/^20[\d-]+\.\.20[\d-]+$/);
    expect(await countPoints(page)).toEqual({ dimmed: PAPERS - selected, shown: selected });
    await expect.poll(opaquePixels).toBeLessThan(pixels);
    await page.reload();
    expect(await paperCount(page)).toBe(selected);
    expect((await countPoints(page)).shown).toBe(selected);
    await page.getByRole('button', { name: 'All dates' }).click();
    expect(await paperCount(page)).toBe(dated);
    expect(inAddress(page)).toBeNull();
    expect(await countPoints(page)).toEqual({ dimmed: 0, shown: PAPERS });
  });

  test('counts the matches of a search in the selected range, until the search is cleared', async () => {
    const { page } = await go('?q=reinforcement learning');
    const [found, undated] = await counts(page, / found\b/);
    let dated = 0;
    let total = 0;
    for (let offset = 0; offset < 600; offset += 200) {
      const response = await fetch(`${sample.url}/api/search?q=reinforcement+learning&limit=200&offset=${offset}`);
      const answer = (await response.json()) as SearchResponse;
      total = answer.total;
      dated += answer.hits.filter(({ date }) => date !== null).length;
    }
    expect([found, undated]).toEqual([dated, total - dated]);
    expect(found).toBeGreaterThan(50);
    await last(page).focus();
    await page.keyboard.press('PageDown');
    expect((await counts(page, / found\b/))[0]).toBeLessThan(found);
    await page.getByRole('button', { name: 'Clear search' }).click();
    await dates(page)
      .getByText(/ papers\b/)
      .waitFor();
    const foundTexts = dates(page).getByText(/ found\b/);
    expect(await foundTexts.count()).toBe(0);
  });

  test('never lets the first date pass the last', async () => {
    const { page } = await go();
    await last(page).focus();
    await page.keyboard.press('Home');
    expect(await first(page).inputValue()).toBe('0');
    expect(await last(page).inputValue()).toBe('0');
    await first(page).focus();
    await page.keyboard.press('End');
    expect(await first(page).inputValue()).toBe('0');
  });

  test('selects a range by a drag over the bars, and moves it by another', async () => {
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
    const width = Number(await last(page).inputValue());
    expect(inAddress(page)).not.toBeNull();
    await drag(0.1, 0.5);
    const moved = Number(await first(page).inputValue());
    expect(moved).toBeGreaterThan(0);
    expect(Number(await last(page).inputValue()) - moved).toBe(width);
    await page.goBack();
    expect(inAddress(page)).toBeNull();
  });

  test('selects a range by two clicks, without a drag', async () => {
    const { page } = await go();
    const box = (await dates(page).locator('svg').last().boundingBox())!;
    const click = (part: number) => page.mouse.click(box.x + box.width * part, box.y + 20);
    await click(0.7);
    const start = await first(page).inputValue();
    expect(await last(page).inputValue()).toBe(start);
    await click(0.2);
    expect(await last(page).inputValue()).toBe(start);
    expect(Number(await first(page).inputValue())).toBeLessThan(Number(start));
    // A third click starts a new range.
    await click(0.9);
    expect(await first(page).inputValue()).toBe(await last(page).inputValue());
  });

  test('plays through time and stops at the end', async () => {
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
    expect(inAddress(page)).not.toBeNull();
  });

  test('steps through time at each press if reduced motion is preferred', async () => {
    const { page } = await go();
    const step = page.getByRole('button', { name: 'Step through time' });
    await step.click();
    expect(await first(page).inputValue()).toBe('0');
    await step.click();
    expect(await first(page).inputValue()).toBe('1');
  });

  test('can filter the results of a search, and filters a selection', async () => {
    const { page } = await go('?q=robots+since:1999');
    await last(page).focus();
    await page.keyboard.press('ArrowLeft');
    await dates(page).getByRole('button', { name: 'Filter results to these dates' }).click();
    await page.waitForURL(/q=since:20[\d-]+\+until:20[\d-]+\+robots&/);
    await page.goto(`${new URL(page.url()).origin}/?sel=r:-900,-900,900,900&dates=${inAddress(page)}`);
    const selected = await paperCount(page);
    await page.getByRole('heading', { name: new RegExp(`^${selected} papers selected`) }).waitFor();
  });
});

describe.skipIf(!chromium)('papers of which only one has a date', () => {
  const { go } = onPage(async () => {
    const folder = temporaryFolder();
    const papers = ['robots that grasp', 'models that speak', 'maps of fields'].map((title, i) => ({
      id: `p${i}`,
      title,
      abstract: `${title}, and more of it.`,
      ...(i === 0 && { date: '2025-01-02' }),
    }));
    const file = join(folder.path, 'papers.jsonl');
    writeFileSync(file, papers.map((paper) => JSON.stringify(paper)).join('\n'));
    const server = await serveCorpus([file]);
    return {
      url: server.url,
      async stop() {
        await server.stop();
        folder.remove();
      },
    };
  });

  test('have no date histogram', async () => {
    const { page } = await go();
    expect(await page.getByRole('button', { name: 'Zoom in' }).count()).toBe(1);
    expect(await page.getByRole('group', { name: 'Dates' }).count()).toBe(0);
  });
});
