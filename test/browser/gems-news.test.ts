import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { listSnapshots } from '../../pipeline/store/data-folder.ts';
import { serveTwoNights } from '../fixtures/two-nights.ts';
import { seriousFaults } from './axe.ts';
import { idOf, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage, onSamplePage } from './sample-page.ts';

describe.skipIf(!chromium)('hidden gems', () => {
  const sample = onSamplePage();
  const view = (page: Page) => page.getByRole('region', { name: 'Hidden gems' });

  it('are listed with what makes them gems, and stand on the map', async () => {
    const { page, onMap } = await sample.go();
    await page.getByRole('link', { name: 'Hidden gems' }).click();
    const gems = view(page).getByRole('listitem');
    await expect.poll(() => gems.count()).toBeGreaterThan(2);
    expect(await gems.first().textContent()).toMatch(/comments? where about \d+ would be usual/);
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain('3');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('can be those of a topic alone', async () => {
    const { page } = await sample.go('?show=gems');
    const gems = view(page).getByRole('listitem');
    await expect.poll(() => gems.count()).toBeGreaterThan(2);
    const all = await gems.count();
    await gems.first().getByRole('button').first().click();
    await page.getByRole('region', { name: 'Topic' }).getByRole('link', { name: 'Hidden gems' }).click();
    await view(page).getByText('Those of').waitFor();
    await expect.poll(() => gems.count()).toBeGreaterThan(0);
    expect(await gems.count()).toBeLessThan(all);
  });
});

/** The data folder of the server, where its snapshots are. */
let folderOfNights = '';
async function serveAndKeepFolder() {
  const server = await serveTwoNights();
  folderOfNights = server.dataDir;
  return server;
}

describe.skipIf(!chromium)('what is new', () => {
  const nights = onPage(serveAndKeepFolder);
  const view = (page: Page) => page.getByRole('region', { name: 'What is new' });

  it('is nothing to tell of at a first visit, but the newest papers can be seen', async () => {
    const { page } = await nights.go();
    await page.getByRole('link', { name: 'The newest papers' }).waitFor();
    expect(await page.getByText(/new papers since/).count()).toBe(0);
    await page.reload();
    await page.getByRole('link', { name: 'The newest papers' }).click();
    await view(page)
      .getByText(/papers? since 16 Dec 2025/)
      .waitFor();
    expect(await view(page).getByRole('listitem').count()).toBeGreaterThan(0);
  });

  it('since the last visit stands on the first view until it has been looked at', async () => {
    const { page } = await nights.go();
    const [first] = listSnapshots(folderOfNights);
    await page.evaluate((snapshot) => {
      localStorage.setItem('paperfield-seen', JSON.stringify({ snapshot, day: '2026-01-02' }));
    }, first!);
    await page.reload();
    await page.getByRole('link', { name: /^\d+ new papers since 2 Jan 2026$/ }).click();
    await view(page)
      .getByText(/^1\d\d papers since your visit of 2 Jan 2026/)
      .waitFor();
    expect(await view(page).getByRole('heading', { level: 3 }).count()).toBeGreaterThan(2);
    expect(new URL(page.url()).searchParams.get('since')).toBe(first);
    expect(await seriousFaults(page)).toEqual([]);
    await page.goto(`${nights.url}/`);
    await page.getByRole('link', { name: 'The newest papers' }).waitFor();
    expect(await page.getByText(/new papers since/).count()).toBe(0);
  });

  it('is not asked for where the browser holds something else', async () => {
    const { page } = await nights.go();
    for (const held of ['{', '7', '{"snapshot":7}', '[]']) {
      await page.evaluate((text) => localStorage.setItem('paperfield-seen', text), held);
      await page.reload();
      await page.getByRole('link', { name: 'The newest papers' }).waitFor();
    }
  });
});

describe.skipIf(!chromium)('titles that try to be more than text', () => {
  const hostile = onPage(serveHostilePapers);
  const pictures = (page: Page, name: string) =>
    page.getByRole('region', { name }).locator('img, script, svg:not(.icon), [onload], [onerror]').count();

  it('are text in a list of what is new', async () => {
    const { page } = await hostile.go('?since=2025');
    const view = page.getByRole('region', { name: 'What is new' });
    await view.getByRole('link', { name: titles.script }).waitFor();
    await view.getByRole('link', { name: titles.broken }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await pictures(page, 'What is new')).toBe(0);
  });

  it('are text on a reading path, where it begins and where it may lead', async () => {
    const ends = new URLSearchParams({ from: idOf(titles.picture), to: idOf(titles.drawing) });
    const { page } = await hostile.go(`?${ends}`);
    const view = page.getByRole('region', { name: 'Reading path' });
    await view.getByRole('link', { name: titles.picture }).waitFor();
    await view.getByRole('link', { name: titles.drawing }).waitFor();
    await view.getByRole('link', { name: 'To another paper' }).click();
    await view.getByRole('combobox', { name: 'and leads to' }).fill('planning with a script');
    await view.getByRole('option', { name: titles.script }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await pictures(page, 'Reading path')).toBe(0);
  });
});
