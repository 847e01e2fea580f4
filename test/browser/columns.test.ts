import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { columnPapers, serveColumnPapers } from '../fixtures/column-papers.ts';
import { seriousViolations } from './axe.ts';
import { downloadedText } from './download.ts';
import { exportSvg } from './map-points.ts';
import { chromium, onPage } from './sample-page.ts';

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const results = (page: Page) => region(page, 'Results');
const queryOf = (page: Page) => new URL(page.url()).searchParams.get('q');
const bars = (page: Page, column: string) => page.getByRole('list', { name: column, exact: true }).getByRole('button');
const total = (page: Page) =>
  results(page)
    .getByRole('heading', { name: /^\d+ papers?$/ })
    .textContent()
    .then((text) => Number.parseInt(text ?? '', 10));

describe.skipIf(!chromium)('a column of the user’s data', () => {
  // A refused query is a response of status 400, an unknown column one of 404: a browser reports both by itself.
  const { go } = onPage(serveColumnPapers, /status of 40[04]/);
  let papers: Awaited<ReturnType<typeof columnPapers>>;
  beforeAll(async () => {
    papers = await columnPapers();
  });
  const expectTotal = (page: Page, matches: (paper: (typeof papers)[number]) => boolean) =>
    expect.poll(() => total(page)).toBe(papers.filter(matches).length);

  test('filters, and its values are beside the hits', async () => {
    const { page } = await go('?q=upvotes:>50 venue:ICML published:2026-04..');
    await expectTotal(
      page,
      ({ upvotes, venue, published }) => (upvotes ?? 0) > 50 && venue === 'ICML' && published >= '2026-04',
    );
    expect(await results(page).getByRole('listitem').first().textContent()).toMatch(/\d+ upvotes.*published: \d/);
  });

  test('that does not exist is refused by name, with the nearest', async () => {
    const { page } = await go('?q=upvots:>50');
    await page
      .getByRole('alert')
      .filter({ hasText: "'upvots:>50' isn't a column of these papers; nearest: upvotes" })
      .waitFor();
  });

  test('sorts the hits, by the menu too', async () => {
    const { page } = await go('?q=venue:ICML');
    await results(page).getByRole('combobox', { name: 'Sort by' }).selectOption('Most cited');
    await expect.poll(() => queryOf(page)).toBe('venue:ICML sort:citations');
    const citations = async () =>
      (await results(page).getByRole('listitem').allTextContents()).flatMap((text) => {
        const [, number] = /([\d,]+) citations?/.exec(text) ?? [];
        return number === undefined ? [] : [Number(number.replace(',', ''))];
      });
    await expect.poll(async () => (await citations()).length).toBeGreaterThan(5);
    const shown = await citations();
    expect(shown).toEqual([...shown].sort((a, b) => b - a));
    const all = papers.filter(({ venue }) => venue === 'ICML').map((paper) => paper.citations);
    expect(shown[0]).toBe(Math.max(...all));
  });

  test('has a histogram, whose bars filter', async () => {
    const { page } = await go('?q=has:upvotes');
    await results(page).getByRole('button', { name: 'Filter' }).click();
    await bars(page, 'Upvotes').first().waitFor();
    const labels = await bars(page, 'Upvotes').evaluateAll((all) =>
      all.map((one) => one.getAttribute('aria-label') ?? ''),
    );
    const counts = labels.map((label) => Number(/, (\d+) papers?$/.exec(label)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(
      papers.filter(({ upvotes }) => upvotes !== undefined).length,
    );
    await bars(page, 'Upvotes').nth(2).hover();
    await page.getByText(labels[2].replace(/, (\d+ papers?)$/, ': $1')).waitFor();
    await bars(page, 'Upvotes').nth(2).click();
    await expect.poll(() => queryOf(page)).toMatch(/upvotes:>=\d+ upvotes:<\d+/);
    await expect.poll(() => total(page)).toBe(counts[2]);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('of dates has a histogram of months', async () => {
    const { page } = await go('?q=has:upvotes');
    await results(page).getByRole('button', { name: 'Filter' }).click();
    await bars(page, 'Published').first().click();
    const months = papers
      .flatMap(({ upvotes, published }) => (upvotes === undefined ? [] : [published.slice(0, 7)]))
      .sort();
    await expect.poll(() => queryOf(page)).toContain(`published:${months[0]}`);
    await expect.poll(() => total(page)).toBe(months.filter((month) => month === months[0]).length);
  });

  test('sizes the papers on the map, and their picture', async () => {
    const { page } = await go();
    const widths = async () => {
      const { svg } = await exportSvg(page);
      return new Set([...svg.matchAll(/stroke-width="([\d.]+)" stroke-linecap/g)].map(([, width]) => Number(width)));
    };
    expect((await widths()).size).toBe(1);
    const menu = page.getByRole('combobox', { name: 'Size by' });
    expect(await menu.getByRole('option').allTextContents()).toEqual(['All equal', 'Citations', 'Upvotes']);
    await menu.selectOption('Upvotes');
    await page.waitForURL(/size=upvotes/);
    await page.getByRole('status').filter({ hasText: 'Sized by upvotes.' }).waitFor();
    expect((await widths()).size).toBeGreaterThan(4);
    await page.reload();
    await expect.poll(async () => (await widths()).size).toBeGreaterThan(4);
    expect(await seriousViolations(page)).toEqual([]);
    await menu.selectOption('All equal');
    await expect.poll(() => new URL(page.url()).search).toBe('');
    expect((await widths()).size).toBe(1);
  });

  test('that is not there does not size anything', async () => {
    const { page } = await go('?size=nothing');
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  test('of attention ranks topics and finds hidden gems', async () => {
    const { page } = await go('?show=gems');
    const gems = region(page, 'Hidden gems');
    await gems.getByText(/fewer upvotes than expected/).waitFor();
    await gems.getByRole('link', { name: 'By citations' }).click();
    await page.waitForURL(/by=citations/);
    await gems.getByText(/fewer citations than expected/).waitFor();
    expect(await gems.getByRole('listitem').first().textContent()).toMatch(/citations?, about \d+ expected/);
    await page.goto(page.url().replace(/\?.*/, '?topic=0'));
    await region(page, 'Papers').getByRole('radio', { name: 'Most cited' }).check();
    await page.waitForURL(/sort=citations/);
    const citations = async () =>
      (await region(page, 'Papers').getByRole('listitem').allTextContents()).map((text) =>
        Number(/([\d,]+) citations?/.exec(text)?.[1].replace(',', '')),
      );
    await expect.poll(async () => (await citations()).some(Number.isFinite)).toBe(true);
    expect(await citations()).toEqual((await citations()).toSorted((a, b) => b - a));
  });

  test('is exported', async () => {
    const { page } = await go('?q=venue:ICML');
    await results(page).getByRole('button', { name: 'Export' }).click();
    const save = async (format: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        results(page).getByRole('button', { name: format, exact: true }).click(),
      ]);
      return downloadedText(download);
    };
    const [header] = (await save('CSV')).split('\n');
    for (const name of ['upvotes', 'citations', 'published', 'open_access', 'tags', 'review'])
      expect(header).toContain(name);
    const [first] = JSON.parse(await save('JSON'));
    const { title, ...row } = papers.find(({ id }) => id === first.id)!;
    expect(first.fields).toMatchObject({
      citations: row.citations,
      published: row.published,
      open_access: row.open_access,
    });
    expect(await save('BibTeX')).toContain(title.slice(0, 10));
  });
});
