import { describe, expect, test } from 'vitest';
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { idOf, papers, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('a paper', () => {
  const hostile = onPage(serveHostilePapers);
  const view = (page: Visit['page']) => page.getByRole('region', { name: 'Paper' });
  const go = async (id: string, query = '') => {
    const visited = await hostile.go(`?${query ? `q=${query}&` : ''}paper=${encodeURIComponent(id)}`);
    await view(visited.page).getByRole('heading', { level: 2 }).waitFor();
    await expect.poll(() => view(visited.page).getByRole('listitem').count()).toBeGreaterThan(4);
    return visited;
  };
  const heading = (page: Visit['page']) => view(page).getByRole('heading', { level: 2 });
  const loaded = (page: Visit['page']) =>
    page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1) ?? ''));
  const fetchPaper = async (id: string): Promise<PaperResponse> =>
    (await fetch(`${hostile.url}/api/papers/${encodeURIComponent(id)}`)).json();

  test('has its formulas typeset, in title and abstract, by a script that is loaded for them', async () => {
    const { page } = await go(idOf(titles.formula));
    await expect.poll(() => heading(page).getByRole('math').count()).toBe(2);
    const files = await loaded(page);
    expect(files.some((name) => /^katex-.*\.js$/.test(name))).toBe(true);
    expect(files.filter((name) => /^KaTeX.*/.test(name)).length).toBeGreaterThan(0);
    expect(files.filter((name) => /\.(?:woff|ttf)$/.test(name))).toEqual([]);
  });

  test('without formulas does not load that script', async () => {
    const { page } = await hostile.go();
    await page.getByRole('tree', { name: 'Topics' }).waitFor();
    expect((await loaded(page)).filter((name) => /katex/i.test(name))).toEqual([]);
    const plain = papers.find(({ title, abstract }) => !/[$\\]/.test(title + abstract))!;
    await page.goto(`${hostile.url}/?q=${encodeURIComponent(`"${plain.title}"`)}`);
    await page.getByRole('link', { name: plain.title }).waitFor();
    expect((await loaded(page)).filter((name) => /katex/i.test(name))).toEqual([]);
  });

  test('shows the source of formulas that cannot be parsed', async () => {
    const { page } = await go(idOf(titles.broken));
    await expect.poll(() => heading(page).textContent()).toBe(titles.broken);
    expect(await heading(page).getByRole('math').count()).toBe(0);
  });

  test('does not run, link or name what a formula says, and limits its size', async () => {
    const { page } = await go(idOf(titles.trusted));
    expect(await heading(page).getByRole('link').count()).toBe(0);
    expect(await page.locator('#q').count()).toBe(1);
    expect(await page.locator('[id=x], a[href^=javascript]').count()).toBe(0);
    await page.goto(`${hostile.url}/?paper=${encodeURIComponent(idOf(titles.huge))}`);
    await heading(page).getByText('\\def').waitFor();
    expect((await heading(page).boundingBox())!.height).toBeLessThan(400);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  test('has links for the addresses in its abstract, and to its PDF on arXiv', async () => {
    const { page } = await go('p/47?&#<b>', 'plan_(ning)&mode=keyword');
    const external = view(page).locator('a[target=_blank]');
    expect(
      await external.evaluateAll((links) => links.map((link) => [link.textContent, (link as HTMLAnchorElement).href])),
    ).toEqual([
      ['Open paper', 'https://arxiv.org/abs/2501.00047'],
      ['PDF', 'https://arxiv.org/pdf/2501.00047'],
      ['https://example.org/plan_(ning)', 'https://example.org/plan_(ning)'],
      ['data', 'https://example.org/data'],
    ]);
    expect(
      await external.evaluateAll((links) => links.every((link) => link.getAttribute('rel') === 'noopener noreferrer')),
    ).toBe(true);
    await page.goto(`${hostile.url}/?paper=${encodeURIComponent('p/0?&#<b>')}`);
    await heading(page).waitFor();
    expect(await external.count()).toBe(0);
  });

  test('keeps query matches highlighted beside its formulas', async () => {
    const { page } = await hostile.go('?q=planning%20in%20steps%20how%20many%20robots');
    const link = page.getByRole('region', { name: 'Results' }).getByRole('link').filter({ hasText: 'Planning in' });
    await link.first().getByRole('math').first().waitFor();
    expect(await link.first().locator('mark').allTextContents()).toContain('Planning');
    await link.first().click();
    await expect.poll(() => heading(page).getByRole('math').count()).toBe(2);
    const abstract = view(page).locator('.abstract');
    await expect.poll(() => abstract.locator('mark').count()).toBeGreaterThan(0);
    expect(await abstract.getByRole('math').count()).toBeGreaterThan(1);
  });

  test('says how accurate its position on the map is, and lists its closest papers', async () => {
    const id = papers[20].id;
    const { neighbors } = await fetchPaper(id);
    const { page } = await go(id);
    const section = view(page).getByRole('region', { name: 'Map accuracy' });
    const nearby = neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length;
    await section.getByText(`${nearby} of ${neighbors.length} closest papers`).waitFor();
    await section.getByText(`${neighbors.length} closest papers by meaning`).click();
    expect(await section.getByRole('listitem').count()).toBe(neighbors.length);
    await section.getByRole('button', { name: 'Show on map' }).click();
    await page.waitForURL(/at=/);
    const first = section.getByRole('link').first();
    await first.click();
    await page.waitForURL((url) => url.searchParams.get('paper') === neighbors[0].id);
  });

  test('is copied as BibTeX, or shown if the clipboard cannot be written', async () => {
    const { page, context } = await go(idOf(titles.formula));
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await view(page).getByRole('button', { name: 'Copy BibTeX' }).click();
    await view(page).getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('title = {{Planning in $O(n^2)$ steps with $\\pi_0$}}');
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await view(page).getByRole('button', { name: 'Copy BibTeX' }).click();
    expect(await view(page).getByRole('textbox', { name: 'Text to copy' }).inputValue()).toBe(copied);
  });

  test('fits a phone, whatever its title and formulas', async () => {
    const { page } = await hostile.go('', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (const title of Object.values(titles)) {
      await page.goto(`${hostile.url}/?paper=${encodeURIComponent(idOf(title))}`);
      await view(page).getByText('We study planning').waitFor();
      const overflow = await page.evaluate(() => {
        const panel = document.querySelector('#papers')!;
        return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
      });
      expect([title, ...overflow]).toEqual([title, 0, 0]);
    }
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
