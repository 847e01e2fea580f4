import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

/** Pixels of the map on which a paper is drawn that is not dimmed. */
const strong = (page: Page) =>
  page.getByRole('img', { name: /^Map of \d/ }).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 150) count++;
    return count;
  });

describe.skipIf(!chromium)('all papers that were found', () => {
  const { go } = onSamplePage();
  const heading = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('heading', { level: 2 });

  it('keep their color on the map, listed or not, and nothing dims before they are known', async () => {
    const { page } = await go();
    const [all, answers] = [await strong(page), { hold: Promise.resolve(), snapshot: '' }];
    await page.route('**/api/search/mask?**', async (route) => {
      await answers.hold;
      const answer = await route.fetch();
      const told = (await answer.json()) as object;
      await route.fulfill({
        response: answer,
        json: answers.snapshot ? { ...told, snapshot: answers.snapshot } : told,
      });
    });
    const field = page.getByRole('combobox', { name: 'Search the papers' });
    let release = () => {};
    const find = async (query: string) => {
      answers.hold = new Promise((resolve) => {
        release = resolve;
      });
      const asked = page.waitForRequest((request) => request.url().includes('/api/search/mask?'));
      await field.fill(query);
      await page.keyboard.press('Enter');
      await asked;
      await expect.poll(() => heading(page).textContent()).toMatch(/^\d+ papers$/);
    };

    await find('agents');
    expect(await strong(page)).toBeGreaterThan(0.9 * all);
    release();
    await expect.poll(() => strong(page)).toBeLessThan(0.8 * all);
    const agents = await strong(page);

    // Of a newer snapshot's map: what is listed alone is known.
    answers.snapshot = 'another';
    await find('robots');
    expect(await strong(page)).toBeGreaterThan(0.7 * agents);
    release();
    await expect.poll(() => strong(page)).toBeLessThan(0.7 * agents);
    answers.snapshot = '';
    await page.goBack();
    release();
    await expect.poll(() => field.inputValue()).toBe('agents');
    await expect.poll(() => strong(page)).toBeGreaterThan(0.9 * agents);
  });
});
