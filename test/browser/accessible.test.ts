import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFaults } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import { views } from './views.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** How many pixels of the page, and of what it lists, stand beyond the edge at the right. */
const beyondTheEdge = (page: Page) =>
  page.evaluate(() => {
    const panel = document.querySelector('#papers')!;
    return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
  });

describe.skipIf(!chromium)('for everyone', () => {
  const { go } = onSamplePage(/status of (?:400|404|500)/);

  it.each(views)(
    '$name: nothing keeps anyone out, light and dark, wide and narrow, and nothing stands beyond the edge of a phone',
    { timeout: 60_000 },
    async (view) => {
      const { page } = await go(view.search);
      await view.reach(page);
      const faults: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(size);
          for (const fault of await seriousFaults(page)) faults.push(`${colorScheme} ${size.width}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
      expect(await beyondTheEdge(page)).toEqual([0, 0]);
    },
  );

  it('finds a fault where there is one', async () => {
    const { page } = await go();
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('aria-label'));
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('title'));
    expect((await seriousFaults(page)).join()).toMatch(/button-name/);
  });
});
