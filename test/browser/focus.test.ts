import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

type Page = Visit['page'];
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const hasFocus = (element: Locator) => element.evaluate((element) => element === document.activeElement);
const press = async (page: Page, element: Locator, key = 'Enter') => {
  await element.focus();
  await page.keyboard.press(key);
};

describe.skipIf(!chromium)('the focus', () => {
  const { go } = onSamplePage(/ERR_FAILED/);

  test('goes to what was opened, and back to what opened it', async () => {
    const { page } = await go();
    const topic = page.getByRole('treeitem').first();
    await press(page, topic);
    await expect
      .poll(() => hasFocus(page.getByRole('region', { name: 'Topic' }).getByRole('heading').first()))
      .toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(topic)).toBe(true);
  });

  test.each([
    {
      name: 'an example query',
      search: '',
      buttons: (page: Page) => [page.locator('.examples').getByRole('button').first()],
    },
    { name: 'a selection that is cleared', search: '?sel=t:1', buttons: (page: Page) => [button(page, 'Clear')] },
  ])('goes to the panel from $name, which disappears with its view', async ({ search, buttons }) => {
    const { page } = await go(search);
    for (const element of buttons(page)) await press(page, element);
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
  });

  test('goes to the panel from a dismissed notice, and from a retry that worked', async () => {
    const { page } = await go();
    await page.route('**/api/status', async (route) => {
      const status = await (await route.fetch()).json();
      await route.fulfill({ json: { ...status, snapshot: { ...status.snapshot, id: 'tomorrow' } } });
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await press(page, button(page, 'Later'));
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
    let broken = true;
    await page.route('**/api/search?*', (route) => (broken ? route.abort() : route.continue()));
    await page.getByRole('combobox', { name: 'Search papers' }).fill('planning');
    await button(page, 'Try again').waitFor();
    broken = false;
    await press(page, button(page, 'Try again'));
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
  });

  test('stays in the legend when all colors are shown again', async () => {
    const { page } = await go('?color=date');
    const colors = page.getByRole('region', { name: 'Map colors' }).getByRole('listitem').getByRole('button');
    await press(page, colors.nth(1));
    await press(page, button(page, 'Show all'));
    await expect.poll(() => hasFocus(colors.first())).toBe(true);
  });

  test('stays in the search field while the user types with a paper open', async () => {
    const { page } = await go('?q=robots');
    await press(page, page.getByRole('region', { name: 'Results' }).getByRole('link').first());
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading').first().waitFor();
    const field = page.getByRole('combobox', { name: 'Search papers' });
    await field.focus();
    await page.keyboard.press('End');
    await page.keyboard.type(' that', { delay: 120 });
    await page.waitForURL(/q=robots\+that/);
    await page.keyboard.type(' push');
    expect(await field.inputValue()).toBe('robots that push');
    expect(await hasFocus(field)).toBe(true);
  });

  test.each([
    { width: 1440, height: 900 },
    { width: 320, height: 640 },
  ])('is visible at every tab stop, $width pixels wide', { timeout: 60_000 }, async (viewport) => {
    const { page } = await go('?sel=t:1&color=date', { viewport });
    await page.getByRole('region', { name: 'Selection' }).getByRole('heading').first().waitFor();
    const covered: string[] = [];
    let stops = 0;
    for (; stops < 120; stops++) {
      await page.keyboard.press('Tab');
      // The sheet moves.
      await page.waitForTimeout(30);
      const hidden = await page.evaluate(() => {
        const at = document.activeElement!;
        if (at === document.body) return null;
        const box = at.getBoundingClientRect();
        const parts = [0.1, 0.5, 0.9];
        const points = parts.flatMap((x) => parts.map((y) => [box.x + box.width * x, box.y + box.height * y] as const));
        const isVisible = points.some(([x, y]) => {
          // elementFromPoint never finds an element without pointer events.
          if (getComputedStyle(at).pointerEvents === 'none') return true;
          const top = document.elementFromPoint(x, y);
          return top !== null && (at.contains(top) || at.closest('label')?.contains(top));
        });
        return isVisible ? '' : `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent}`;
      });
      if (hidden === null) break;
      if (hidden) covered.push(hidden);
    }
    expect(covered).toEqual([]);
    expect(stops).toBeGreaterThan(15);
  });
});

describe.skipIf(!chromium)('forced colors', () => {
  const { go } = onSamplePage();

  test('keep the colors of the map, and outline the selected option', async () => {
    const { page } = await go('?q=robots', { forcedColors: 'active' });
    const selected = page.getByText('Hybrid', { exact: true });
    expect(await selected.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    // The colors of labels and of their outline.
    const [ink, ground] = await page
      .getByRole('img', { name: /^Map of \d/ })
      .evaluate((canvas) => [getComputedStyle(canvas).color, getComputedStyle(canvas).caretColor]);
    expect(ink).not.toBe(ground);
  });
});
