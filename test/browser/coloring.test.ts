import { describe, expect, test } from 'vitest';
import { countPoints } from './map-points.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const PAPERS = 326;

describe.skipIf(!chromium)('the colors of the map', () => {
  const { go } = onSamplePage();
  const card = (page: Visit['page']) => page.getByRole('region', { name: 'Map colors' });
  const option = (page: Visit['page'], name: string) =>
    card(page).getByRole('group', { name: 'Color by' }).getByRole('radio', { name });
  const entries = (page: Visit['page']) => card(page).getByRole('listitem').getByRole('button');
  /** How many papers each entry of the legend has. */
  const sizes = async (page: Visit['page']) =>
    (await entries(page).allTextContents()).map((text) => Number(/\d+$/.exec(text)?.[0]));
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

  test('show topics, dates, comments or map accuracy, and the legend counts every paper once', async () => {
    const { page } = await go();
    for (const [name, value] of [
      ['Map accuracy', 'accuracy'],
      ['Date', 'date'],
      ['Comments', 'comments'],
    ] as const) {
      await option(page, name).check();
      await page.waitForURL(new RegExp(`color=${value}`));
      expect(await entries(page).count()).toBeGreaterThan(1);
      expect(total(await sizes(page))).toBe(PAPERS);
    }
    await option(page, 'Topic').check();
    await page.waitForURL((url) => !url.searchParams.has('color'));
    await card(page).getByText('Legend').click();
    expect(total(await sizes(page))).toBe(PAPERS);
  });

  test('are filtered by pressing entries of the legend, which is kept in the address', async () => {
    const { page } = await go('?color=accuracy');
    const counts = await sizes(page);
    const shown = async () => (await countPoints(page)).shown;
    const [second, third] = [entries(page).nth(1), entries(page).nth(2)];
    await second.click();
    await page.waitForURL(/only=20/);
    expect(await second.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(shown).toBe(counts[1]);
    await third.click();
    await page.waitForURL(/only=20,40/);
    await expect.poll(shown).toBe(counts[1] + counts[2]);
    await page.reload();
    await expect.poll(() => third.getAttribute('aria-pressed')).toBe('true');
    expect(await shown()).toBe(counts[1] + counts[2]);
    await card(page).getByRole('button', { name: 'Show all' }).click();
    await expect.poll(shown).toBe(PAPERS);
    expect(new URL(page.url()).search).toBe('?color=accuracy');
  });

  test('dim the papers that are filtered out', async () => {
    const { page, opaquePixels } = await go('?color=accuracy');
    const before = await opaquePixels();
    await entries(page).nth(1).click();
    await expect.poll(opaquePixels).toBeLessThan(before);
  });

  test('can be chosen by keyboard, and are announced', async () => {
    const { page } = await go();
    await option(page, 'Topic').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/color=date/);
    await page
      .getByRole('status')
      .filter({ hasText: `Colored by date, ${PAPERS} papers shown.` })
      .waitFor();
    await entries(page).first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/only=/);
  });

  test('have a legend that is closed on a phone', async () => {
    const { page } = await go('?color=date', phone);
    expect(await card(page).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Map tools' }).tap();
    expect(await entries(page).first().isVisible()).toBe(false);
    await card(page).getByText('Legend').tap();
    expect(await entries(page).first().isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });
});
