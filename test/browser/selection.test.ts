import { describe, expect, it } from 'vitest';
import { downloadedText } from './download.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('selecting on the map', () => {
  const { go } = onSamplePage();
  const selection = (page: Visit['page']) => page.getByRole('region', { name: 'Selection' });
  /** How many papers the panel says are selected. */
  const told = async (page: Visit['page']) => {
    const heading = selection(page).getByRole('heading', { name: /papers? selected$/ });
    await heading.waitFor();
    return Number(/^[\d,]+/.exec((await heading.textContent())!)![0].replace(',', ''));
  };
  const inAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('sel') ?? '';

  /** Drags over a part of the map: its ends in hundredths of the map's width and height. */
  const drag = async (page: Visit['page'], [x0, y0, x1, y1]: readonly [number, number, number, number]) => {
    const box = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const at = (x: number, y: number) => [box.x + (box.width * x) / 100, box.y + (box.height * y) / 100] as const;
    await page.mouse.move(...at(x0, y0));
    await page.mouse.down();
    await page.mouse.move(...at((x0 + x1) / 2, y1), { steps: 4 });
    await page.mouse.move(...at(x1, y1), { steps: 4 });
    await page.mouse.up();
  };
  const whole = [1, 1, 85, 99] as const;
  const half = [1, 1, 50, 99] as const;

  it('tells how many papers a rectangle holds, their topics and dates, and keeps it in the address', async () => {
    const { page } = await go();
    await page.getByRole('button', { name: 'Select by a rectangle' }).click();
    await drag(page, [30, 20, 60, 70]);
    const some = await told(page);
    expect(some).toBeGreaterThan(20);
    expect(some).toBeLessThan(326);
    const topics = await selection(page).getByRole('list').first().getByRole('listitem').allTextContents();
    const inTopics = topics.map((text) => Number(/(\d+)$/.exec(text)?.[1] ?? /(\d+) paper/.exec(text)![1]));
    expect(inTopics.reduce((sum, one) => sum + one, 0)).toBe(some);
    await expect.poll(() => selection(page).getByRole('link').count()).toBe(Math.min(20, some));
    if (some > 20) {
      await selection(page)
        .getByRole('button', { name: /^Show \d+ more$/ })
        .click();
      await expect.poll(() => selection(page).getByRole('link').count()).toBe(Math.min(40, some));
    }
    expect(inAddress(page)).toMatch(/^r:(?:-?[\d.]+,){3}-?[\d.]+$/);
    await page.reload();
    expect(await told(page)).toBe(some);
  });

  it('adds, removes and intersects by the keys held', async () => {
    const { page } = await go();
    await page.getByRole('button', { name: 'Select by a rectangle' }).click();
    await drag(page, whole);
    const all = await told(page);
    await drag(page, half);
    const left = await told(page);
    expect(left).toBeLessThan(all);
    await page.keyboard.down('Shift');
    await drag(page, [50, 1, 85, 99]);
    await page.keyboard.up('Shift');
    expect(await told(page)).toBe(all);
    await page.keyboard.down('Alt');
    await drag(page, half);
    await page.keyboard.up('Alt');
    await expect.poll(() => told(page)).toBe(all - left);
    await page.goBack();
    expect(await told(page)).toBe(all);
  });

  it('does what the card says, with a lasso too', async () => {
    const { page } = await go();
    await page.getByRole('button', { name: 'Select by a lasso' }).click();
    await drag(page, half);
    const left = await told(page);
    await page.getByRole('radio', { name: 'Add' }).check();
    await drag(page, [50, 1, 85, 99]);
    await expect.poll(() => told(page)).toBeGreaterThan(left);
    await page.getByRole('radio', { name: 'Intersect' }).check();
    await drag(page, half);
    const parts = () => inAddress(page).split(';');
    await expect.poll(() => parts().map((part) => part.slice(0, 2))).toEqual(['l:', 'l:', '*l']);
    expect(await told(page)).toBeGreaterThan(0);
  });

  it('selects by Shift and a drag, and moves the map by a drag alone', async () => {
    const { page } = await go();
    await drag(page, half);
    await page.waitForURL(/at=/);
    expect(inAddress(page)).toBe('');
    await page.keyboard.down('Shift');
    await drag(page, whole);
    await page.keyboard.up('Shift');
    expect(await told(page)).toBeGreaterThan(20);
  });

  it('selects what is listed without a mouse, and Escape clears it', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await page.getByRole('button', { name: 'Select what is listed' }).focus();
    await page.keyboard.press('Enter');
    const offer = page.getByRole('button', { name: /^The listed results: \d+ papers$/ });
    const listed = Number(/\d+/.exec((await offer.textContent())!)![0]);
    await offer.focus();
    await page.keyboard.press('Enter');
    expect(await told(page)).toBe(listed);
    expect(inAddress(page)).toMatch(/^p:/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    expect(inAddress(page)).toBe('');
  });

  it('selects a topic, and the neighbors of a paper', async () => {
    const { page } = await go();
    const id = await page.evaluate(async () => (await (await fetch('api/topics')).json()).topics[0].id);
    await page.goto(`${new URL(page.url()).origin}/?topic=${id}`);
    await page.getByRole('region', { name: 'Topic' }).getByRole('heading').first().waitFor();
    await page.getByRole('button', { name: 'Select what is listed' }).click();
    const offer = page.getByRole('button', { name: /^This topic: / });
    const size = Number(/\d+/.exec((await offer.textContent())!)![0]);
    await offer.click();
    expect(await told(page)).toBe(size);
    expect(inAddress(page)).toMatch(/^t:\d+$/);
    await selection(page).getByRole('link').first().click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading').first().waitFor();
    await page.getByRole('button', { name: /^This paper and its 15 neighbors$/ }).click();
    expect(await told(page)).toBe(16);
  });

  it('selects what the map shows now, the same for whoever opens the link', async () => {
    const { page } = await go('?at=0,0,2.5');
    await page.getByRole('button', { name: 'Select what is listed' }).click();
    await page.getByRole('button', { name: 'What the map shows now' }).click();
    const some = await told(page);
    expect(some).toBeGreaterThan(5);
    expect(some).toBeLessThan(326);
    await page.getByRole('button', { name: 'Show the whole map' }).click();
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.reload();
    expect(await told(page)).toBe(some);
  });

  it('says so where a link names papers that are not there, or an area that holds none', async () => {
    const { page } = await go('?sel=p:gone,lost');
    await selection(page).getByText('2 papers of the link are not in this snapshot.').waitFor();
    expect(await told(page)).toBe(0);
    await page.goto(`${new URL(page.url()).origin}/?sel=r:900,900,901,901`);
    await selection(page)
      .getByText(/^No paper lies there/)
      .waitFor();
  });

  it('draws with a finger on a phone, and folds the tools away', async () => {
    const { page, context } = await go('', phone);
    const tool = page.getByRole('button', { name: 'Select by a rectangle' });
    expect(await tool.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Map tools' }).tap();
    await tool.tap();
    const touch = await context.newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    // Below the card of the tools.
    await send('touchStart', [[40, 240]]);
    for (let i = 1; i <= 8; i++) await send('touchMove', [[40 + 30 * i, 240 + 25 * i]]);
    await send('touchEnd', []);
    expect(await told(page)).toBeGreaterThan(20);
    // One area, then the finger moves the map again.
    expect(await tool.getAttribute('aria-pressed')).toBe('false');
  });
});

describe.skipIf(!chromium)('selected papers as a file', () => {
  const { go } = onSamplePage();
  const save = async (page: Visit['page'], format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: format, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await downloadedText(download) };
  };

  it('are saved as CSV, JSON, BibTeX and RIS, the newest first, under a name that says what they are', async () => {
    const { page } = await go('?sel=r:-900,-900,900,900&dates=2025-01..2025-12');
    const heading = page.getByRole('heading', { name: /papers selected$/ });
    await heading.waitFor();
    const papers = Number(/^\d+/.exec((await heading.textContent())!)![0]);
    const region = page.getByRole('region', { name: 'Selection' });
    await expect.poll(() => region.getByRole('link').count()).toBe(20);
    const titles = await region.getByRole('link').allTextContents();

    const json = await save(page, 'JSON');
    expect(json.name).toMatch(new RegExp(`^paperfield-${papers}-papers-[\\p{L}\\p{N}-]+\\.json$`, 'u'));
    const told: { title: string; date: string }[] = JSON.parse(json.text);
    expect(told.length).toBe(papers);
    expect(told.slice(0, 20).map(({ title }) => title)).toEqual(titles);
    const dates = told.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort().reverse());

    const csv = await save(page, 'CSV');
    expect(csv.name).toMatch(/\.csv$/);
    expect(csv.text.split('\n')[0]).toMatch(/\btitle\b/);
    const bibtex = await save(page, 'BibTeX');
    expect(bibtex.name).toMatch(/\.bib$/);
    expect(bibtex.text.match(/^@\w+\{/gm)?.length).toBe(papers);
    const ris = await save(page, 'RIS');
    expect(ris.name).toMatch(/\.ris$/);
    expect(ris.text.match(/^ER {2}- ?\r?$/gm)?.length).toBe(papers);
  });

  it('are found again by more like these', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await page.getByRole('button', { name: 'Select what is listed' }).click();
    await page.getByRole('button', { name: /^The listed results: / }).click();
    await page.getByRole('button', { name: 'More like these' }).click();
    await page.waitForURL(/q=like:/);
    expect(await page.getByRole('combobox', { name: 'Search the papers' }).inputValue()).toMatch(
      /^like:\S+( like:\S+){4}$/,
    );
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
  });
});
