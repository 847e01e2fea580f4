import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { countPoints } from './map-points.ts';
import { chromium, onSamplePage } from './sample-page.ts';

const PAPERS = 326;
/** Results that are listed at first. */
const LISTED = 30;

describe.skipIf(!chromium)('the matches of a search on the map', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const heading = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('heading', { level: 2 });
  const totalOf = async (q: string) => {
    const response = await fetch(`${sample.url}/api/search?${new URLSearchParams({ q, mode: 'hybrid' })}`);
    return ((await response.json()) as SearchResponse).total;
  };

  test('keep their color, listed or not, and nothing is dimmed before they are known', async () => {
    const { page } = await go();
    // The response is held back until `release` is called, and then comes from another snapshot if one is set.
    const response = { held: Promise.resolve(), release: () => {}, snapshot: '' };
    await page.route('**/api/search/mask?**', async (route) => {
      await response.held;
      const original = await route.fetch();
      const json = { ...(await original.json()), ...(response.snapshot && { snapshot: response.snapshot }) };
      await route.fulfill({ response: original, json });
    });
    const searchBox = page.getByRole('combobox', { name: 'Search papers' });
    const search = async (query: string, total: number) => {
      response.held = new Promise((resolve) => {
        response.release = resolve;
      });
      const request = page.waitForRequest((one) => one.url().includes('/api/search/mask?'));
      await searchBox.fill(query);
      await page.keyboard.press('Enter');
      await request;
      await expect.poll(() => heading(page).textContent()).toBe(`${total} papers`);
    };
    const [agents, robots] = [await totalOf('agents'), await totalOf('robots')];
    expect(agents).toBeGreaterThan(LISTED);
    expect(agents).toBeLessThan(PAPERS);
    expect(robots).toBeGreaterThan(LISTED);

    await search('agents', agents);
    expect(await countPoints(page)).toEqual({ dimmed: 0, shown: PAPERS });
    response.release();
    await expect.poll(() => countPoints(page)).toEqual({ dimmed: PAPERS - agents, shown: agents });

    // Rows of another snapshot's map are other papers: only the listed ones are known.
    response.snapshot = 'another';
    await search('robots', robots);
    expect((await countPoints(page)).shown).toBeGreaterThanOrEqual(agents);
    response.release();
    await expect.poll(() => countPoints(page)).toEqual({ dimmed: PAPERS - LISTED, shown: LISTED });

    response.snapshot = '';
    await page.goBack();
    await expect.poll(() => searchBox.inputValue()).toBe('agents');
    await expect.poll(() => countPoints(page)).toEqual({ dimmed: PAPERS - agents, shown: agents });
  });
});
