import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import { views } from './views.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** How far the page and the panel can be scrolled sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const panel = document.querySelector('#papers')!;
    return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
  });

describe.skipIf(!chromium)('accessibility', () => {
  const { go } = onSamplePage(/status of (?:400|404|500)/);

  test.each(views)(
    '$name: has no serious fault, light and dark, wide and narrow, and fits a phone',
    { timeout: 60_000 },
    async (view) => {
      const { page } = await go(view.search);
      await view.reach(page);
      const faults: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(size);
          for (const fault of await seriousViolations(page)) faults.push(`${colorScheme} ${size.width}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
      expect(await overflow(page)).toEqual([0, 0]);
    },
  );

  test('is tested by rules that find a fault', async () => {
    const { page } = await go();
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('aria-label'));
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('title'));
    expect((await seriousViolations(page)).join()).toMatch(/button-name/);
  });
});
