import { describe, expect, test } from 'vitest';
import type { MapResponse } from '../../server/schemas/map.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('a search within a selection', () => {
  const sample = onSamplePage(/status of 400/);
  const { go } = sample;
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const heading = (page: Visit['page'], name: string | RegExp) => results(page).getByRole('heading', { name });
  const chip = (page: Visit['page']) => results(page).getByRole('link', { name: 'Within the selection' });
  const searchBox = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search papers' });
  const titles = (page: Visit['page']) => results(page).getByRole('listitem').getByRole('link').allTextContents();
  const inAddress = (page: Visit['page'], name: string) => new URL(page.url()).searchParams.get(name);
  const fetchJson = async <Json>(path: string) => (await (await fetch(`${sample.url}/api/${path}`)).json()) as Json;
  const answerOf = (q: string) => fetchJson<SearchResponse>(`search?${new URLSearchParams({ q, limit: '30' })}`);
  /** The half of the map to the left of its origin, where the robots are. */
  const half = 'r:-99,-99,0,99';

  test('starts at the selection, lists it, and finds only papers in it', async () => {
    const { page } = await go(`?sel=${half}`);
    await page.getByRole('button', { name: 'Search within' }).click();
    await chip(page).waitFor();
    const { ids, x } = await fetchJson<MapResponse>('map');
    const inside = new Set(ids.filter((_, row) => x[row] <= 0));
    const selected = await answerOf(`within:${half}`);
    await heading(page, `${selected.total} papers`).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
    expect(await searchBox(page).getAttribute('placeholder')).toBe('Search within the selection');

    await page.keyboard.type('robots that grasp');
    await page.keyboard.press('Enter');
    const found = await answerOf(`robots that grasp within:${half}`);
    expect(found.hits.every(({ id }) => inside.has(id))).toBe(true);
    expect(found.total).toBeLessThan((await answerOf('robots that grasp')).total);
    await heading(page, `${found.total} papers`).waitFor();
    await expect.poll(() => titles(page)).toEqual(found.hits.map(({ title }) => title));
    expect(await searchBox(page).inputValue()).toBe('robots that grasp');
    expect([inAddress(page, 'q'), inAddress(page, 'sel')]).toEqual(['robots that grasp', half]);
    await page.reload();
    await expect.poll(() => titles(page)).toEqual(found.hits.map(({ title }) => title));
    await page.goBack();
    await chip(page).waitFor();
  });

  test('leads back to the selection, and is extended to all papers by one press', async () => {
    const { page } = await go(`?q=robots+that+grasp&sel=${half}&within=on`);
    await chip(page).waitFor();
    await chip(page).click();
    await page
      .getByRole('region', { name: 'Selection' })
      .getByRole('heading', { name: /papers selected$/ })
      .waitFor();
    await page.goBack();
    await results(page).getByRole('button', { name: 'Search everywhere' }).click();
    const { hits } = await answerOf('robots that grasp');
    await expect.poll(() => titles(page)).toEqual(hits.map(({ title }) => title));
    expect(await chip(page).isVisible()).toBe(false);
    expect([inAddress(page, 'sel'), inAddress(page, 'within')]).toEqual([null, null]);
  });

  test('stays within it when it is sorted, taken literally or cleared, and reports errors at positions of the query', async () => {
    const { page } = await go(`?q=robott&sel=${half}&within=on`);
    await results(page).getByText('robot instead of robott').waitFor();
    await results(page).getByRole('combobox', { name: 'Sort by' }).selectOption('Newest');
    await expect.poll(() => searchBox(page).inputValue()).toBe('robott sort:date');
    await chip(page).waitFor();
    // The link belongs to the answer that is shown, and so is for the sorted query only when that answer is.
    const literally = results(page).getByRole('link', { name: 'Search literally' });
    await expect.poll(() => literally.getAttribute('href')).toContain('sort');
    await literally.click();
    await expect.poll(() => searchBox(page).inputValue()).toBe('robott sort:date match:literal');
    await chip(page).waitFor();
    await searchBox(page).fill('robots since:20x5');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/^Character 8: 'since:20x5'/)
      .waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => searchBox(page).inputValue()).toBe('');
    await chip(page).waitFor();
    const selected = await answerOf(`within:${half}`);
    await heading(page, `${selected.total} papers`).waitFor();
  });

  test('continues in the next area that is drawn, and so does its heatmap', async () => {
    const { page } = await go(`?q=robots&sel=${half}&within=on`);
    const box = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const first = await heading(page, /^\d+ papers/).textContent();
    await page.getByRole('button', { name: 'Rectangle select' }).click();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.84, box.y + box.height * 0.9, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => inAddress(page, 'sel')).not.toBe(half);
    const query = `robots within:${inAddress(page, 'sel')}`;
    const { total } = await answerOf(query);
    await heading(page, new RegExp(`^${total} papers?`)).waitFor();
    expect(first).not.toMatch(new RegExp(`^${total} paper`));
    const request = page.waitForRequest((one) => one.url().includes('/api/heatmap?'));
    await page.getByRole('switch', { name: 'Relevance heatmap' }).click();
    expect(new URL((await request).url()).searchParams.get('q')).toBe(query);
  });
});
