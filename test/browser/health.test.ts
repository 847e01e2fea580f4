import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { NightRecord } from '../../pipeline/core/night-report.ts';
import { recordNight } from '../../pipeline/store/night-log.ts';
import { startSampleServer } from '../fixtures/sample-server.ts';
import { seriousViolations } from './axe.ts';
import { chromium, onPage } from './sample-page.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the health of the papers', () => {
  let dataDir = '';
  const { go } = onPage(async () => {
    const server = await startSampleServer();
    dataDir = server.dataDir;
    return server;
  });
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const night = (hours: number, fields: Partial<NightRecord> = {}) =>
    recordNight(dataDir, { time: hoursAgo(hours), tookMs: 1500, outcome: 'unchanged', snapshot: 's', ...fields });
  const footer = (page: Page) => page.getByRole('contentinfo');
  const notice = (page: Page) => page.getByRole('note');

  test('is the age of the snapshot where no night ran', async () => {
    const { page } = await go();
    await footer(page)
      .filter({ hasText: /^\d+ papers, \d+ topics\. Updated .*\. $/ })
      .waitFor();
    expect(await notice(page).isVisible()).toBe(false);
  });

  test('is also how the last night went, with a link to all nights, on a phone too', async () => {
    night(30);
    const { page } = await go();
    await footer(page).getByRole('link', { name: 'Nightly run 30 hours ago: nothing new' }).click();
    await page.getByRole('heading', { name: 'Nights' }).waitFor();
    expect(await page.getByRole('row').nth(1).textContent()).toContain('nothing new');
    await page.getByRole('link', { name: 'Back to the map' }).click();
    await page.setViewportSize(phone.viewport);
    const link = page.getByRole('region', { name: 'Start page' }).getByRole('link', { name: /^Nightly run 30 hours/ });
    await link.scrollIntoViewIfNeeded();
    expect(await link.isVisible()).toBe(true);
    expect(await footer(page).isVisible()).toBe(false);
  });

  test.each([
    ['light', {}],
    ['dark', phone],
  ] as const)('is a notice when a night failed, in %s', async (colorScheme, options) => {
    night(4, { outcome: 'failed', code: 'bad_input', message: 'papers.jsonl: cannot be read' });
    const { page } = await go('', { ...options, colorScheme });
    await notice(page)
      .filter({ hasText: /^The last.* failed: papers\.jsonl: cannot be read\. Papers are those of/ })
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await notice(page).getByRole('button', { name: 'Dismiss' }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Newest papers' }).waitFor();
    expect(await notice(page).isVisible()).toBe(false);
    night(3, { outcome: 'failed', code: 'bad_input', message: 'another reason' });
    await page.reload();
    await notice(page).filter({ hasText: 'another reason' }).waitFor();
    await notice(page).getByRole('link', { name: 'What happened' }).click();
    await page.getByText('another reason').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });

  test('is a notice when nothing ran for two nights', async () => {
    const { page } = await go();
    await page.route('**/api/status', async (route) => {
      const status = await (await route.fetch()).json();
      status.nights.silentNights = 3;
      await route.fulfill({ json: status });
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await notice(page)
      .filter({ hasText: /^No nightly update for 3 nights\./ })
      .waitFor();
  });
});
