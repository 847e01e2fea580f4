import { describe, expect, test } from 'vitest';
import { downloadedText } from './download.ts';
import { idOf, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
type Page = Visit['page'];

/** How far the page and the panel can be scrolled sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const panel = document.querySelector('#papers')!;
    return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
  });
const region = (page: Page, name: string) => page.getByRole('region', { name });

describe.skipIf(!chromium)('hostile titles, on a phone', () => {
  const { go } = onPage(serveHostilePapers);
  const expectText = async (page: Page) => {
    expect(await overflow(page)).toEqual([0, 0]);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('#papers img, #papers script, #papers [onload], #papers [onerror]').count()).toBe(0);
  };
  const path = new URLSearchParams({ from: idOf(titles.long), to: idOf(titles.marks) });

  test.each([
    ['Topic', '?topic=0'],
    ['What’s new', '?since=2025'],
    ['Selection', '?sel=r:-900,-900,900,900'],
    ['Reading path', `?${path}`],
    ['Paper', `?paper=${encodeURIComponent(idOf(titles.huge))}`],
  ])('are text, and stay on the screen: %s', async (name, search) => {
    const { page } = await go(search, phone);
    await region(page, name).getByRole('listitem').nth(1).waitFor();
    await expectText(page);
  });

  test('are text in a draft and around it', async () => {
    const { page } = await go('?show=draft', phone);
    await page.getByRole('textbox', { name: 'Title' }).fill(titles.script);
    await page
      .getByRole('textbox', { name: 'Abstract' })
      .fill(`${titles.long} We study planning for robots. ${titles.picture}`);
    await page.getByRole('button', { name: 'Place on map' }).tap();
    await region(page, 'Draft').getByRole('listitem').first().waitFor();
    await expectText(page);
  });

  test('are text in an exported image', async () => {
    const { page } = await go(`?q=${encodeURIComponent(titles.drawing)}`, phone);
    await region(page, 'Results').getByRole('listitem').first().waitFor();
    await page.getByRole('button', { name: 'Map tools' }).tap();
    await page.getByRole('button', { name: 'Export map as image' }).tap();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^SVG/ }).tap(),
    ]);
    const svg = await downloadedText(saved);
    const faults = await page.evaluate((text) => {
      const drawn = new DOMParser().parseFromString(text, 'image/svg+xml');
      return drawn.querySelectorAll('parsererror, script, foreignObject, image, [onload], [onerror]').length;
    }, svg);
    expect(faults).toBe(0);
    expect(svg).toContain('&lt;marquee onstart');
  });
});

describe.skipIf(!chromium)('text with wider spacing', () => {
  const { go } = onSamplePage();

  // WCAG 2.2, 1.4.12: with this spacing no content is lost.
  const widenSpacing = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    document.adoptedStyleSheets = [sheet];
  };
  test.each(['', '?q=robots that learn', '?topic=0', '?show=draft', '?sel=t:1', '?since=2025-12'])(
    'stays on the screen: %s',
    async (search) => {
      const { page } = await go(search, { viewport: { width: 320, height: 640 } });
      await page.getByRole('main').getByRole('heading').first().waitFor();
      await page.evaluate(widenSpacing);
      expect(await overflow(page)).toEqual([0, 0]);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a, label span, h2, h3')]
          .filter((element) => element.checkVisibility() && element.closest('#papers, #bar, #panel-bar'))
          .filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
          })
          .map((element) => element.textContent),
      );
      expect(cut).toEqual([]);
    },
  );
});
