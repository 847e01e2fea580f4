import { describe, expect, it } from 'vitest';
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
  const told = async (id: string): Promise<PaperResponse> =>
    (await fetch(`${hostile.url}/api/papers/${encodeURIComponent(id)}`)).json();

  it('has its mathematics set, in title and abstract, by a part of the page that is loaded for it', async () => {
    const { page } = await go(idOf(titles.formula));
    await expect.poll(() => heading(page).getByRole('math').count()).toBe(2);
    const files = await loaded(page);
    expect(files.some((name) => /^katex-.*\.js$/.test(name))).toBe(true);
    expect(files.filter((name) => /^KaTeX.*/.test(name)).length).toBeGreaterThan(0);
    expect(files.filter((name) => /\.(?:woff|ttf)$/.test(name))).toEqual([]);
  });

  it('loads nothing of that before a paper with a formula is shown', async () => {
    const { page } = await hostile.go();
    await page.getByRole('tree', { name: 'Topics' }).waitFor();
    expect((await loaded(page)).filter((name) => /katex/i.test(name))).toEqual([]);
    const plain = papers.find(({ title, abstract }) => !/[$\\]/.test(title + abstract))!;
    await page.goto(`${hostile.url}/?q=${encodeURIComponent(`"${plain.title}"`)}`);
    await page.getByRole('link', { name: plain.title }).waitFor();
    expect((await loaded(page)).filter((name) => /katex/i.test(name))).toEqual([]);
  });

  it('shows broken formulas as they were written, beside those that can be read', async () => {
    const { page } = await go(idOf(titles.broken));
    await expect.poll(() => heading(page).textContent()).toBe(titles.broken);
    expect(await heading(page).getByRole('math').count()).toBe(0);
  });

  it('runs, links and names nothing that a formula says, and lets none grow', async () => {
    const { page } = await go(idOf(titles.trusted));
    expect(await heading(page).getByRole('link').count()).toBe(0);
    expect(await page.locator('#q').count()).toBe(1);
    expect(await page.locator('[id=x], a[href^=javascript]').count()).toBe(0);
    await page.goto(`${hostile.url}/?paper=${encodeURIComponent(idOf(titles.huge))}`);
    await heading(page).getByText('\\def').waitFor();
    expect((await heading(page).boundingBox())!.height).toBeLessThan(400);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  it('leads to the web where its abstract names addresses, and to its PDF where it is on arXiv', async () => {
    const { page } = await go('p/47?&#<b>', 'plan_(ning)&mode=keyword');
    const outward = view(page).locator('a[target=_blank]');
    expect(
      await outward.evaluateAll((links) => links.map((link) => [link.textContent, (link as HTMLAnchorElement).href])),
    ).toEqual([
      ['Open the paper', 'https://arxiv.org/abs/2501.00047'],
      ['PDF', 'https://arxiv.org/pdf/2501.00047'],
      ['https://example.org/plan_(ning)', 'https://example.org/plan_(ning)'],
      ['data', 'https://example.org/data'],
    ]);
    expect(
      await outward.evaluateAll((links) => links.every((link) => link.getAttribute('rel') === 'noopener noreferrer')),
    ).toBe(true);
    await page.goto(`${hostile.url}/?paper=${encodeURIComponent('p/0?&#<b>')}`);
    await heading(page).waitFor();
    expect(await outward.count()).toBe(0);
  });

  it('keeps what was asked for marked beside its formulas', async () => {
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

  it('says how far its place on the map can be believed, and leads to its true neighbors', async () => {
    const id = papers[20]!.id;
    const { neighbors } = await told(id);
    const { page } = await go(id);
    const place = view(page).getByRole('region', { name: 'Its place on the map' });
    const near = neighbors.filter(({ isMapNeighbor: isNear }) => isNear).length;
    await place.getByText(`${near} of its ${neighbors.length} nearest papers`).waitFor();
    await place.getByText(`The ${neighbors.length} nearest by meaning`).click();
    expect(await place.getByRole('listitem').count()).toBe(neighbors.length);
    await place.getByRole('button', { name: 'Show them on the map' }).click();
    await page.waitForURL(/at=/);
    const first = place.getByRole('link').first();
    await first.click();
    await page.waitForURL((url) => url.searchParams.get('paper') === neighbors[0]!.id);
  });

  it('is put on the clipboard as BibTeX, or shown where that is not allowed', async () => {
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

  it('fits a phone, whatever its title and its formulas are', async () => {
    const { page } = await hostile.go('', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (const title of Object.values(titles)) {
      await page.goto(`${hostile.url}/?paper=${encodeURIComponent(idOf(title))}`);
      await view(page).getByText('We study planning').waitFor();
      const beyond = await page.evaluate(() => {
        const panel = document.querySelector('#papers')!;
        return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
      });
      expect([title, ...beyond]).toEqual([title, 0, 0]);
    }
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
