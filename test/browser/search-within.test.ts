import { describe, expect, it } from 'vitest';
import type { MapResponse } from '../../server/schemas/map.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('searching within a selection', () => {
  const sample = onSamplePage(/status of 400/);
  const { go } = sample;
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const sign = (page: Visit['page']) => results(page).getByRole('link', { name: 'Within the selection' });
  const field = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search the papers' });
  const ask = async <Answer>(path: string): Promise<Answer> => (await fetch(`${sample.url}/api/${path}`)).json();
  const asked = (q: string) => ask<SearchResponse>(`search?${new URLSearchParams({ q, limit: '30' })}`);
  const inAddress = (page: Visit['page'], name: string) => new URL(page.url()).searchParams.get(name);
  /** The half of the map to the right of its origin. */
  const half = 'r:0,-99,99,99';
  const titles = (page: Visit['page']) => results(page).getByRole('listitem').getByRole('link').allTextContents();

  it('begins at the selection, lists it, and finds what lies in it alone', async () => {
    const { page } = await go(`?sel=${half}`);
    await page.getByRole('button', { name: 'Search within' }).click();
    await sign(page).waitFor();
    const { ids, x } = await ask<MapResponse>('map');
    const inside = new Set(ids.filter((_, row) => x[row]! >= 0));
    const all = await asked(`within:${half}`);
    await results(page)
      .getByRole('heading', { name: `${all.total} papers` })
      .waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
    expect(await field(page).getAttribute('placeholder')).toBe('Search within the selection');

    await page.keyboard.type('robots that grasp');
    await page.keyboard.press('Enter');
    const found = await asked(`robots that grasp within:${half}`);
    expect(found.hits.every(({ id }) => inside.has(id))).toBe(true);
    expect(found.total).toBeLessThan((await asked('robots that grasp')).total);
    await results(page)
      .getByRole('heading', { name: `${found.total} papers` })
      .waitFor();
    await expect.poll(() => titles(page)).toEqual(found.hits.map(({ title }) => title));
    expect(await field(page).inputValue()).toBe('robots that grasp');
    expect([inAddress(page, 'q'), inAddress(page, 'sel')]).toEqual(['robots that grasp', half]);
    await page.reload();
    await expect.poll(() => titles(page)).toEqual(found.hits.map(({ title }) => title));
    await page.goBack();
    await sign(page).waitFor();
  });

  it('is let go of by one press, and leads back to what is selected by another', async () => {
    const { page } = await go(`?q=robots+that+grasp&sel=${half}&within=on`);
    await sign(page).waitFor();
    await sign(page).click();
    await page
      .getByRole('region', { name: 'Selection' })
      .getByRole('heading', { name: /papers selected$/ })
      .waitFor();
    await page.goBack();
    await results(page).getByRole('button', { name: 'Search everywhere' }).click();
    const { hits } = await asked('robots that grasp');
    await expect.poll(() => titles(page)).toEqual(hits.map(({ title }) => title));
    expect(await sign(page).isVisible()).toBe(false);
    expect([inAddress(page, 'sel'), inAddress(page, 'within')]).toEqual([null, null]);
  });

  it('stays within through orders, corrections and Escape, and tells places of what was typed', async () => {
    const { page } = await go(`?q=robott&sel=${half}&within=on`);
    await results(page).getByRole('link', { name: 'robot', exact: true }).click();
    await expect.poll(() => field(page).inputValue()).toBe('robot');
    await results(page).getByRole('combobox', { name: 'Order of the papers' }).selectOption('Newest first');
    await expect.poll(() => field(page).inputValue()).toBe('robot sort:date');
    await sign(page).waitFor();
    await field(page).fill('robots since:20x5');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/^Character 8: 'since:20x5'/)
      .waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => field(page).inputValue()).toBe('');
    await sign(page).waitFor();
    const all = await asked(`within:${half}`);
    await results(page)
      .getByRole('heading', { name: `${all.total} papers` })
      .waitFor();
  });

  it('goes on in the next area that is drawn, and warms the map there alone', async () => {
    const { page } = await go(`?q=robots&sel=${half}&within=on`);
    const box = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const first = await results(page)
      .getByRole('heading', { name: /^\d+ papers/ })
      .textContent();
    await page.getByRole('button', { name: 'Select by a rectangle' }).click();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.84, box.y + box.height * 0.9, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => inAddress(page, 'sel')).not.toBe(half);
    const { total } = await asked(`robots within:${inAddress(page, 'sel')}`);
    await results(page)
      .getByRole('heading', { name: new RegExp(`^${total} papers?`) })
      .waitFor();
    expect(first).not.toMatch(new RegExp(`^${total} paper`));
    const warmed = page.waitForRequest((request) => request.url().includes('/api/heatmap?'));
    await page.getByRole('switch', { name: 'Similarity field' }).click();
    expect(new URL((await warmed).url()).searchParams.get('q')).toBe(`robots within:${inAddress(page, 'sel')}`);
  });
});
