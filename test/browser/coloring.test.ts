import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the colors of the map', () => {
  const { go } = onSamplePage();
  const card = (page: Visit['page']) => page.getByRole('region', { name: 'Colors of the map' });
  const choice = (page: Visit['page'], name: string) =>
    card(page).getByRole('group', { name: 'Color by' }).getByRole('radio', { name });
  const entries = (page: Visit['page']) => card(page).getByRole('listitem').getByRole('button');
  const sizes = async (page: Visit['page']) =>
    (await entries(page).allTextContents()).map((text) => Number(/\d+$/.exec(text)?.[0]));

  it('tell topics, or dates, comments and trust: the legend holds every paper once', async () => {
    const { page } = await go();
    for (const [name, color] of [
      ['Trust', 'trust'],
      ['Date', 'date'],
      ['Comments', 'comments'],
    ] as const) {
      await choice(page, name).check();
      await page.waitForURL(new RegExp(`color=${color}`));
      expect((await entries(page).count()) > 1).toBe(true);
      expect((await sizes(page)).reduce((sum, size) => sum + size, 0)).toBe(326);
    }
    await choice(page, 'Topic').check();
    await page.waitForURL((url) => !url.searchParams.has('color'));
    await card(page).getByText('Legend').click();
    expect((await sizes(page)).reduce((sum, size) => sum + size, 0)).toBe(326);
  });

  it('are kept to by pressing the legend, and stand in the address', async () => {
    const { page, opaquePixels } = await go('?color=trust');
    const all = await opaquePixels();
    const [first, second] = [entries(page).nth(1), entries(page).nth(2)];
    await first.click();
    await page.waitForURL(/only=20/);
    expect(await first.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(opaquePixels).toBeLessThan(all);
    const one = await opaquePixels();
    await second.click();
    await page.waitForURL(/only=20,40/);
    await expect.poll(opaquePixels).toBeGreaterThan(one);
    await page.reload();
    await expect.poll(() => second.getAttribute('aria-pressed')).toBe('true');
    await card(page).getByRole('button', { name: 'Show all' }).click();
    await expect.poll(opaquePixels).toBe(all);
    expect(new URL(page.url()).search).toBe('?color=trust');
  });

  it('are chosen by keyboard, and said aloud', async () => {
    const { page } = await go();
    await choice(page, 'Topic').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/color=date/);
    await page.getByRole('status').filter({ hasText: 'Colored by date, 326 papers shown.' }).waitFor();
    await entries(page).first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/only=/);
  });

  it('leave a phone its map: the legend is folded away', async () => {
    const { page } = await go('?color=date', phone);
    expect(await card(page).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Map tools' }).tap();
    expect(await entries(page).first().isVisible()).toBe(false);
    await card(page).getByText('Legend').tap();
    expect(await entries(page).first().isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });
});
