import { describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';

describe.skipIf(!chromium)('the tools of the map', () => {
  const { go } = onSamplePage();
  const search = '?q=robots&sel=r:-900,-900,900,900&dates=2025-01..2025-12&at=0,0,2';

  test.each(['light', 'dark'] as const)(
    'have no serious accessibility problem, in the %s theme',
    async (colorScheme) => {
      const { page } = await go(search, { colorScheme });
      const button = (name: string | RegExp) => page.getByRole('button', { name });
      const region = page.getByRole('region', { name: 'Selection' });
      await expect.poll(() => region.getByRole('link').count()).toBe(20);
      expect(await seriousViolations(page)).toEqual([]);
      await button('Select listed papers').click();
      expect(await seriousViolations(page)).toEqual([]);
      await button('Lasso select').click();
      expect(await seriousViolations(page)).toEqual([]);
      await button('Export map as image').click();
      await button('PNG image').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('application', { name: /^Navigate the map/ }).focus();
      expect(await seriousViolations(page)).toEqual([]);
    },
  );

  test('have no serious accessibility problem on a phone', async () => {
    const { page } = await go(search, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Map tools' }).tap();
    await page.getByRole('button', { name: 'Dates', exact: true }).tap();
    expect(await seriousViolations(page)).toEqual([]);
  });
});
