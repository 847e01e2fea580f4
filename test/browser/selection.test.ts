import { describe, expect, test } from 'vitest';
import { downloadedText } from './download.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const PAPERS = 326;

describe.skipIf(!chromium)('selecting papers on the map', () => {
  const { go } = onSamplePage();
  const selection = (page: Visit['page']) => page.getByRole('region', { name: 'Selection' });
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const button = (page: Visit['page'], name: string | RegExp) => page.getByRole('button', { name });
  /** How many papers the panel says are selected. */
  const selectedCount = async (page: Visit['page']) => {
    const heading = selection(page).getByRole('heading', { name: /papers? selected$/ });
    await heading.waitFor();
    return Number(/^[\d,]+/.exec((await heading.textContent())!)![0].replace(',', ''));
  };
  const inAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('sel') ?? '';

  /** Drags over the map, between positions in percent of its width and height. */
  const drag = async (page: Visit['page'], [x0, y0, x1, y1]: readonly [number, number, number, number]) => {
    const box = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const at = (x: number, y: number) => [box.x + (box.width * x) / 100, box.y + (box.height * y) / 100] as const;
    await page.mouse.move(...at(x0, y0));
    await page.mouse.down();
    await page.mouse.move(...at((x0 + x1) / 2, y1), { steps: 4 });
    await page.mouse.move(...at(x1, y1), { steps: 4 });
    await page.mouse.up();
  };
  const wholeMap = [1, 1, 85, 99] as const;
  const leftHalf = [1, 1, 50, 99] as const;
  const rightHalf = [50, 1, 85, 99] as const;

  test('with a rectangle shows their number, topics and titles, and keeps the selection in the address', async () => {
    const { page } = await go();
    await button(page, 'Rectangle select').click();
    await drag(page, [30, 20, 60, 70]);
    const count = await selectedCount(page);
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(PAPERS);
    const topics = await selection(page).getByRole('list').first().getByRole('listitem').allTextContents();
    const inTopics = topics.map((text) => Number(/(\d+)$/.exec(text)?.[1] ?? /(\d+) paper/.exec(text)![1]));
    expect(inTopics.reduce((sum, papers) => sum + papers, 0)).toBe(count);
    const links = selection(page).getByRole('link');
    await expect.poll(() => links.count()).toBe(Math.min(20, count));
    await selection(page)
      .getByRole('button', { name: /^Show \d+ more$/ })
      .click();
    await expect.poll(() => links.count()).toBe(Math.min(40, count));
    expect(inAddress(page)).toMatch(/^r:(?:-?[\d.]+,){3}-?[\d.]+$/);
    await page.reload();
    expect(await selectedCount(page)).toBe(count);
  });

  test('adds with Shift, removes with Alt, and otherwise replaces the selection', async () => {
    const { page } = await go();
    await button(page, 'Rectangle select').click();
    await drag(page, wholeMap);
    const all = await selectedCount(page);
    await drag(page, leftHalf);
    const left = await selectedCount(page);
    expect(left).toBeLessThan(all);
    await page.keyboard.down('Shift');
    await drag(page, rightHalf);
    await page.keyboard.up('Shift');
    expect(await selectedCount(page)).toBe(all);
    await page.keyboard.down('Alt');
    await drag(page, leftHalf);
    await page.keyboard.up('Alt');
    await expect.poll(() => selectedCount(page)).toBe(all - left);
    await page.goBack();
    expect(await selectedCount(page)).toBe(all);
  });

  test('uses the selection mode that is chosen, for a lasso too', async () => {
    const { page } = await go();
    await button(page, 'Lasso select').click();
    await drag(page, leftHalf);
    const left = await selectedCount(page);
    await page.getByRole('radio', { name: 'Add' }).check();
    await drag(page, rightHalf);
    await expect.poll(() => selectedCount(page)).toBeGreaterThan(left);
    await page.getByRole('radio', { name: 'Intersect' }).check();
    await drag(page, leftHalf);
    const parts = () => inAddress(page).split(';');
    await expect.poll(() => parts().map((part) => part.slice(0, 2))).toEqual(['l:', 'l:', '*l']);
    expect(await selectedCount(page)).toBeGreaterThan(0);
  });

  test('works by Shift and a drag without a tool, while a drag alone pans the map', async () => {
    const { page } = await go();
    await drag(page, leftHalf);
    await page.waitForURL(/at=/);
    expect(inAddress(page)).toBe('');
    await page.keyboard.down('Shift');
    await drag(page, wholeMap);
    await page.keyboard.up('Shift');
    expect(await selectedCount(page)).toBeGreaterThan(20);
  });

  test('works for listed papers by keyboard, and Escape clears the selection', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await results(page).getByRole('link').first().waitFor();
    await button(page, 'Select listed papers').focus();
    await page.keyboard.press('Enter');
    const offer = button(page, /^Listed results: \d+ papers$/);
    const listed = Number(/\d+/.exec((await offer.textContent())!)![0]);
    await offer.focus();
    await page.keyboard.press('Enter');
    expect(await selectedCount(page)).toBe(listed);
    expect(inAddress(page)).toMatch(/^p:/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await results(page).getByRole('link').first().waitFor();
    expect(inAddress(page)).toBe('');
  });

  test('works for a topic, and for a paper and its closest papers', async () => {
    const { page } = await go();
    const id = await page.evaluate(async () => (await (await fetch('api/topics')).json()).topics[0].id);
    await page.goto(`${new URL(page.url()).origin}/?topic=${id}`);
    await page.getByRole('region', { name: 'Topic' }).getByRole('heading').first().waitFor();
    await button(page, 'Select listed papers').click();
    const offer = button(page, /^This topic: /);
    const size = Number(/\d+/.exec((await offer.textContent())!)![0]);
    await offer.click();
    expect(await selectedCount(page)).toBe(size);
    expect(inAddress(page)).toMatch(/^t:\d+$/);
    await selection(page).getByRole('link').first().click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading').first().waitFor();
    await button(page, /^This paper and its 15 closest papers$/).click();
    expect(await selectedCount(page)).toBe(16);
  });

  test('works for the visible papers, and a link to them selects the same on another screen', async () => {
    const { page } = await go('?at=0,0,2.5');
    await button(page, 'Select listed papers').click();
    await button(page, 'Papers visible on the map').click();
    const count = await selectedCount(page);
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(PAPERS);
    await button(page, 'Show the whole map').click();
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.reload();
    expect(await selectedCount(page)).toBe(count);
  });

  test('explains an empty selection: papers that are not in this snapshot, or an area without papers', async () => {
    const { page } = await go('?sel=p:gone,lost');
    await selection(page).getByText('2 papers from this link are not in this snapshot.').waitFor();
    expect(await selectedCount(page)).toBe(0);
    await page.goto(`${new URL(page.url()).origin}/?sel=r:900,900,901,901`);
    await selection(page)
      .getByText(/^No papers in this area/)
      .waitFor();
  });

  test('works with a finger on a phone, where the tools are folded away', async () => {
    const { page, context } = await go('', phone);
    const tool = button(page, 'Rectangle select');
    expect(await tool.isVisible()).toBe(false);
    await button(page, 'Map tools').tap();
    await tool.tap();
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    // Below the card of the tools.
    await touch('touchStart', [[40, 240]]);
    for (let i = 1; i <= 8; i++) await touch('touchMove', [[40 + 30 * i, 240 + 25 * i]]);
    await touch('touchEnd', []);
    expect(await selectedCount(page)).toBeGreaterThan(20);
    // After one area, the finger pans the map again.
    expect(await tool.getAttribute('aria-pressed')).toBe('false');
  });
});

describe.skipIf(!chromium)('selected papers', () => {
  const { go } = onSamplePage();
  const exportAs = async (page: Visit['page'], format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: format, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await downloadedText(download) };
  };

  test('are exported as CSV, JSON, BibTeX and RIS, newest first, in files named after them', async () => {
    const { page } = await go('?sel=r:-900,-900,900,900&dates=2025-01..2025-12');
    const heading = page.getByRole('heading', { name: /papers selected$/ });
    await heading.waitFor();
    const count = Number(/^\d+/.exec((await heading.textContent())!)![0]);
    const links = page.getByRole('region', { name: 'Selection' }).getByRole('link');
    await expect.poll(() => links.count()).toBe(20);
    const titles = await links.allTextContents();

    const json = await exportAs(page, 'JSON');
    expect(json.name).toMatch(new RegExp(`^paperfield-${count}-papers-[\\p{L}\\p{N}-]+\\.json$`, 'u'));
    const papers: { title: string; date: string }[] = JSON.parse(json.text);
    expect(papers.length).toBe(count);
    expect(papers.slice(0, 20).map(({ title }) => title)).toEqual(titles);
    const dates = papers.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort().reverse());

    const csv = await exportAs(page, 'CSV');
    expect(csv.name).toMatch(/\.csv$/);
    expect(csv.text.split('\n')[0]).toMatch(/\btitle\b/);
    const bibtex = await exportAs(page, 'BibTeX');
    expect(bibtex.name).toMatch(/\.bib$/);
    expect(bibtex.text.match(/^@\w+\{/gm)?.length).toBe(count);
    const ris = await exportAs(page, 'RIS');
    expect(ris.name).toMatch(/\.ris$/);
    expect(ris.text.match(/^ER {2}- ?\r?$/gm)?.length).toBe(count);
  });

  test('are examples for a search for similar papers', async () => {
    const { page } = await go('?q=robots+that+grasp');
    const results = page.getByRole('region', { name: 'Results' });
    await results.getByRole('link').first().waitFor();
    await page.getByRole('button', { name: 'Select listed papers' }).click();
    await page.getByRole('button', { name: /^Listed results: / }).click();
    await page.getByRole('button', { name: 'More like these' }).click();
    await page.waitForURL(/q=like:/);
    const query = await page.getByRole('combobox', { name: 'Search papers' }).inputValue();
    expect(query).toMatch(/^like:\S+( like:\S+){4}$/);
    await results.getByRole('link').first().waitFor();
  });
});
