import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const small = { ...phone, viewport: { width: 320, height: 640 } };
const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

type Page = Visit['page'];
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const handle = (page: Page) => button(page, 'Show more or less of the list');
const boxOf = async (page: Page, name: string) => (await button(page, name).boundingBox())!;
/** Where the sheet begins, once it stands still. */
const sheetTop = async (page: Page) => (await handle(page).boundingBox())!.y;

describe.skipIf(!chromium)('the sheet on a phone', () => {
  const { go } = onSamplePage();

  it('goes up where one writes on it, and down again to show where the text stands', async () => {
    const { page } = await go('?show=draft', phone);
    const half = await sheetTop(page);
    await page.getByRole('textbox', { name: 'Title' }).tap();
    await expect.poll(() => sheetTop(page)).toBeLessThan(half - 100);
    await page.getByRole('textbox', { name: 'Title' }).fill('Robots that learn to grasp');
    await page.getByRole('textbox', { name: 'Abstract' }).fill('We teach a robot to grasp and push things by trial.');
    await page.getByRole('button', { name: 'Place it' }).tap();
    await page.getByRole('heading', { name: 'Nearest work' }).waitFor();
    await expect.poll(() => sheetTop(page)).toBeCloseTo(half, -1);
    const words = page.getByRole('region', { name: 'My draft' }).getByText(/nearer relative|Nearly the same text/);
    await expect.poll(async () => (await words.boundingBox())!.y).toBeLessThan(844 - 40);
    expect((await words.boundingBox())!.y).toBeGreaterThan(half);
  });

  it('stands above the keyboard on the screen, and shows what is found while one types', async () => {
    const { page } = await go(QUERY, phone);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    await page.evaluate(() => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => 450 });
      visualViewport?.dispatchEvent(new Event('resize'));
    });
    await expect.poll(async () => (await first.boundingBox())!.y).toBeLessThan(300);
    await page.evaluate(() => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => 844 });
      visualViewport?.dispatchEvent(new Event('resize'));
    });
    await expect.poll(() => sheetTop(page)).toBeGreaterThan(450);
  });

  it('gives way to what has the focus on the map', async () => {
    const { page } = await go(QUERY, phone);
    await handle(page).tap();
    await expect.poll(() => sheetTop(page)).toBeLessThan(200);
    await button(page, 'Show the whole map').focus();
    await expect.poll(() => sheetTop(page)).toBeGreaterThan(400);
  });
});

describe.skipIf(!chromium)('the map on a phone', () => {
  const { go } = onSamplePage();

  it('is zoomed without a second finger too', async () => {
    const { page } = await go('', phone);
    await button(page, 'Map tools').tap();
    await button(page, 'Zoom in').tap();
    const zoom = () => Number(new URL(page.url()).searchParams.get('at')?.split(',')[2] ?? 1);
    await expect.poll(zoom).toBeCloseTo(1.6, 1);
    await button(page, 'Zoom out').tap();
    await button(page, 'Zoom out').tap();
    await expect.poll(zoom).toBeLessThan(1);
  });

  it('has room for all its tools on the smallest phone', async () => {
    const { page } = await go(QUERY, small);
    await button(page, 'Map tools').tap();
    const tools = ['Zoom in', 'Zoom out', 'Show the whole map', 'Map tools', 'Select by a lasso', 'Dates'];
    await expect
      .poll(async () => {
        const lowest = Math.max(
          ...(await Promise.all(tools.map((name) => boxOf(page, name)))).map((box) => box.y + box.height),
        );
        return lowest <= (await sheetTop(page));
      })
      .toBe(true);
    const boxes = await Promise.all(tools.map((name) => boxOf(page, name)));
    for (const [i, box] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        const apart = Math.max(
          other.x - box.x - box.width,
          box.x - other.x - other.width,
          other.y - box.y - box.height,
          box.y - other.y - other.height,
        );
        expect(apart).toBeGreaterThanOrEqual(-1);
      }
    }
  });

  it('has no name under its buttons', async () => {
    const { page, onMap } = await go('', phone);
    const [whole, tools] = [await boxOf(page, 'Show the whole map'), await boxOf(page, 'Map tools')];
    const under = (await onMap()).filter(
      ({ x, y }) => x > whole.x && y > whole.y && y < tools.y + tools.height && x < whole.x + whole.width,
    );
    expect(under).toEqual([]);
  });

  it('offers newer papers beside its buttons, not over them', async () => {
    const { page } = await go('', small);
    await page.route('**/api/status', async (route) => {
      const status = await (await route.fetch()).json();
      await route.fulfill({ json: { ...status, snapshot: { ...status.snapshot, id: 'tomorrow' } } });
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await button(page, 'Refresh').waitFor();
    const later = await boxOf(page, 'Later');
    expect(later.x + later.width).toBeLessThanOrEqual((await boxOf(page, 'Show the whole map')).x);
    expect(later.x).toBeGreaterThan(0);
  });
});

describe.skipIf(!chromium)('a small window', () => {
  const { go } = onSamplePage();

  it.each([
    { name: 'a phone on its side', width: 844, height: 390 },
    { name: 'a wide window enlarged four times', width: 320, height: 256 },
  ])('of $name still has room for search, list and map', async ({ width, height }) => {
    const { page } = await go(QUERY, { viewport: { width, height } });
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    const bar = (await page.getByRole('banner').boundingBox())!;
    expect(bar.y + bar.height).toBeLessThan(height * 0.36);
    expect((await first.boundingBox())!.y).toBeLessThan(height - 24);
    const whole = await boxOf(page, 'Show the whole map');
    expect(whole.y + whole.height).toBeLessThanOrEqual(height);
    // All ways to search are there as soon as one does.
    await page.getByRole('combobox', { name: 'Search the papers' }).focus();
    await page.getByRole('radio', { name: 'Meaning' }).waitFor();
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBe(0);
  });
});
