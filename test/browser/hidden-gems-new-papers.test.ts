import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { listSnapshots } from '../../pipeline/store/data-folder.ts';
import { serveTwoSnapshots } from '../fixtures/two-snapshots.ts';
import { seriousViolations } from './axe.ts';
import { idOf, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage, onSamplePage } from './sample-page.ts';

describe.skipIf(!chromium)('hidden gems', () => {
  const sample = onSamplePage();
  const view = (page: Page) => page.getByRole('region', { name: 'Hidden gems' });

  test('are listed with the reason, and numbered on the map', async () => {
    const { page, onMap } = await sample.go();
    await page.getByRole('link', { name: 'Hidden gems' }).click();
    const gems = view(page).getByRole('listitem');
    await expect.poll(() => gems.count()).toBeGreaterThan(2);
    expect(await gems.first().textContent()).toMatch(/comments?, about \d+ expected/);
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain('3');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('can be limited to a topic', async () => {
    const { page } = await sample.go('?show=gems');
    const gems = view(page).getByRole('listitem');
    await expect.poll(() => gems.count()).toBeGreaterThan(2);
    const all = await gems.count();
    await gems.first().getByRole('button').first().click();
    await page.getByRole('region', { name: 'Topic' }).getByRole('link', { name: 'Hidden gems' }).click();
    await view(page)
      .getByText(/expected of their age and topic, in /)
      .waitFor();
    await expect.poll(() => gems.count()).toBeGreaterThan(0);
    expect(await gems.count()).toBeLessThan(all);
  });
});

/** The data folder of the server. */
let folderOfNights = '';
async function serveAndKeepFolder() {
  const server = await serveTwoSnapshots();
  folderOfNights = server.dataDir;
  return server;
}

describe.skipIf(!chromium)('new papers', () => {
  const nights = onPage(serveAndKeepFolder);
  const view = (page: Page) => page.getByRole('region', { name: 'What’s new' });

  test('are not announced at a first visit, but can be listed', async () => {
    const { page } = await nights.go();
    await page.getByRole('link', { name: 'Newest papers' }).waitFor();
    expect(await page.getByText(/new papers since/).count()).toBe(0);
    await page.reload();
    await page.getByRole('link', { name: 'Newest papers' }).click();
    await view(page)
      .getByText(/new papers? since 16 Dec 2025/)
      .waitFor();
    expect(await view(page).getByRole('listitem').count()).toBeGreaterThan(0);
  });

  test('since the last visit are announced on the start page until they have been viewed', async () => {
    const { page } = await nights.go();
    const [first] = listSnapshots(folderOfNights);
    await page.evaluate((snapshot) => {
      localStorage.setItem('paperfield-seen', JSON.stringify({ snapshot, day: '2026-01-02' }));
    }, first!);
    await page.reload();
    await page.getByRole('link', { name: /^\d+ new papers since 2 Jan 2026$/ }).click();
    await view(page)
      .getByText(/^1\d\d new papers since your visit on 2 Jan 2026/)
      .waitFor();
    expect(await view(page).getByRole('heading', { level: 3 }).count()).toBeGreaterThan(2);
    expect(new URL(page.url()).searchParams.get('since')).toBe(first);
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto(`${nights.url}/`);
    await page.getByRole('link', { name: 'Newest papers' }).waitFor();
    expect(await page.getByText(/new papers since/).count()).toBe(0);
  });

  test('are not requested if the stored visit is damaged', async () => {
    const { page } = await nights.go();
    for (const stored of ['{', '7', '{"snapshot":7}', '[]']) {
      await page.evaluate((text) => localStorage.setItem('paperfield-seen', text), stored);
      await page.reload();
      await page.getByRole('link', { name: 'Newest papers' }).waitFor();
    }
  });
});

describe.skipIf(!chromium)('hostile titles', () => {
  const hostile = onPage(serveHostilePapers);
  const injected = (page: Page, name: string) =>
    page.getByRole('region', { name }).locator('img, script, svg:not(.icon), [onload], [onerror]').count();

  test('are text in a list of new papers', async () => {
    const { page } = await hostile.go('?since=2025');
    const view = page.getByRole('region', { name: 'What’s new' });
    await view.getByRole('link', { name: titles.script }).waitFor();
    await view.getByRole('link', { name: titles.broken }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await injected(page, 'What’s new')).toBe(0);
  });

  test('are text on a reading path and in the search for its destination', async () => {
    const parameters = new URLSearchParams({ from: idOf(titles.picture), to: idOf(titles.drawing) });
    const { page } = await hostile.go(`?${parameters}`);
    const view = page.getByRole('region', { name: 'Reading path' });
    await view.getByRole('link', { name: titles.picture }).waitFor();
    await view.getByRole('link', { name: titles.drawing }).waitFor();
    await view.getByRole('link', { name: 'Choose another destination' }).click();
    await view.getByRole('combobox', { name: 'To' }).fill('planning with a script');
    await view.getByRole('option', { name: titles.script }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await injected(page, 'Reading path')).toBe(0);
  });
});
